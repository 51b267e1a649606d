//! Whether a driver is stopped while it should be at work: wrk does not notice it.

use std::time::{Duration, Instant};

use procfs::process::{ProcState, Process};

use crate::process::{program::Program, tree::children};

/// How often its state is read: each look costs some 0.05 ms of CPU time.
const LOOK: Duration = Duration::from_millis(50);

/// Waits until a driver has ended; `false` when it still runs at the deadline. Adds up for how long it
/// was seen stopped.
pub(super) fn ended_within(
    running: &Program,
    time: Duration,
    stopped: &mut Duration,
) -> anyhow::Result<bool> {
    let deadline = Instant::now() + time;
    let (mut driver, mut looked) = (None, Instant::now());
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if running.ended_within(left.min(LOOK))? {
            return Ok(true);
        }
        if left.is_zero() {
            return Ok(false);
        }
        // None until the guard has started it.
        driver = driver.or_else(|| children(running.guard_pid()).first().copied());
        let now = Instant::now();
        if driver.is_some_and(is_stopped) {
            *stopped += now - looked;
        }
        looked = now;
    }
}

fn is_stopped(pid: i32) -> bool {
    let state = Process::new(pid).and_then(|process| process.stat()?.state());
    matches!(state, Ok(ProcState::Stopped | ProcState::Tracing))
}
