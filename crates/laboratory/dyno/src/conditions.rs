//! The conditions of a window, read from `/proc` at its begin and end.

mod clock;
pub(crate) mod cost;
pub(crate) mod foreign;
pub(crate) mod processor_time;
pub(crate) mod quiet;
pub(crate) mod threads;
pub(crate) mod throttling;

use campaign::record::conditions::Conditions;
use foreign::Snapshot;

/// What happened on the machine between two readings.
pub(crate) fn between(then: &Snapshot, now: &Snapshot) -> Conditions {
    Conditions {
        stolen_share: now.stolen_since(then),
        foreign_share: now.foreign_since(then),
        busiest: now.busiest_since(then),
        driver_stopped_s: None,
        clock_jump_ms: Some(now.clocks.jump_ms_since(then.clocks)),
        observing_cpu_s: None,
    }
}
