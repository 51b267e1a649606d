//! The search for a server's capacity, in one process.

use std::path::Path;

use campaign::human::number;
use driver::{Arrivals, Run};
use search::{Answer, Objective, Search, Settings, Step};
use serde::Serialize;

use super::{file, judged::Judged, print};
use crate::failure::Failure;

/// What a search leaves.
#[derive(Debug, Serialize)]
struct Document<'a> {
    objective: &'a Objective,
    arrivals: &'static str,
    answer: &'a Answer,
    probes: &'a [Row],
}

/// A probe, and what came of it.
#[derive(Debug, Serialize)]
struct Row {
    number: u32,
    confirms: bool,
    #[serde(flatten)]
    judged: Judged,
}

/// Searches, and prints the curve and the answer. `arrivals` are those of the probe with a number.
pub(super) fn run(
    run: &Run,
    objective: &Objective,
    arrivals: impl Fn(u64) -> Arrivals,
    result: Option<&Path>,
) -> anyhow::Result<()> {
    let pattern = arrivals(0).name();
    print::line(&format!("{}: the highest rate with {objective}, {pattern}", run.target.url))?;
    print::line(&head(objective))?;
    let even = arrivals(0) == Arrivals::Even;
    let mut search = Search::new(objective, Settings { even, ..Settings::default() });
    let mut rows = Vec::new();
    let answer = loop {
        let probe = match search.step() {
            Step::Done(answer) => break answer,
            Step::Probe(probe) => probe,
        };
        let judged = Judged::measure(
            &Run {
                rate: Some(probe.rate),
                lead_in: probe.lead_in,
                duration: probe.duration,
                arrivals: arrivals(probe.number.into()),
                ..run.clone()
            },
            Some(objective),
        )?;
        judged.is_answered(run)?;
        let row = Row { number: probe.number, confirms: probe.confirms, judged };
        print::line(&shown(&row, objective))?;
        if let Some(judgement) = &row.judged.judgement {
            search.saw(probe, judgement.seen.clone());
        }
        rows.push(row);
    };
    if let Some(path) = result {
        let document = Document { objective, arrivals: pattern, answer: &answer, probes: &rows };
        file::write_json(path, &document)?;
    }
    match answer {
        Answer::Capacity { per_s, at_least, confirmed_by } => {
            let bound = if at_least { "≥ " } else { "" };
            let reason = if at_least { ", because the driver could not send more" } else { "" };
            print::line(&format!(
                "capacity: {bound}{} requests/s with {objective}, confirmed by probe {confirmed_by}{reason}",
                number(per_s)
            ))
        }
        Answer::BelowLowest { rate, reason } => {
            let (url, objective) = (run.target.url.clone(), objective.to_string());
            Err(Failure::BelowLowest { url, rate, objective, reason }.into())
        }
    }
}

fn head(objective: &Objective) -> String {
    let percentile = objective.strictest().percentile.name();
    format!(
        "{:>5} {:>11} {:>9} {:>9} {:>9}  outcome",
        "probe", "requests/s", "counted", "p50", percentile
    )
}

/// A probe in a line.
fn shown(row: &Row, objective: &Objective) -> String {
    let outcome = &row.judged.outcome;
    let latency = |percent| print::time(outcome.latency_at(percent));
    let strict = 100.0 * (1.0 - objective.strictest().percentile.share_beyond());
    let judgement = row.judged.judgement.as_ref();
    let failure = judgement.and_then(|judgement| judgement.failure.as_deref());
    let late = failure.is_some() && judgement.is_some_and(|judgement| judgement.seen.driver_late);
    let passed = if row.confirms { "confirmed" } else { "passed" };
    format!(
        "{:>5} {:>11} {:>9} {:>9} {:>9}  {}{}",
        row.number,
        number(outcome.rate.unwrap_or_default()),
        outcome.counted(),
        latency(50.0),
        latency(strict),
        failure.unwrap_or(passed),
        if late { "; the driver was late" } else { "" }
    )
}
