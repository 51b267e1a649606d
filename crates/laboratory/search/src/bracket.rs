//! Between which rates the capacity is, going by single probes.

use crate::{Objective, Probe, Seen};

/// See the module.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Bracket {
    /// The highest rate that passed.
    pub(crate) passed: Option<f64>,
    /// The lowest rate that failed, and how many probes failed.
    pub(crate) failed: Option<f64>,
    pub(crate) failures: usize,
    /// The lowest rate at which the driver was late and the objective missed, but for one probe:
    /// that may have been bad luck.
    pub(crate) late: Option<f64>,
}

impl Bracket {
    pub(crate) fn of(probes: &[(Probe, Seen)], objective: &Objective) -> Self {
        let mut passed: Option<f64> = None;
        let (mut failed, mut late) = (Vec::new(), Vec::new());
        for (probe, seen) in probes {
            let rate = probe.rate;
            match seen.failure(objective) {
                None => {
                    passed = Some(passed.map_or(rate, |other| other.max(rate)));
                    // What passes at a higher rate was bad luck below it.
                    failed.retain(|&failed| failed > rate);
                }
                Some(_) if seen.driver_late => late.push(rate),
                Some(_) => failed.push(rate),
            }
        }
        late.sort_by(f64::total_cmp);
        Self {
            passed,
            failures: failed.len(),
            failed: failed.into_iter().reduce(f64::min),
            late: late.get(1).copied(),
        }
    }
}
