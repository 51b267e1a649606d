//! One measurement: start the server fresh, verify the contract, warm up, drive the window, read the processes,
//! verify the contract once more, stop.
//!
//! No statistics here: a trial reports what it saw.

mod contract;
pub(crate) mod driver;
mod end;
mod look;
pub(crate) mod search;
pub(crate) mod server;
mod start;
mod validity;
mod window;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use campaign::{
    matrix::{Load, Scenario},
    record::outcome::{TrialOutcome, Validity},
};
use jiff::Timestamp;

use crate::{
    conditions::{self, foreign::Snapshot},
    failure::{Failure, Lost},
    process::{affinity::Processors, sweep},
    verify::{Contract, sampler::Sampler},
};
use driver::Driver;
use search::Searching;
use server::Launch;
use start::Started;

/// What every trial of a cell shares.
#[derive(Clone, Copy)]
pub(crate) struct Setup<'a> {
    pub(crate) driver: &'a dyn Driver,
    pub(crate) scenario: &'a Scenario,
    pub(crate) contract: &'a Contract,
    /// The scenario's script, found.
    pub(crate) script: &'a Path,
    /// Its file of exchanges, found.
    pub(crate) exchanges: Option<&'a Path>,
    /// The made files that exchanges name.
    pub(crate) files: &'a [(String, PathBuf)],
    pub(crate) load: &'a Load,
    /// Where the driver runs.
    pub(crate) processors: Processors,
    /// The window; longer than the load's when it is measured again.
    pub(crate) duration: Duration,
}

/// Runs a trial, of a window or of a search. What goes wrong with the server or the driver is a failed trial; only an
/// interruption is an error.
pub(crate) fn run(
    setup: Setup,
    launch: Launch,
    searching: Option<&mut Searching>,
) -> Result<TrialOutcome, Failure> {
    let (started_at, then) = (Timestamp::now(), Snapshot::take());
    let measured = measure(setup, launch, searching, started_at);
    // Nothing outlives a trial, even if its guard was killed.
    if !sweep::end_all() {
        let reason = "processes of this trial cannot be killed".to_owned();
        return Ok(TrialOutcome::lost(reason, started_at));
    }
    match measured {
        Ok(outcome) => Ok(outcome),
        Err(error) if matches!(error.downcast_ref(), Some(Failure::Interrupted)) => {
            Err(Failure::Interrupted)
        }
        Err(error) => Ok(unmeasured(&error, then, started_at)),
    }
}

/// The outcome of a trial that came to no window.
fn unmeasured(
    error: &anyhow::Error,
    then: anyhow::Result<Snapshot>,
    started_at: Timestamp,
) -> TrialOutcome {
    let reason = format!("{error:#}");
    if is_lost(error) {
        return TrialOutcome::lost(reason, started_at);
    }
    let mut outcome = TrialOutcome::failed(reason.clone(), started_at);
    if error.downcast_ref().is_some_and(Failure::is_late)
        && let (Ok(then), Ok(now)) = (then, Snapshot::take())
    {
        outcome.conditions = conditions::between(&then, &now);
        outcome.validity = Validity::Late(reason);
    }
    outcome
}

/// Whether the laboratory or the machine is to blame.
fn is_lost(error: &anyhow::Error) -> bool {
    error.is::<Lost>() || matches!(error.downcast_ref(), Some(Failure::PortInUse { .. }))
}

fn measure(
    setup: Setup,
    launch: Launch,
    searching: Option<&mut Searching>,
    started_at: Timestamp,
) -> anyhow::Result<TrialOutcome> {
    let Started { server, warm_up } = start::start(setup, launch)?;
    let seen = if let Some(searching) = searching {
        search::observe(setup, launch, &server, warm_up.as_ref(), searching)?
    } else {
        let sampler = Sampler::start(launch.listen, &setup.contract.window, false)?;
        window::observe(setup, launch, &server, Some(sampler))?
    };
    end::end(setup, launch, server, seen, started_at)
}
