//! The basis of constant rates that none falls behind: the throughput of the slowest contender.

use super::{median::median, rounds::ByRound};
use crate::{load_driver::LoadDriver, matrix::Metric, plan::Plan, record::sample::Sample};

/// How many requests per second the slowest contender sustains in the closed loop: the lowest
/// median over rounds, under whichever driver it is lower. `None` where nothing valid was measured.
#[must_use]
pub fn slowest(plan: &Plan, samples: &[Sample], scenario: &str) -> Option<f64> {
    let rounds = ByRound::new(samples);
    let of = |contender: &str, driver: LoadDriver| {
        let table = rounds.table(&[contender], |round, contender| {
            round.figure((contender, scenario, driver), Metric::RequestsPerS)
        });
        median(table.into_iter().filter_map(|row| row[0]).collect())
    };
    // Where both drivers measured, the lower figure is one that the server has under either.
    let names = plan.contender_names();
    let slowest = names.iter().filter_map(|contender| {
        plan.drivers.iter().filter_map(|&driver| of(contender, driver)).reduce(f64::min)
    });
    slowest.reduce(f64::min)
}
