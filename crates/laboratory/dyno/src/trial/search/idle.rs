//! What a server costs while nobody asks it anything.

use std::{
    thread,
    time::{Duration, Instant},
};

use super::super::server::Server;
use crate::{
    conditions::threads,
    process::{interrupt, tree},
};

/// How long to look.
const LOOK: Duration = Duration::from_millis(500);
/// What the server does of the warm-up when its last answer is out.
const SETTLE: Duration = Duration::from_millis(200);

/// The share of so many CPUs that the server's tree uses without a request, 0 to 1. `None` where the kernel does not
/// count to the nanosecond: of a tick of 10 ms a look has but fifty.
pub(super) fn cpu_share(server: &Server, processors: usize) -> anyhow::Result<Option<f64>> {
    thread::sleep(SETTLE);
    let used = || anyhow::Ok(threads::running_time(&server.among(&tree::all()?)));
    let (begun, then) = (Instant::now(), used()?);
    thread::sleep(LOOK);
    interrupt::check()?;
    let (elapsed, now) = (begun.elapsed().as_secs_f64(), used()?);
    Ok(then.zip(now).map(|(then, now)| {
        now.saturating_sub(then).as_secs_f64() / elapsed / processors.max(1) as f64
    }))
}
