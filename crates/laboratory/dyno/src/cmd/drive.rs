//! `dyno drive`: the driver as a separate process.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use anyhow::{Context, anyhow};
use campaign::human::{NO_FIGURE, bytes, micros, number, parse_duration};
use clap::Args;
use driver::{Outcome, ResponseValidator, Run, Target};

use crate::{failure::Failure, verify::ContractValidator};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// URL to load, such as <http://127.0.0.1:5000>
    url: String,
    /// Lua script, as wrk accepts it
    #[arg(short, long)]
    script: Option<PathBuf>,
    /// Connections to keep open
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
    /// Compare a sample of whole responses with the contract
    #[arg(long)]
    contract: bool,
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
    let run = Run {
        target: Target::parse(&arguments.url)?,
        script: arguments.script,
        arguments: arguments.for_init,
        headers: arguments.headers,
        connections: arguments.connections,
        threads: arguments.threads.unwrap_or(processors.min(arguments.connections)),
        duration: positive(arguments.duration).context("--duration")?,
        timeout: positive(arguments.timeout).context("--timeout")?,
        rate: arguments.rate,
        sample_every: arguments.sample_every,
        validator: arguments
            .contract
            .then(|| Arc::new(ContractValidator::new()) as Arc<dyn ResponseValidator>),
    };
    println!(
        "{} on {} connections, {} threads, {:?}",
        run.target.url, run.connections, run.threads, run.duration
    );
    let outcome = driver::drive(&run)?;
    tell(&outcome, &mut io::stdout().lock())?;
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

fn positive(duration: Duration) -> anyhow::Result<Duration> {
    if duration.is_zero() { Err(anyhow!("must be above 0")) } else { Ok(duration) }
}

fn write(path: &Path, fill: impl Fn(&mut BufWriter<File>) -> io::Result<()>) -> anyhow::Result<()> {
    File::create(path)
        .and_then(|file| {
            let mut writer = BufWriter::new(file);
            fill(&mut writer)?;
            writer.flush()
        })
        .with_context(|| format!("cannot write {}", path.display()))
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
            "rate: {} requests/s due, {} unsent, p99 lateness {}{}",
            number(rate),
            outcome.unsent(),
            micros(tally.lateness.value_at_percentile(99.0) as f64),
            if outcome.fell_behind() { ": the driver fell behind" } else { "" }
        )?;
    }
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
