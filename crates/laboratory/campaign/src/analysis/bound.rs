//! Lower bounds: figures that would be higher with another driver, and what that makes of their ratios.

use schemars::JsonSchema;
use serde::Serialize;
use statistics::Relation;

use crate::{matrix::Metric, record::sample::Sample};

/// Whether a cell's figure is a lower bound: its capacity, if the driver ended one search; its
/// throughput, if the driver was the limiter in at least half of the valid samples.
pub(super) fn is_lower_bound(samples: &[&Sample], metric: Metric) -> bool {
    let valid = samples.iter().filter(|sample| sample.is_ok()).count();
    let bounds = samples.iter().filter(|sample| sample.is_lower_bound(metric)).count();
    match metric {
        Metric::CapacityPerS => bounds > 0,
        _ => bounds > 0 && 2 * bounds >= valid,
    }
}

/// The least share of its measured CPU time per request that a server would need beside a driver that
/// leaves it alone. Here the two share caches, and displace each other.
const LEAST_CPU_TIME: f64 = 0.5;

/// The largest factor by which the truth may exceed a lower bound: a server that used a part of its
/// CPUs cannot do more than with all of them. Infinite where it is not known how much it used.
pub(super) fn headroom(sample: &Sample) -> f64 {
    let share = sample.server_share.filter(|&share| share > 0.0);
    share.map_or(f64::INFINITY, |share| (LEAST_CPU_TIME * share).recip().max(1.0))
}

/// Whether what the figures of a pair say of it holds wherever the truth lies: one that is a lower
/// bound may be higher, and so may not be called the lower one, or equivalent.
pub(super) fn holds(relation: Relation, a_bound: bool, b_bound: bool) -> bool {
    match relation {
        Relation::Higher => !b_bound,
        Relation::Lower => !a_bound,
        Relation::Equivalent | Relation::Inconclusive { .. } => !a_bound && !b_bound,
    }
}

/// On which side of a figure the truth may lie, beside what its interval says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// On either side: the figure is an estimate.
    Estimate,
    /// Above: the figure is a lower bound.
    AtLeast,
    /// Below: the figure is an upper bound.
    AtMost,
    /// Anywhere: it is the ratio of two lower bounds.
    Unknown,
}

impl Bound {
    /// That of a figure which is a lower bound, or not.
    #[must_use]
    pub fn lower(is_lower_bound: bool) -> Self {
        if is_lower_bound { Self::AtLeast } else { Self::Estimate }
    }

    /// That of a ratio, by whether its two figures are lower bounds.
    #[must_use]
    pub fn of_ratio(above: bool, below: bool) -> Self {
        match (above, below) {
            (false, false) => Self::Estimate,
            (true, false) => Self::AtLeast,
            (false, true) => Self::AtMost,
            (true, true) => Self::Unknown,
        }
    }

    /// That of the inverse ratio.
    #[must_use]
    pub fn inverse(self) -> Self {
        match self {
            Self::AtLeast => Self::AtMost,
            Self::AtMost => Self::AtLeast,
            Self::Estimate | Self::Unknown => self,
        }
    }

    /// What stands before the figure.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Estimate => "",
            Self::AtLeast => "≥ ",
            Self::AtMost => "≤ ",
            Self::Unknown => "? ",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::record::limiter::Limiter;

    fn sample(driver: &str, limiter: Option<Limiter>, driver_bound: bool) -> Sample {
        serde_json::from_value(json!({
            "round": 1, "order": 1, "attempt": 1, "contender": "a", "scenario": "b", "driver": driver,
            "status": "ok", "reason": "", "started_at": "2026-01-01T00:00:00.000Z", "threads": 1,
            "connections": 1, "requests_per_s": 100.0, "latency_censored": false,
            "checked_answers": 9, "driver_bound": driver_bound, "limiter": limiter,
            "disturbed": limiter == Some(Limiter::Foreign), "folder": "",
        }))
        .unwrap()
    }

    #[test]
    fn a_throughput_is_a_lower_bound_where_the_driver_was_its_limiter() {
        let bound = |sample: Sample| sample.is_lower_bound(Metric::RequestsPerS);
        for (limiter, driver_bound, expected) in [
            (Some(Limiter::Driver), false, true),
            (Some(Limiter::Server), true, false),
            (Some(Limiter::Foreign), true, true),
            (Some(Limiter::Foreign), false, false),
            (None, true, true),
        ] {
            let sample = sample("dyno", limiter, driver_bound);
            assert_eq!(bound(sample), expected, "{limiter:?} {driver_bound}");
        }
        assert!(!bound(sample("dyno-50", None, true)), "the schedule was the limiter");
        assert!(!sample("dyno", None, true).is_lower_bound(Metric::P99Us));
    }

    #[test]
    fn a_figure_that_the_driver_held_back_is_never_called_the_worse_one() {
        for (relation, a, b, expected) in [
            (Relation::Higher, false, false, true),
            (Relation::Higher, true, false, true),
            (Relation::Lower, false, true, true),
            (Relation::Higher, true, true, false),
            (Relation::Higher, false, true, false),
            (Relation::Lower, true, false, false),
            (Relation::Equivalent, true, false, false),
        ] {
            assert_eq!(holds(relation, a, b), expected, "{relation:?} {a} {b}");
        }
    }

    #[test]
    fn a_server_can_do_no_more_than_with_all_of_its_cpus_at_half_the_cpu_time_a_request() {
        let using = |server_share| Sample { server_share, ..sample("dyno", None, true) };
        for (share, expected) in
            [(None, f64::INFINITY), (Some(0.0), f64::INFINITY), (Some(0.8), 2.5), (Some(1.0), 2.0)]
        {
            assert!(headroom(&using(share)).total_cmp(&expected).is_eq(), "{share:?}");
        }
    }

    #[test]
    fn half_of_the_samples_make_a_throughput_a_lower_bound_and_one_a_capacity() {
        let free = sample("dyno", Some(Limiter::Server), false);
        let bound = sample("dyno", Some(Limiter::Driver), true);
        let of = |samples: &[&Sample]| is_lower_bound(samples, Metric::RequestsPerS);
        assert!(of(&[&free, &bound]) && !of(&[&free, &free, &bound]) && !of(&[]));
        let mut ended = sample("search", None, true);
        ended.capacity_at_least = Some(true);
        let whole = sample("search", None, false);
        assert!(is_lower_bound(&[&whole, &ended, &whole], Metric::CapacityPerS));
    }
}
