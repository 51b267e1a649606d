//! Constant rates, for reports: each machine has its own.

use crate::human::{number, round};

/// `47`, or `47 to 188`; `None` without a rate. The lowest comes first.
pub(super) fn range(rates: &[f64]) -> Option<String> {
    let shown = |rate: &f64| round(&number(*rate));
    match rates {
        [] => None,
        [one] => Some(shown(one)),
        [least, .., most] => Some(format!("{} to {}", shown(least), shown(most))),
    }
}

/// The same with its unit: `47 requests/s`, or `47 to 188 requests/s by machine`.
pub(super) fn sentence(rates: &[f64]) -> Option<String> {
    let by_machine = if rates.len() > 1 { " by machine" } else { "" };
    range(rates).map(|range| format!("{range} requests/s{by_machine}"))
}

/// The rate that all machines have in common.
pub(super) fn one(rates: &[f64]) -> Option<f64> {
    if let [one] = rates { Some(*one) } else { None }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use tempfile::TempDir;

    use super::*;
    use crate::{analysis, load_driver::LoadDriver, record::campaign::Campaign, report};

    #[test]
    fn several_rates_are_not_shown_as_one() {
        assert_eq!(sentence(&[]), None);
        assert_eq!(sentence(&[47.0]).as_deref(), Some("47 requests/s"));
        let several = [47.0, 59.9, 188.4];
        assert_eq!(sentence(&several).as_deref(), Some("47 to 188 requests/s by machine"));
        assert_eq!((one(&[47.0]), one(&several)), (Some(47.0), None));
    }

    #[test]
    fn each_machine_has_constant_rates_of_its_own() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../reports/reference");
        let made = TempDir::new().unwrap();
        let mut campaign = Campaign::read(&folder).unwrap();
        campaign.folder = made.path().to_owned();
        campaign.plan.latency = true;
        campaign.samples.retain(|sample| sample.driver == LoadDriver::Dyno);
        for sample in &mut campaign.samples {
            sample.driver = LoadDriver::DynoAt(50);
            sample.rate = Some(if sample.round % 2 == 0 { 47.0 } else { 188.0 });
        }
        report::write(&campaign, &analysis::analyse(&campaign)).unwrap();
        let decision = fs::read_to_string(made.path().join("decision.md")).unwrap();
        assert!(
            decision.contains("Every contender at 47 to 188 requests/s by machine."),
            "{decision}"
        );
        assert!(decision.contains("--rate=47 ") && decision.contains("--rate=188 "), "{decision}");
        let page = fs::read_to_string(made.path().join("index.html")).unwrap();
        assert!(page.contains("at 47 to 188 requests&#x2f;s by machine"));
    }
}
