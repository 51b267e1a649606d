//! Waiting until other processes leave the machine alone.

use std::{
    thread,
    time::{Duration, Instant},
};

use campaign::record::conditions::{FOREIGN_LIMIT, named};

use super::foreign::Snapshot;
use crate::{failure::Failure, process::interrupt};

/// How long one look lasts: a tick of 10 ms is then at most 1 % of it.
const LOOK: Duration = Duration::from_secs(1);
/// How often a look checks for a signal to stop.
const STEP: Duration = Duration::from_millis(100);

/// Foreign load, and whose it is.
#[derive(Debug, Clone)]
pub(crate) struct Load {
    share: f64,
    busiest: Vec<(String, f64)>,
}

impl Load {
    /// The load over the next second; `None` if the machine cannot be read.
    pub(crate) fn look() -> anyhow::Result<Option<Self>> {
        let then = Snapshot::take()?;
        let end = Instant::now() + LOOK;
        while Instant::now() < end {
            interrupt::check()?;
            thread::sleep(STEP);
        }
        let now = Snapshot::take()?;
        let share = now.foreign_since(&then);
        Ok(share.map(|share| Self { share, busiest: now.busiest_since(&then) }))
    }

    /// The load as a part of a sentence; `None` if it disturbs nothing.
    pub(crate) fn disturbing(&self) -> Option<String> {
        (self.share > FOREIGN_LIMIT).then(|| {
            let whom = named(&self.busiest);
            format!("other processes take {:.0} % of the CPU time{whom}", self.share * 100.0)
        })
    }
}

/// Waits until other processes take no more than [`FOREIGN_LIMIT`], and says whom it waits for.
pub(crate) fn wait(at_most: Duration, say: impl Fn(&str)) -> anyhow::Result<()> {
    let deadline = Instant::now() + at_most;
    let mut said = false;
    while let Some(load) = Load::look()?.and_then(|load| load.disturbing()) {
        if Instant::now() >= deadline {
            return Err(Failure::NotQuiet { load, waited: at_most }.into());
        }
        if !said {
            say(&format!("waiting up to {} s for quiet: {load}", at_most.as_secs()));
            said = true;
        }
    }
    Ok(())
}
