//! How long windows are.

use std::time::Duration;

use crate::{Limit, Settings};

/// What a window is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To find the order of the rate.
    Bracket,
    /// To come near the capacity.
    Approach,
    /// To estimate it.
    Narrow,
    /// To confirm the answer.
    Confirm,
}

/// A window's lengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) lead_in: Duration,
    pub(crate) counted: Duration,
}

/// So many answers tell whether a rate is far too high.
const BRACKET_ANSWERS: f64 = 5.0;
/// How many answers should be beyond the limit where exactly as many are as are allowed: 5 in a
/// window that narrows, 10 in the one that confirms.
const NARROW_BEYOND: f64 = 5.0;
const CONFIRM_BEYOND: f64 = 10.0;

/// How long a window that narrows or confirms is at least, in seconds, for each unit of the
/// precision: 4 s at 5 %, 2 s at 10 %.
const LONG: f64 = 0.2;

impl Window {
    /// The window for a purpose at a rate.
    ///
    /// It is so long that a queue that grows because the rate is too high by the precision reaches
    /// the limit, and that enough answers for the percentile come, but at most twice as long as
    /// without the latter. Whole seconds where it narrows or confirms, so that what a server does
    /// every second is in it as often as it should be.
    pub(crate) fn of(purpose: Purpose, rate: f64, limit: Limit, settings: &Settings) -> Self {
        let within = limit.within.as_secs_f64();
        let shortest = Self::shortest(purpose, limit, settings);
        let enough = |beyond: f64| {
            let answered = beyond / limit.percentile.share_beyond() / rate;
            answered.clamp(shortest, 2.0 * shortest).ceil()
        };
        let (counted, lead_in) = match purpose {
            Purpose::Bracket | Purpose::Approach => {
                (shortest.max(BRACKET_ANSWERS / rate), 2.0 * within)
            }
            Purpose::Narrow => (enough(NARROW_BEYOND), 10.0 * within),
            Purpose::Confirm => (enough(CONFIRM_BEYOND), 10.0 * within),
        };
        Self {
            lead_in: Duration::from_secs_f64(lead_in.clamp(0.1, 2.0)),
            counted: Duration::from_secs_f64(counted),
        }
    }

    /// How long such a window is at least, in seconds.
    pub(crate) fn shortest(purpose: Purpose, limit: Limit, settings: &Settings) -> f64 {
        let within = limit.within.as_secs_f64();
        match purpose {
            Purpose::Bracket => (4.0 * within).max(0.5),
            Purpose::Approach => (10.0 * within).max(1.0).ceil(),
            Purpose::Narrow => within.max(LONG) / settings.precision,
            Purpose::Confirm => (2.0 * within).max(LONG) / settings.precision,
        }
    }
}
