//! How a trial ends: the contract once more, the server stopped, and what its figures are worth.

use std::time::Duration;

use campaign::{
    driver_output::Measurement,
    matrix::Contender,
    record::outcome::{TrialOutcome, Validity},
};
use jiff::Timestamp;

use super::{
    Setup, contract,
    server::{Launch, Server},
    validity,
    window::Seen,
};
use crate::{
    failure::{Failure, Lost},
    verify::Mismatch,
};

/// Ends the trial whose window was seen.
pub(super) fn end(
    setup: Setup,
    launch: Launch,
    server: Server,
    seen: Seen,
    started_at: Timestamp,
) -> anyhow::Result<TrialOutcome> {
    let after = if seen.died { None } else { contract::broken_after(setup, launch)? };
    server.is_left_alone()?;
    let last_words = server.last_words();
    let stopped = server.stop()?;
    let died = seen.died.then(|| {
        format!("the server exited during {}; its last output: {last_words:?}", seen.during)
    });
    let mut outcome = TrialOutcome {
        tree: Some(seen.tree),
        time: stopped.time,
        driver_processors: setup.processors.count(),
        conditions: seen.conditions,
        checked_answers: seen.checked_answers,
        found: seen.found,
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
    let misses = seen.found.is_some_and(|found| found.capacity_per_s.is_none());
    outcome.validity = if let Some(died) = died {
        Validity::Failed(died)
    } else if stopped.killed {
        Validity::Invalid("the server ignored SIGTERM and was killed".to_owned())
    } else {
        let setup = Setup { duration: seen.asked, ..setup };
        judged(setup, launch, &window, seen.broken, after, misses)
    };
    if !seen.died {
        outcome.longer_window = longer_window(setup, &window);
    }
    outcome.window = Some(window);
    Ok(outcome)
}

/// Whether the window of a server that ran to its end may be used, given how the contract was broken in it and after it.
/// One that shows that even the lowest rate `misses` the objective may be full of refusals and errors: they are why.
fn judged(
    setup: Setup,
    launch: Launch,
    window: &Measurement,
    broken: Option<String>,
    after: Option<Mismatch>,
    misses: bool,
) -> Validity {
    let fault = if misses { None } else { fault(setup, launch.contender, window) };
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
        let mut scenario = setup.scenario.clone();
        scenario.non_2xx_share = None;
        let window = Measurement { wrong_answers: None, ..window.clone() };
        return validity::fault(&window, &scenario, setup.load);
    }
    validity::fault(window, setup.scenario, setup.load)
}
