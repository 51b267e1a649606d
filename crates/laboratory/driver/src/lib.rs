//! A load generator for HTTP/1.1 that checks every response and copies next to nothing.
//!
//! It runs wrk's Lua scripts, in a closed loop as wrk does, or at a constant rate: then requests
//! are due on a schedule that waits for no response, and latency counts from when a request was
//! due. The schedule is even, or that of independent clients.

pub mod answer;
mod connection;
mod drain;
pub mod open_files;
mod outcome;
mod schedule;
mod script;
mod tally;
mod target;
mod worker;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

pub use drain::drain;
pub use outcome::Outcome;
pub use schedule::Arrivals;
pub use tally::{Checks, Errors, Mismatch, Tally};
pub use target::Target;

use answer::{MOST_KEPT, MOST_KEPT_TOGETHER};
use schedule::{Pace, Schedule};
use script::{Request, Script, ThreadScript, count_requests};
use worker::{Orders, Worker};

/// More requests per second than any machine could send.
const HIGHEST_RATE: f64 = 1e9;

/// Longer than any load test, and short enough for every clock.
const LONGEST: Duration = Duration::from_hours(7 * 24);

/// Decides whether a response that was read whole is right.
pub trait ResponseValidator: Send + Sync {
    /// The one right body of the response, if it is too large to keep: it is then compared piece by
    /// piece.
    fn body(&self, _request: &[u8]) -> Option<&'static [u8]> {
        None
    }

    /// How much of a body, in bytes, is enough to judge it: longer ones are cut off there. At most
    /// 1 MiB.
    fn longest_body(&self, _request: &[u8]) -> usize {
        MOST_KEPT
    }

    /// What is wrong with a response, if anything. `body` is `None` if it was compared and found
    /// right; if it was found wrong, or is longer than [`Self::longest_body`], it is its beginning.
    fn fault(
        &self,
        request: &[u8],
        status: u16,
        head: &[u8],
        body: Option<&[u8]>,
    ) -> Option<String>;
}

/// A run.
#[derive(Clone)]
pub struct Run {
    /// Where requests go.
    pub target: Target,
    /// The Lua script; without one, `GET` of the target's path.
    pub script: Option<PathBuf>,
    /// Arguments for the script's `init` behind the URL.
    pub arguments: Vec<String>,
    /// Header fields for `wrk.headers`.
    pub headers: Vec<(String, String)>,
    /// Connections of all threads together; at a constant rate the most that are open at once.
    pub connections: usize,
    /// Threads; at most one for each connection.
    pub threads: usize,
    /// How long to send requests that count.
    pub duration: Duration,
    /// How long to send requests before those: their latency is not recorded.
    pub lead_in: Duration,
    /// A request without a response for longer than this is given up.
    pub timeout: Duration,
    /// Requests per second; `None` for a closed loop.
    pub rate: Option<f64>,
    /// How requests at a constant rate follow each other.
    pub arrivals: Arrivals,
    /// When to end before the time.
    pub give_up: Option<GiveUp>,
    /// At a constant rate, how long after the end a request that was due before it may still wait
    /// for a free connection. Without it, whatever queues in the driver at that moment is unsent.
    pub overtime: Duration,
    /// One in this many responses per thread is read whole and judged, and the first of each
    /// connection.
    pub sample_every: u64,
    /// Who judges.
    pub validator: Option<Arc<dyn ResponseValidator>>,
}

/// Ends a run that shows nothing more: so many requests that count were late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GiveUp {
    /// A request is late if it took longer.
    pub later_than: Duration,
    /// So many are enough.
    pub requests: u64,
}

/// Why no load, or no more load, was generated.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The target is not usable.
    #[error("cannot drive {url}: {reason}")]
    Url {
        /// The URL as it was given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The load cannot be generated.
    #[error("this load cannot be generated: {0}")]
    Load(String),
    /// The script failed, or asks for something that is not supported.
    #[error("{}: {message}", .file.display())]
    Script {
        /// The script.
        file: PathBuf,
        /// What Lua says.
        message: String,
    },
    /// The system refused something.
    #[error("{what}: {error}")]
    System {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        error: std::io::Error,
    },
}

impl Error {
    /// The first line of what Lua says: the rest is a trace.
    fn script(file: &Path, error: &mlua::Error) -> Self {
        let mut cause = error;
        while let mlua::Error::CallbackError { cause: inner, .. } = cause {
            cause = inner;
        }
        let text = cause.to_string();
        let message = text.lines().next().unwrap_or_default().to_owned();
        Self::Script { file: file.to_owned(), message }
    }

    fn system(what: &'static str, error: rustix::io::Errno) -> Self {
        Self::System { what, error: error.into() }
    }
}

/// Loads the target and returns the outcome. Whatever can be refused is refused before the first
/// connection.
pub fn drive(run: &Run) -> Result<Outcome, Error> {
    check(run)?;
    open_files::allow(run.connections.saturating_add(4 * run.threads) as u64)
        .map_err(|shortfall| Error::Load(shortfall.to_string()))?;
    let script = Script {
        target: &run.target,
        file: run.script.as_deref(),
        arguments: &run.arguments,
        headers: &run.headers,
    };
    let (main, scripts) = script.start(run.threads)?;
    let pipelined = first_request(&scripts)?;
    if run.rate.is_some() && scripts.iter().any(ThreadScript::has_delay) {
        let message = "the script defines `delay`, but at a constant rate the schedule decides when requests are sent";
        return Err(Error::Load(message.to_owned()));
    }
    let threads = start_threads(run, scripts, pipelined)?;
    let mut tally = Tally::default();
    for thread in threads.running {
        match thread.join() {
            Ok(counted) => tally.add(counted?),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
    let passed = threads.start.elapsed();
    // At a constant rate the time after the schedule's end is for responses only.
    let ordered = run.lead_in + run.duration;
    let duration = if run.rate.is_some() { passed.min(ordered) } else { passed };
    let outcome = Outcome {
        threads: run.threads,
        rate: run.rate,
        arrivals: run.arrivals,
        lead_in: run.lead_in,
        duration,
        tally,
    };
    main.done(&outcome.tally, outcome.duration_us())?;
    Ok(outcome)
}

fn check(run: &Run) -> Result<(), Error> {
    let wrong = if run.threads == 0 || run.connections < run.threads {
        "each thread needs at least one connection"
    } else if run.sample_every == 0 {
        "--sample-every must be above 0"
    } else if run.rate.is_some_and(|rate| !(rate > 0.0 && rate <= HIGHEST_RATE)) {
        "the rate must be above 0 and at most 1,000,000,000 requests per second"
    } else if run.lead_in.saturating_add(run.duration) > LONGEST
        || run.timeout.max(run.overtime) > LONGEST
    {
        "a run, and the time to wait for a response, may last a week at the most"
    } else {
        return Ok(());
    };
    Err(Error::Load(wrong.to_owned()))
}

/// Asks the first thread's script for a request, as wrk does, to see whether it is one and how many it pipelines.
fn first_request(scripts: &[ThreadScript]) -> Result<u32, Error> {
    let mut request = Request::default();
    let Some(script) = scripts.first() else { return Ok(1) };
    script.request(&mut request)?;
    count_requests(&request.bytes)
        .map_err(|fault| Error::Load(format!("the script does not send a valid request: {fault}")))
}

struct Threads {
    start: Instant,
    running: Vec<thread::JoinHandle<Result<Tally, Error>>>,
}

fn start_threads(run: &Run, scripts: Vec<ThreadScript>, pipelined: u32) -> Result<Threads, Error> {
    let start = Instant::now();
    let counted_from = start + run.lead_in;
    let end = counted_from + run.duration;
    let pace = run.rate.map(|rate| Pace { start, end, rate, arrivals: run.arrivals });
    let (mut running, shared) = (Vec::new(), Arc::default());
    for (number, script) in (0..).zip(scripts) {
        // Spread evenly: no connection is dropped.
        let connections = (run.connections + number) / run.threads;
        let threads = run.threads as u64;
        let orders = Orders {
            connections,
            start,
            counted_from,
            end,
            send_until: end + run.overtime,
            timeout: run.timeout,
            schedule: pace.map(|pace| Schedule::new(pace, number as u64, threads)),
            give_up: run.give_up,
            pipelined,
            sample_every: run.sample_every,
            validator: run.validator.clone(),
            most_kept: (MOST_KEPT_TOGETHER / run.connections).min(MOST_KEPT),
            shared: Arc::clone(&shared),
        };
        let worker = Worker::new(orders, script)?;
        let started = thread::Builder::new()
            .name(format!("driver {number}"))
            .spawn(move || worker.run())
            .map_err(|error| Error::System { what: "cannot start a thread", error })?;
        running.push(started);
    }
    Ok(Threads { start, running })
}
