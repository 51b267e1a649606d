//! A window, and whether it met an objective.

use std::time::Duration;

use driver::{GiveUp, Outcome, Run};
use search::{Objective, Seen};
use serde::Serialize;

use crate::failure::Failure;

/// So long a server may take to do what is left of a window, before the next one begins.
const DRAIN: Duration = Duration::from_secs(5);

/// See the module.
#[derive(Debug, Serialize)]
pub(super) struct Judged {
    #[serde(flatten)]
    pub(super) outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) judgement: Option<Judgement>,
}

/// What an objective says of a window.
#[derive(Debug, Serialize)]
pub(super) struct Judgement {
    pub(super) objective: Objective,
    pub(super) seen: Seen,
    /// Why the window failed; nothing if it passed.
    pub(super) failure: Option<String>,
    /// How long it took until a request was answered in time again; nothing if it never was.
    drained_us: Option<u64>,
}

impl Judged {
    /// Drives. With an objective, ends early when it is missed by far, and waits until the server
    /// has done what is left.
    pub(super) fn measure(run: &Run, objective: Option<&Objective>) -> anyhow::Result<Self> {
        let Some(objective) = objective else {
            return Ok(Self { outcome: driver::drive(run)?, judgement: None });
        };
        let run = Run {
            give_up: Some(hopeless(run, objective)),
            // What is sent even later is late by any limit.
            overtime: objective.longest(),
            ..run.clone()
        };
        let outcome = driver::drive(&run)?;
        // Where nobody listens, nothing is left to be done.
        let drained = if nobody_listens(&outcome) {
            None
        } else {
            driver::drain(&run, objective.strictest().within, DRAIN)?
        };
        let seen = seen(&outcome, objective);
        let judgement = Judgement {
            objective: objective.clone(),
            failure: seen.failure(objective),
            seen,
            drained_us: drained.and_then(|time| u64::try_from(time.as_micros()).ok()),
        };
        Ok(Self { outcome, judgement: Some(judgement) })
    }

    /// Refuses an outcome without any answer because nobody listens.
    pub(super) fn is_answered(&self, run: &Run) -> anyhow::Result<()> {
        if nobody_listens(&self.outcome) {
            let (url, attempts) = (run.target.url.clone(), self.outcome.tally.errors.connect);
            return Err(Failure::NoServer { url, attempts }.into());
        }
        Ok(())
    }
}

fn nobody_listens(outcome: &Outcome) -> bool {
    let (tally, errors) = (&outcome.tally, outcome.tally.errors);
    let others = errors.read + errors.write + errors.timeout + tally.no_port;
    tally.bytes == 0 && errors.connect > 0 && others == 0
}

fn hopeless(run: &Run, objective: &Objective) -> GiveUp {
    let limit = objective.strictest();
    let due = run.rate.unwrap_or_default() * run.duration.as_secs_f64();
    GiveUp { later_than: limit.within, requests: Seen::overload(objective, due) }
}

fn seen(outcome: &Outcome, objective: &Objective) -> Seen {
    let late = outcome.fell_behind() || outcome.stood_still() || outcome.tally.no_port > 0;
    Seen {
        due: outcome.counted(),
        beyond: objective.limits().iter().map(|limit| outcome.later_than(limit.within)).collect(),
        fault: fault(outcome),
        driver_late: late,
    }
}

/// The worst that is wrong beside latency.
fn fault(outcome: &Outcome) -> Option<String> {
    let (tally, checks, errors) = (&outcome.tally, outcome.tally.checks, outcome.tally.errors);
    // What right statuses are, nobody has said.
    let refused = if checks.statuses + checks.bodies == 0 { errors.status } else { 0 };
    let unsent = if tally.gave_up { 0 } else { outcome.unsent() };
    let wrong = tally.mismatches.first().map_or("", |mismatch| &mismatch.fault);
    let first = format!("wrong answers, first: {wrong}");
    let counts = [
        (checks.wrong_statuses + checks.wrong_bodies, &*first),
        (refused, "answers with a status over 399"),
        (tally.no_port, "connections for which the machine had no free port"),
        (errors.connect, "connections that failed"),
        (errors.read, "responses that broke off"),
        (errors.write, "requests that could not be sent"),
        (errors.timeout, "requests without a response before the timeout"),
        (unsent, "requests that found no free connection"),
    ];
    let worst = counts.into_iter().find(|(count, _)| *count > 0);
    worst.map(|(count, what)| format!("{count} {what}"))
}
