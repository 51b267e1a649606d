//! What observing costs: a laboratory that takes CPU time from the servers changes what it measures.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// The CPU time of this thread at a moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CpuTime(Duration);

impl CpuTime {
    /// Reads it.
    pub(crate) fn now() -> Self {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        // Neither is negative.
        let (seconds, nanoseconds) = (time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs());
        Self(Duration::from_secs(seconds) + Duration::from_nanos(nanoseconds))
    }

    /// What this thread has used since.
    pub(crate) fn elapsed(self) -> Duration {
        Self::now().0.saturating_sub(self.0)
    }
}
