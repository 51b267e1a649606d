//! One measurement: start the server fresh, verify the contract, warm up, drive the window, read the gauges,
//! verify it once more, stop.
//!
//! No statistics here: a trial says what it saw.

pub(crate) mod affinity;
pub(crate) mod child;
pub(crate) mod driver;
pub(crate) mod gauge;
pub(crate) mod gnu_time;
pub(crate) mod server;
pub(crate) mod validity;

use std::{path::Path, time::Duration};

use anyhow::bail;

use crate::{
    failure::Failure,
    matrix::{Contender, Load, Scenario},
    record::{
        campaign::{PROCESSES, write_json},
        machine::ProcessorTime,
    },
    verify::{self, sampler::Sampler},
};
use affinity::Processors;
use driver::{Drive, Driver, Kind, Measurement};
use gauge::{Gauge, ProcessReading, Reading};
use gnu_time::TimeLine;
use server::{Launch, Server};

/// What a trial saw.
#[derive(Debug)]
pub(crate) struct Trial {
    pub(crate) verdict: Verdict,
    pub(crate) started_at: String,
    pub(crate) driver: Kind,
    pub(crate) window: Option<Measurement>,
    pub(crate) tree: Option<Tree>,
    pub(crate) time: Option<TimeLine>,
    /// What the hypervisor gave to others during the window, 0 to 1.
    pub(crate) stolen_share: Option<f64>,
    /// Whole answers that were compared with the contract during the window.
    pub(crate) checked_answers: usize,
    /// What failed, where it has a name.
    pub(crate) failure: Option<Failure>,
    /// The window was too short for the server; it should be this long.
    pub(crate) measure_again: Option<Duration>,
}

/// Whether the trial may be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Ok,
    Invalid(String),
    Failed(String),
}

/// What the gauge read of the server's process tree.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    pub(crate) peak_rss_kb: u64,
    pub(crate) processes: usize,
    pub(crate) window_cpu_s: f64,
}

/// What every trial of a cell shares.
#[derive(Clone, Copy)]
pub(crate) struct Setup<'a> {
    pub(crate) driver: &'a dyn Driver,
    pub(crate) gauge: &'a dyn Gauge,
    pub(crate) scenario: &'a Scenario,
    /// The scenario's script, found.
    pub(crate) script: &'a Path,
    pub(crate) load: &'a Load,
    /// Where the driver runs.
    pub(crate) processors: Processors,
    /// The window; longer than the load's when it is measured again.
    pub(crate) duration: Duration,
}

impl Trial {
    /// A trial that came to nothing.
    pub(crate) fn failed(driver: Kind, error: &anyhow::Error) -> Self {
        Self {
            verdict: Verdict::Failed(format!("{error:#}")),
            started_at: now(),
            driver,
            window: None,
            tree: None,
            time: None,
            stolen_share: None,
            checked_answers: 0,
            failure: error.downcast_ref::<Failure>().cloned(),
            measure_again: None,
        }
    }
}

/// Runs a trial. What goes wrong with the server or the driver is a failed trial; only an interruption is an error.
pub(crate) fn run(setup: Setup, launch: Launch) -> Result<Trial, Failure> {
    let started_at = now();
    let trial =
        measure(setup, launch).unwrap_or_else(|error| Trial::failed(setup.driver.kind(), &error));
    match trial.failure {
        Some(Failure::Interrupted) => Err(Failure::Interrupted),
        _ => Ok(Trial { started_at, ..trial }),
    }
}

fn measure(setup: Setup, launch: Launch) -> anyhow::Result<Trial> {
    let server = Server::start(launch)?;
    if !launch.contender.reference {
        verify_contract(launch, &server)?;
    }
    let drive = Drive {
        target: launch.listen,
        script: setup.script,
        connections: setup.load.connections,
        threads: setup.load.threads,
        duration: setup.load.warmup,
        processors: setup.processors,
        output: None,
    };
    if !setup.load.warmup.is_zero() {
        setup.driver.drive(drive)?;
    }
    let drive = Drive { duration: setup.duration, output: Some(launch.output), ..drive };
    let seen = observe(setup, drive, &server)?;
    let after = if seen.died { None } else { broken_after(launch) };
    let last_words = server.last_words();
    let stopped = server.stop()?;
    write_json(&launch.output.join(PROCESSES), &seen.processes)?;
    let window = seen.window?;
    let verdict = if seen.died {
        Verdict::Failed(format!("the server ended during the window, saying {last_words:?}"))
    } else if stopped.killed {
        Verdict::Invalid("the server did not heed SIGTERM and was killed".to_owned())
    } else {
        seen.broken
            .filter(|_| !launch.contender.reference)
            .or_else(|| doubt(setup, launch.contender, &window))
            .or(after)
            .map_or(Verdict::Ok, Verdict::Invalid)
    };
    let again = !seen.died
        && setup.duration == setup.load.duration
        && validity::is_too_short(&window, setup.load);
    Ok(Trial {
        verdict,
        started_at: String::new(),
        driver: setup.driver.kind(),
        tree: Some(seen.tree),
        time: stopped.time,
        stolen_share: Some(seen.stolen_share),
        checked_answers: seen.checked_answers,
        failure: None,
        measure_again: again.then(|| validity::longer_window(&window, setup.scenario, setup.load)),
        window: Some(window),
    })
}

/// What was seen of a window and of the server in it.
struct Seen {
    window: anyhow::Result<Measurement>,
    tree: Tree,
    processes: Vec<ProcessReading>,
    stolen_share: f64,
    died: bool,
    checked_answers: usize,
    /// How the contract was broken in the window.
    broken: Option<String>,
}

fn observe(setup: Setup, drive: Drive, server: &Server) -> anyhow::Result<Seen> {
    let sampler = Sampler::start(drive.target, &setup.scenario.endpoint);
    let then = ProcessorTime::now();
    let before = setup.gauge.read(server)?;
    let window = setup.driver.drive(drive);
    let after = setup.gauge.read(server)?;
    let stolen_share = ProcessorTime::now().stolen_since(then);
    let seen_answers = sampler.finish();
    let died = server.has_ended()?;
    let broken = seen_answers
        .difference
        .map(|difference| format!("the contract is broken under load: {difference}"));
    let tree = tree(&before, &after);
    let checked_answers = seen_answers.answers;
    Ok(Seen {
        window,
        tree,
        processes: after.processes,
        stolen_share,
        died,
        checked_answers,
        broken,
    })
}

fn broken_after(launch: Launch) -> Option<String> {
    if launch.contender.reference {
        return None;
    }
    let differences = verify::differences(launch.listen);
    differences.first().map(|first| format!("the contract is broken after the window: {first}"))
}

fn verify_contract(launch: Launch, server: &Server) -> anyhow::Result<()> {
    let differences = verify::differences(launch.listen);
    match differences.first() {
        None => Ok(()),
        Some(_) if server.ends_soon()? => {
            bail!("the server ended while its contract was tried, saying {:?}", server.last_words())
        }
        Some(first) => Err(Failure::BreaksContract {
            contender: launch.contender.name.clone(),
            count: differences.len(),
            first: first.to_string(),
        }
        .into()),
    }
}

/// Why the driver's figures may not be used, if so.
fn doubt(setup: Setup, contender: &Contender, window: &Measurement) -> Option<String> {
    if let Some(fault) = validity::clock_fault(window, setup.duration) {
        return Some(fault);
    }
    if setup.duration == setup.load.duration && validity::is_too_short(window, setup.load) {
        return Some(format!(
            "{} requests finished on {} connections: measured again with a longer window",
            window.requests, setup.load.connections
        ));
    }
    if contender.reference {
        // It answers the same to every request.
        let scenario = Scenario { non_2xx_share: 0.0, ..setup.scenario.clone() };
        let window = Measurement { wrong_answers: None, ..window.clone() };
        return validity::fault(&window, &scenario, setup.load);
    }
    validity::fault(window, setup.scenario, setup.load)
}

fn tree(before: &Reading, after: &Reading) -> Tree {
    Tree {
        peak_rss_kb: after.peak_rss_tree_kb(),
        processes: after.processes.len(),
        window_cpu_s: (after.cpu_s - before.cpu_s).max(0.0),
    }
}

fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}
