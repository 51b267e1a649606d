//! The basis of constant rates that none falls behind: the throughput of the slowest contender.

use std::collections::BTreeMap;

use super::{
    machines::{Measured, measured},
    median::median,
    rounds::ByRound,
};
use crate::{
    Error,
    load_driver::LoadDriver,
    matrix::Metric,
    plan::Plan,
    record::{campaign::Campaign, machine::Machine, sample::Sample},
};

/// By how much the rate of a sample, which has three decimals, may differ from what it was taken from.
const ROUNDING: f64 = 1e-3;

/// How many requests per second the slowest contender sustains in the closed loop, by scenario: the
/// lowest median over rounds, under whichever driver it is lower. A scenario of which nothing valid
/// was measured is left out.
#[must_use]
pub fn sustained<'a>(
    plan: &Plan,
    samples: impl IntoIterator<Item = &'a Sample>,
) -> BTreeMap<String, f64> {
    let rounds = ByRound::new(samples);
    let of = |contender: &str, scenario: &str, driver: LoadDriver| {
        let table = rounds.table(&[contender], |round, contender| {
            round.figure((contender, scenario, driver), Metric::RequestsPerS)
        });
        median(table.into_iter().filter_map(|row| row[0]).collect())
    };
    let names = plan.contender_names();
    let slowest = |scenario: &str| {
        // Where both drivers measured, the lower figure is one that the server has under either.
        let all = names.iter().flat_map(|contender| {
            plan.drivers.iter().filter_map(move |&driver| of(contender, scenario, driver))
        });
        all.reduce(f64::min)
    };
    let names = plan.scenarios.iter().map(|scenario| scenario.name.to_string());
    names.filter_map(|name| slowest(&name).map(|per_s| (name, per_s))).collect()
}

/// The rate of a driver, where the slowest contender sustains so many requests per second.
#[must_use]
pub fn rate(sustained_per_s: f64, driver: LoadDriver) -> Option<f64> {
    let LoadDriver::DynoAt(percent) = driver else { return None };
    Some(sustained_per_s * f64::from(percent) / 100.0)
}

/// Whether the constant rates of rounds that are about to be merged are what the other rounds of the same machine give.
///
/// # Errors
/// A rate is another one: of the rounds that it was taken from some are missing, or more are there.
pub fn check(campaigns: &[Campaign]) -> Result<(), Error> {
    let mut known: Vec<(Machine, BTreeMap<String, f64>)> = Vec::new();
    let paced = |one: &&Campaign| one.samples.iter().any(|sample| sample.driver.comes_after());
    for campaign in campaigns.iter().filter(paced) {
        for Measured { machine, .. } in measured(campaign) {
            let at = known.iter().position(|(one, _)| one.is(&machine)).unwrap_or_else(|| {
                let all = campaigns.iter().flat_map(|one| one.samples_of(&machine));
                known.push((machine.clone(), sustained(&campaign.plan, all)));
                known.len() - 1
            });
            let sustained = &known[at].1;
            if campaign.samples_of(&machine).all(|sample| fits(sample, sustained)) {
                continue;
            }
            let why = if sustained.is_empty() {
                "it is at constant rates, and no round of its machine says from where they are; merge the rounds that they \
                 were taken from as well"
            } else {
                "its constant rates are not those that the other rounds of its machine give; merge those that they were \
                 taken from, all of them and no others"
            };
            return Err(Error::Rates { folder: campaign.folder.clone(), why });
        }
    }
    Ok(())
}

/// Whether the rate of a sample, if it has a constant one, is what it must be.
fn fits(sample: &Sample, sustained: &BTreeMap<String, f64>) -> bool {
    let Some(found) = sample.rate.filter(|_| sample.driver.comes_after()) else { return true };
    let due = sustained.get(sample.scenario.as_str()).and_then(|&per_s| rate(per_s, sample.driver));
    due.is_some_and(|due| (due - found).abs() <= ROUNDING)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// These of six rounds, one by one as `machine` measured them, which is so many times as fast: three of the committed
    /// campaign's closed loop, and three at half of what that shows.
    fn rounds(numbers: &[u32], machine: &str, faster: f64) -> Vec<Campaign> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../reports/reference");
        let mut whole = Campaign::read_record(&folder).unwrap();
        whole.samples.retain(|sample| sample.round <= 3 && sample.driver.is_closed_loop());
        for sample in &mut whole.samples {
            sample.requests_per_s = sample.requests_per_s.map(|per_s| per_s * faster);
        }
        let sustained = sustained(&whole.plan, &whole.samples);
        let of = |&number: &u32| {
            let mut one = Campaign::read_record(&folder).unwrap();
            one.environment.machine.boot_id = Some(machine.to_owned());
            one.samples.clone_from(&whole.samples);
            one.samples.retain(|sample| sample.round == (number - 1) % 3 + 1);
            for sample in one.samples.iter_mut().filter(|_| number > 3) {
                sample.round = number;
                sample.driver = LoadDriver::DynoAt(50);
                sample.rate = rate(sustained[sample.scenario.as_str()], sample.driver);
            }
            one
        };
        numbers.iter().map(of).collect()
    }

    fn refused(campaigns: &[Campaign]) -> String {
        check(campaigns).unwrap_err().to_string()
    }

    #[test]
    fn rates_are_shares_of_what_the_same_machine_showed() {
        let whole = rounds(&[1, 2, 3, 4, 5, 6], "one", 1.0);
        check(&whole).unwrap();
        let lonely = refused(&whole[3..]);
        assert!(lonely.contains("merge the rounds that they were taken from as well"), "{lonely}");
        let too_few = refused(&whole[1..]);
        assert!(too_few.contains("all of them and no others"), "{too_few}");
        // Another machine gives other rates, and none for this one.
        let mut both = rounds(&[1, 2, 3, 4, 5, 6], "other", 0.5);
        both.extend(rounds(&[1, 2, 3, 4, 5, 6], "one", 1.0));
        check(&both).unwrap();
        let mut foreign = rounds(&[1, 2, 3], "other", 1.0);
        foreign.extend(rounds(&[4, 5, 6], "one", 1.0));
        assert_eq!(refused(&foreign), lonely);
    }
}
