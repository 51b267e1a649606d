//! What a campaign knows of a contender's capacity before it searches again.

use super::median::median;
use crate::{load_driver::LoadDriver, plan::Cell, record::sample::Sample};

/// The median of what earlier searches of this cell found; without one, of the throughput in the closed loop, in requests
/// per second. `None` where nothing valid was measured.
#[must_use]
pub fn known(samples: &[Sample], cell: &Cell) -> Option<f64> {
    let valid = samples.iter().filter(|sample| {
        sample.is_ok()
            && sample.contender == cell.contender
            && sample.scenario == cell.scenario
            && sample.point == cell.point
    });
    let of = |driver: fn(LoadDriver) -> bool, figure: fn(&Sample) -> Option<f64>| {
        let those = valid.clone().filter(|sample| driver(sample.driver));
        median(those.filter_map(figure).collect())
    };
    of(|driver| driver == LoadDriver::Search, |sample| sample.capacity_per_s)
        .or_else(|| of(LoadDriver::is_closed_loop, |sample| sample.requests_per_s))
}
