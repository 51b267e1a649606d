//! Constant rates, for reports: each machine has its own.

use crate::human::{number, round};

/// `47 requests/s`, or `47 to 188 requests/s, by machine`; `None` without a rate. The lowest comes first.
pub(super) fn sentence(rates: &[f64]) -> Option<String> {
    let shown = |rate: &f64| round(&number(*rate));
    Some(match rates {
        [] => return None,
        [one] => format!("{} requests/s", shown(one)),
        [least, .., most] => {
            format!("{} to {} requests/s, by machine", shown(least), shown(most))
        }
    })
}

/// The rate that all machines have in common.
pub(super) fn one(rates: &[f64]) -> Option<f64> {
    if let [one] = rates { Some(*one) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_rates_are_not_shown_as_one() {
        assert_eq!(sentence(&[]), None);
        assert_eq!(sentence(&[47.0]).as_deref(), Some("47 requests/s"));
        let several = [47.0, 59.9, 188.4];
        assert_eq!(sentence(&several).as_deref(), Some("47 to 188 requests/s, by machine"));
        assert_eq!((one(&[47.0]), one(&several)), (Some(47.0), None));
    }
}
