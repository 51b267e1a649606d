//! `dyno drive`: the driver as a separate process.

mod asked;

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, BufWriter, ErrorKind, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use anyhow::{Context, anyhow};
use campaign::{
    human::{NO_FIGURE, bytes, micros, number, parse_duration},
    text::visible,
};
use clap::Args;
use driver::{Outcome, Run, Target};
use tempfile::Builder;

use self::asked::Asked;
use crate::failure::Failure;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// URL to load, such as <http://127.0.0.1:5000>
    url: String,
    /// Lua script, as wrk accepts it
    #[arg(short, long)]
    script: Option<PathBuf>,
    /// Connections to keep open; with `--rate`, the most to have open at once
    #[arg(short, long, default_value_t = 120)]
    connections: usize,
    /// Threads; by default one per CPU
    #[arg(short, long)]
    threads: Option<usize>,
    /// How long to send requests
    #[arg(short, long, default_value = "10s", value_parser = parse_duration)]
    duration: Duration,
    /// Send this many requests per second, on a schedule that waits for no response
    #[arg(short, long)]
    rate: Option<f64>,
    /// Give up on a request after this long without a response
    #[arg(long, default_value = "2s", value_parser = parse_duration)]
    timeout: Duration,
    /// Header to add to every request: `Name: value`
    #[arg(short = 'H', long = "header", value_parser = header)]
    headers: Vec<(String, String)>,
    /// Compare a sample of whole responses with these exchanges; without a script, ask them
    #[arg(long, value_name = "FILE")]
    exchanges: Option<PathBuf>,
    /// Sample the first response of each connection, and one in this many per thread
    #[arg(long, default_value_t = 1000)]
    sample_every: u64,
    /// Write the figures to this file, as JSON
    #[arg(long)]
    result: Option<PathBuf>,
    /// Write the latencies to this file, as an `HdrHistogram` log
    #[arg(long)]
    histogram: Option<PathBuf>,
    /// Arguments for the script's `init`
    #[arg(last = true)]
    for_init: Vec<String>,
}

fn header(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once(": ").ok_or("write it as `Name: value`")?;
    Ok((name.to_owned(), value.to_owned()))
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<()> {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let target = Target::parse(&arguments.url)?;
    let asked = arguments.exchanges.as_deref().map(Asked::read).transpose()?;
    let run = Run {
        script: arguments.script.or(asked.as_ref().map(|asked| asked.script.clone())),
        validator: asked.as_ref().map(|asked| asked.validator(&target)).transpose()?,
        target,
        arguments: arguments.for_init,
        headers: arguments.headers,
        connections: arguments.connections,
        threads: arguments.threads.unwrap_or(processors.min(arguments.connections)),
        duration: positive(arguments.duration).context("--duration")?,
        timeout: positive(arguments.timeout).context("--timeout")?,
        rate: arguments.rate,
        sample_every: arguments.sample_every,
    };
    // Not `println`: it panics where the disk is full.
    let mut out = io::stdout().lock();
    let (url, connections, threads) = (&run.target.url, run.connections, run.threads);
    or_nobody_reads(writeln!(
        out,
        "{url} on {connections} connections, {threads} threads, {:?}",
        run.duration
    ))?;
    let outcome = driver::drive(&run)?;
    let mut told = Vec::new();
    tell(&outcome, &mut told)?;
    // Faults quote what a server answered.
    let told = visible(&String::from_utf8_lossy(&told));
    or_nobody_reads(out.write_all(told.as_bytes()).and_then(|()| out.flush()))?;
    if let Some(path) = &arguments.result {
        write(path, |file| outcome.write_json(file))?;
    }
    if let Some(path) = &arguments.histogram {
        write(path, |file| outcome.write_log(file))?;
    }
    let errors = outcome.tally.errors;
    let others = errors.read + errors.write + errors.timeout;
    if outcome.tally.bytes == 0 && errors.connect > 0 && others == 0 {
        return Err(Failure::NoServer { url: run.target.url, attempts: errors.connect }.into());
    }
    Ok(())
}

/// Whoever closed the pipe has read what they wanted; the files are written all the same.
fn or_nobody_reads(written: io::Result<()>) -> anyhow::Result<()> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write to standard output"),
    }
}

fn positive(duration: Duration) -> anyhow::Result<Duration> {
    if duration.is_zero() { Err(anyhow!("must be above 0")) } else { Ok(duration) }
}

/// Writes a file whole or not at all.
fn write(path: &Path, fill: impl Fn(&mut BufWriter<File>) -> io::Result<()>) -> anyhow::Result<()> {
    let write_to = |file: File| {
        let mut writer = BufWriter::new(file);
        fill(&mut writer)?;
        writer.flush()
    };
    let written = if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        // A pipe or a device cannot be replaced.
        OpenOptions::new().write(true).open(path).and_then(write_to)
    } else {
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        Builder::new()
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(folder.unwrap_or(Path::new(".")))
            .and_then(|aside| {
                write_to(aside.reopen()?)?;
                aside.persist(path)?;
                Ok(())
            })
    };
    written.with_context(|| {
        format!("cannot write {}: free some space, or name another file", path.display())
    })
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
    let percentiles = [50.0, 75.0, 90.0, 99.0, 99.9, 100.0].map(|percentile| {
        let answered = tally.requests > 0;
        let value = answered.then(|| tally.latency.value_at_percentile(percentile) as f64);
        format!("{percentile} % {}", value.map_or_else(|| NO_FIGURE.to_owned(), micros))
    });
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
            micros(tally.lateness.value_at_percentile(99.0) as f64),
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
