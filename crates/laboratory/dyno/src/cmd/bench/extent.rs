//! How much is measured, and how closely.

use campaign::plan::Extent;

use super::Arguments;

/// How close to the truth a search comes with `--quick`, as a share of it.
const QUICK_PRECISION: f64 = 0.1;

impl Arguments {
    /// Whoever names a driver or a pace asks for its figures in every scenario; the study searched for nothing.
    pub(super) fn extent(&self) -> Extent {
        if self.study {
            Extent::ClosedLoop
        } else if self.driver.is_some() || self.latency {
            Extent::All
        } else {
            Extent::Rule
        }
    }

    /// How close to the truth a search is to come, as a share of it.
    pub(super) fn precision(&self) -> f64 {
        if self.quick { QUICK_PRECISION } else { search::PRECISION }
    }
}
