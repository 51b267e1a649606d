//! `dyno drive`: the driver as a separate process.

mod arrivals;
mod asked;
mod capacity;
mod file;
mod judged;
mod print;

use std::{path::PathBuf, thread, time::Duration};

use anyhow::{Context, anyhow};
use campaign::human::parse_duration;
use clap::{ArgGroup, Args};
use driver::{Run, Target};
use search::Objective;

use self::{arrivals::Pattern, asked::Asked, judged::Judged};

/// How long a request may take where no objective allows for longer.
const TIMEOUT: Duration = Duration::from_secs(2);

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("paced").args(["rate", "capacity"])))]
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
    /// Search for the highest rate at which latencies stay within this objective: `p99 < 50ms`
    #[arg(long, value_name = "OBJECTIVE", conflicts_with_all = ["duration", "histogram"])]
    capacity: Option<Objective>,
    /// With `--rate`: judge the window by this objective, end it early if it misses by far, and wait
    /// until the server responds in time again
    #[arg(long, requires = "rate")]
    objective: Option<Objective>,
    /// How requests are spaced: `even` (the default of `--rate`), or `poisson`, at random like those
    /// of many independent clients (the default of `--capacity`)
    #[arg(long, requires = "paced")]
    arrivals: Option<Pattern>,
    /// Seed of `--arrivals poisson`
    #[arg(long, requires = "paced", default_value_t = 1)]
    seed: u64,
    /// Send for this long before `--duration` begins: latencies of those requests are not recorded
    #[arg(long, requires = "rate", default_value = "0s", value_parser = parse_duration)]
    lead_in: Duration,
    /// Give up on a request after this long without a response; by default 2s, or twice the longest
    /// limit of the objective if that is more
    #[arg(long, value_parser = parse_duration)]
    timeout: Option<Duration>,
    /// Header to add to every request: `Name: value`
    #[arg(short = 'H', long = "header", value_parser = header)]
    headers: Vec<(String, String)>,
    /// Compare a sample of whole responses with these exchanges; without a script, ask them
    #[arg(long, value_name = "FILE")]
    exchanges: Option<PathBuf>,
    /// A file that the exchanges name as `{NAME}`
    #[arg(long = "file", value_name = "NAME=PATH", value_parser = made, requires = "exchanges")]
    files: Vec<(String, PathBuf)>,
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

fn made(text: &str) -> Result<(String, PathBuf), &'static str> {
    let (name, place) = text.split_once('=').ok_or("write it as `NAME=PATH`")?;
    Ok((name.to_owned(), place.into()))
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<()> {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let target = Target::parse(&arguments.url)?;
    let files = arguments.files.into_iter();
    let made = files.map(|(name, place)| (name, Some(place))).collect();
    let asked = arguments.exchanges.as_deref().map(|file| Asked::read(file, &made)).transpose()?;
    let limit =
        arguments.capacity.as_ref().or(arguments.objective.as_ref()).map(Objective::longest);
    let run = Run {
        script: arguments.script.or(asked.as_ref().map(|asked| asked.script.clone())),
        validator: asked.as_ref().map(|asked| asked.validator(&target)).transpose()?,
        target,
        arguments: arguments.for_init,
        headers: arguments.headers,
        connections: arguments.connections,
        threads: arguments.threads.unwrap_or(processors.min(arguments.connections)),
        duration: positive(arguments.duration).context("--duration")?,
        lead_in: arguments.lead_in,
        timeout: timeout(arguments.timeout, limit).context("--timeout")?,
        rate: arguments.rate,
        arrivals: arguments.arrivals.unwrap_or_default().seeded(arguments.seed),
        give_up: None,
        overtime: Duration::ZERO,
        sample_every: arguments.sample_every,
    };
    if let Some(objective) = &arguments.capacity {
        let pattern = arguments.arrivals.unwrap_or(Pattern::Poisson);
        let seeded = |number| pattern.seeded(arguments.seed.wrapping_add(number));
        return capacity::run(&run, objective, seeded, arguments.result.as_deref());
    }
    print::start(&run)?;
    let judged = Judged::measure(&run, arguments.objective.as_ref())?;
    print::window(&judged)?;
    if let Some(path) = &arguments.result {
        file::write_json(path, &judged)?;
    }
    if let Some(path) = &arguments.histogram {
        file::write(path, |file| judged.outcome.write_log(file))?;
    }
    judged.is_answered(&run)
}

/// How long to wait for a response: longer than the objective allows, or a late one would be none.
fn timeout(asked: Option<Duration>, limit: Option<Duration>) -> anyhow::Result<Duration> {
    let Some(asked) = asked else {
        return Ok(limit.map_or(TIMEOUT, |limit| TIMEOUT.max(2 * limit)));
    };
    match limit.filter(|&limit| asked <= limit) {
        Some(limit) => Err(anyhow!("must be longer than {limit:?}, which the objective allows")),
        None => positive(asked),
    }
}

fn positive(duration: Duration) -> anyhow::Result<Duration> {
    if duration.is_zero() { Err(anyhow!("must be above 0")) } else { Ok(duration) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_is_waited_for_longer_than_the_objective_allows() {
        let [fast, slow] = [Duration::from_millis(50), Duration::from_secs(5)];
        let waits = |asked, limit| timeout(asked, limit).map_err(|error| error.to_string());
        assert_eq!(waits(None, None), Ok(TIMEOUT));
        assert_eq!(waits(None, Some(fast)), Ok(TIMEOUT));
        assert_eq!(waits(None, Some(slow)), Ok(2 * slow));
        assert_eq!(waits(Some(slow), Some(fast)), Ok(slow));
        assert!(waits(Some(slow), Some(slow)).unwrap_err().contains("must be longer than 5s"));
        assert!(waits(Some(Duration::ZERO), None).unwrap_err().contains("must be above 0"));
    }
}
