//! One measurement: start the server fresh, verify the contract, warm up, drive the window, read the processes,
//! verify the contract once more, stop.
//!
//! No statistics here: a trial reports what it saw.

pub(crate) mod driver;
mod look;
pub(crate) mod server;
mod validity;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::bail;
use campaign::{
    driver_output::Measurement,
    matrix::{Contender, Load, Scenario},
    plan::command::Window,
    record::{
        conditions::Conditions,
        outcome::{TreeUsage, TrialOutcome, Validity},
    },
};
use jiff::Timestamp;

use crate::{
    conditions::{self, foreign::Snapshot},
    failure::{Failure, Lost},
    process::{affinity::Processors, sweep},
    verify::{self, Contract, Mismatch, sampler::Sampler},
};
use driver::{Drive, Driver};
use look::Look;
use server::{Launch, Server};

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

/// Runs a trial. What goes wrong with the server or the driver is a failed trial; only an interruption is an error.
pub(crate) fn run(setup: Setup, launch: Launch) -> Result<TrialOutcome, Failure> {
    let (started_at, then) = (Timestamp::now(), Snapshot::take());
    let measured = measure(setup, launch, started_at);
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

fn measure(setup: Setup, launch: Launch, started_at: Timestamp) -> anyhow::Result<TrialOutcome> {
    let server = Server::start(launch)?;
    if !launch.contender.reference {
        verify_contract(setup, launch, &server)?;
    }
    if let Err(error) = warm_up(setup, launch) {
        server.is_left_alone()?;
        if server.ends_soon()? {
            bail!(
                "the server exited during the warm-up; its last output: {:?}",
                server.last_words()
            );
        }
        let is_known = error.is::<Lost>() || error.is::<Failure>();
        if !is_known && broken_after(setup, launch)?.is_none() {
            return Err(Lost(format!("{error:#}")).into());
        }
        return Err(error);
    }
    let seen = observe(setup, launch, &server)?;
    let after = if seen.died { None } else { broken_after(setup, launch)? };
    server.is_left_alone()?;
    let last_words = server.last_words();
    let stopped = server.stop()?;
    let died = seen
        .died
        .then(|| format!("the server exited during the window; its last output: {last_words:?}"));
    let mut outcome = TrialOutcome {
        tree: Some(seen.tree),
        time: stopped.time,
        driver_processors: setup.processors.count(),
        conditions: seen.conditions,
        checked_answers: seen.checked_answers,
        ..TrialOutcome::failed(String::new(), started_at)
    };
    let window = match seen.window {
        Ok(window) => window,
        Err(error)
            if error.is::<Lost>() || matches!(error.downcast_ref(), Some(Failure::Interrupted)) =>
        {
            return Err(error);
        }
        Err(error) => {
            // A driver fails because of its server, or because of the laboratory.
            outcome.validity = match (died, after) {
                (Some(died), _) => Validity::Failed(died),
                (None, Some(_)) => Validity::Failed(format!("{error:#}")),
                (None, None) => Validity::Lost(format!("{error:#}")),
            };
            return Ok(outcome);
        }
    };
    outcome.validity = if let Some(died) = died {
        Validity::Failed(died)
    } else if stopped.killed {
        Validity::Invalid("the server ignored SIGTERM and was killed".to_owned())
    } else {
        judged(setup, launch, &window, seen.broken, after)
    };
    if !seen.died {
        outcome.longer_window = longer_window(setup, &window);
    }
    outcome.window = Some(window);
    Ok(outcome)
}

/// Whether the window of a server that ran to its end may be used, given how the contract was broken in it and after it.
fn judged(
    setup: Setup,
    launch: Launch,
    window: &Measurement,
    broken: Option<String>,
    after: Option<Mismatch>,
) -> Validity {
    let fault = fault(setup, launch.contender, window);
    // Where connections broke in the window, one more tells nothing new.
    let after = after.filter(|after| after.is_answer || fault.is_none());
    let after = after.map(|after| format!("the contract is broken after the window: {after}"));
    let broken = broken.or(after).filter(|_| !launch.contender.reference);
    let short = longer_window(setup, window).map(|_| too_short(setup, window));
    let validity = validity::judged(broken, short, fault);
    match validity::clock_fault(window, setup.duration) {
        // A wrong answer is wrong by any clock.
        Some(fault) if !matches!(validity, Validity::Wrong(_)) => Validity::Lost(fault),
        _ => validity,
    }
}

fn load(setup: Setup, launch: Launch, duration: Duration) -> Window {
    Window {
        target: launch.listen,
        script: setup.script.to_owned(),
        exchanges: setup.exchanges.map(Path::to_owned),
        made: setup.files.to_vec(),
        connections: setup.load.connections,
        threads: setup.load.threads,
        duration,
    }
}

fn warm_up(setup: Setup, launch: Launch) -> anyhow::Result<()> {
    let window = load(setup, launch, setup.load.warmup);
    if window.duration.is_zero() {
        return Ok(());
    }
    let drive = Drive { window: &window, processors: setup.processors, output: None };
    setup.driver.drive(drive).map(|_not_measured| ())
}

/// What was seen of a window and of the server in it.
struct Seen {
    window: anyhow::Result<Measurement>,
    tree: TreeUsage,
    conditions: Conditions,
    died: bool,
    checked_answers: usize,
    /// How the contract was broken in the window.
    broken: Option<String>,
}

fn observe(setup: Setup, launch: Launch, server: &Server) -> anyhow::Result<Seen> {
    let window = load(setup, launch, setup.duration);
    let drive =
        Drive { window: &window, processors: setup.processors, output: Some(launch.output) };
    let sampler = Sampler::start(launch.listen, &setup.contract.window)?;
    let then = Look::take(server)?;
    let window = setup.driver.drive(drive);
    let now = Look::take(server)?;
    let mut conditions = now.conditions_since(&then);
    conditions.driver_stopped_s = window.as_ref().ok().and_then(Measurement::stood_still_s);
    let tree = now.usage_since(&then, launch.processors.count());
    server.is_left_alone()?;
    let answers = sampler.finish();
    let broken =
        answers.mismatch.map(|mismatch| format!("the contract is broken under load: {mismatch}"));
    Ok(Seen {
        window,
        tree,
        conditions,
        died: server.has_ended()?,
        checked_answers: answers.count,
        broken,
    })
}

/// How the contract is broken after the window: by a wrong answer, or else by none.
fn broken_after(setup: Setup, launch: Launch) -> anyhow::Result<Option<Mismatch>> {
    if launch.contender.reference {
        return Ok(None);
    }
    let mismatches = mismatches(setup, launch)?;
    let wrong = mismatches.iter().find(|mismatch| mismatch.is_answer);
    Ok(wrong.or(mismatches.first()).cloned())
}

fn mismatches(setup: Setup, launch: Launch) -> anyhow::Result<Vec<Mismatch>> {
    verify::mismatches(launch.listen, &setup.contract.whole, launch.deadlines.contract)
}

fn verify_contract(setup: Setup, launch: Launch, server: &Server) -> anyhow::Result<()> {
    let mismatches = mismatches(setup, launch)?;
    server.is_left_alone()?;
    match mismatches.first() {
        None => Ok(()),
        Some(_) if server.ends_soon()? => {
            bail!(
                "the server exited while its contract was being checked; its last output: {:?}",
                server.last_words()
            )
        }
        Some(first) => Err(Failure::BreaksContract {
            contender: launch.contender.name.to_string(),
            count: mismatches.len(),
            first: first.to_string(),
        }
        .into()),
    }
}

/// The window in which the cell is measured again, if this one was too short for the server.
fn longer_window(setup: Setup, window: &Measurement) -> Option<Duration> {
    let first = setup.duration == setup.load.duration;
    (first && validity::is_too_short(window, setup.load))
        .then(|| validity::longer_window(window, setup.scenario, setup.load))?
}

fn too_short(setup: Setup, window: &Measurement) -> String {
    format!(
        "{} requests finished on {} connections: measured again with a longer window",
        window.requests, setup.load.connections
    )
}

/// What is wrong with the window for itself.
fn fault(setup: Setup, contender: &Contender, window: &Measurement) -> Option<Validity> {
    if contender.reference {
        // It answers the same to every request.
        let scenario = Scenario { non_2xx_share: None, ..setup.scenario.clone() };
        let window = Measurement { wrong_answers: None, ..window.clone() };
        return validity::fault(&window, &scenario, setup.load);
    }
    validity::fault(window, setup.scenario, setup.load)
}
