//! What a driver prints.

use std::io::{self, ErrorKind, Write};

use anyhow::Context;
use campaign::{
    human::{bytes, micros, number, shown},
    text::visible,
};
use driver::{Outcome, Run};

use super::judged::Judged;

/// What is about to be done.
pub(super) fn start(run: &Run) -> anyhow::Result<()> {
    let (url, connections, threads) = (&run.target.url, run.connections, run.threads);
    line(&format!("{url} on {connections} connections, {threads} threads, {:?}", run.duration))
}

/// A window in a few lines.
pub(super) fn window(judged: &Judged) -> anyhow::Result<()> {
    let mut told = Vec::new();
    tell(&judged.outcome, &mut told)?;
    if let Some(judgement) = &judged.judgement {
        let verdict = judgement.failure.as_deref().unwrap_or("met");
        writeln!(told, "{}: {verdict}", judgement.objective)?;
    }
    line(String::from_utf8_lossy(&told).trim_end())
}

/// Prints a line, or several. Faults quote what a server answered.
pub(super) fn line(text: &str) -> anyhow::Result<()> {
    // Not `println`: it panics where the disk is full.
    let mut out = io::stdout().lock();
    match writeln!(out, "{}", visible(text)).and_then(|()| out.flush()) {
        // Whoever closed the pipe has read what they wanted; the files are written all the same.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write to standard output"),
    }
}

/// Microseconds as people read them; a dash where there are none.
pub(super) fn time(us: Option<u64>) -> String {
    shown(us.map(|us| us as f64), micros)
}

/// The outcome in a few lines.
fn tell(outcome: &Outcome, to: &mut impl Write) -> io::Result<()> {
    let tally = &outcome.tally;
    let seconds = outcome.duration.as_secs_f64();
    writeln!(
        to,
        "{} responses in {seconds:.2} s: {}/s, {}/s",
        tally.requests,
        number(outcome.requests_per_s()),
        bytes(tally.bytes as f64 / seconds)
    )?;
    let percentiles = [50.0, 75.0, 90.0, 99.0, 99.9, 100.0]
        .map(|percent| format!("{percent} % {}", time(outcome.latency_at(percent))));
    let kind =
        if outcome.rate.is_some() { "from when each request was due" } else { "closed loop" };
    writeln!(to, "latency, {kind}: {}", percentiles.join(", "))?;
    if let Some(rate) = outcome.rate {
        writeln!(
            to,
            "rate: {} requests/s due, {} unsent, {} sent again, p99 lateness {}{}",
            number(rate),
            outcome.unsent(),
            tally.repeated,
            time(outcome.lateness_at(99.0)),
            if outcome.fell_behind() { ": the driver fell behind" } else { "" }
        )?;
    }
    writeln!(to, "connections: {} opened, at most {} at once", tally.opened, tally.peak_open)?;
    if outcome.stood_still() {
        let gap = micros(tally.largest_gap.as_secs_f64() * 1e6);
        writeln!(
            to,
            "the driver itself stood still for {gap}: it was stopped, or had no processor"
        )?;
    }
    let errors = tally.errors.named().map(|(name, count)| format!("{name} {count}"));
    writeln!(to, "errors: {}", errors.join(", "))?;
    for (fault, count) in &tally.faults {
        writeln!(to, "  {count} × {fault}")?;
    }
    let checks = tally.checks;
    writeln!(
        to,
        "checked: {} statuses, {} wrong; {} whole responses, {} wrong",
        checks.statuses, checks.wrong_statuses, checks.bodies, checks.wrong_bodies
    )?;
    for mismatch in &tally.mismatches {
        writeln!(to, "  {}", mismatch.fault)?;
    }
    Ok(())
}
