//! One measurement: start the server fresh, verify the contract, warm up, drive the window, read the gauges, stop.
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

use crate::{
    failure::Failure,
    matrix::{Load, Scenario},
    record::{
        campaign::{PROCESSES, write_json},
        machine::ProcessorTime,
    },
    verify,
};
use affinity::Processors;
use driver::{Drive, Driver, Measurement};
use gauge::{Gauge, Reading};
use gnu_time::TimeLine;
use server::{Launch, Server};

/// What a trial saw.
#[derive(Debug)]
pub(crate) struct Trial {
    pub(crate) verdict: Verdict,
    pub(crate) started_at: String,
    pub(crate) driver: &'static str,
    pub(crate) window: Option<Measurement>,
    pub(crate) tree: Option<Tree>,
    pub(crate) time: Option<TimeLine>,
    /// What the hypervisor gave to others during the window, 0 to 1.
    pub(crate) stolen_share: Option<f64>,
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
    pub(crate) fn failed(driver: &'static str, error: &anyhow::Error) -> Self {
        Self {
            verdict: Verdict::Failed(format!("{error:#}")),
            started_at: now(),
            driver,
            window: None,
            tree: None,
            time: None,
            stolen_share: None,
            failure: error.downcast_ref::<Failure>().cloned(),
            measure_again: None,
        }
    }
}

/// Runs a trial. What goes wrong with the server or the driver is a failed trial; only an interruption is an error.
pub(crate) fn run(setup: Setup, launch: Launch) -> Result<Trial, Failure> {
    let started_at = now();
    let trial =
        measure(setup, launch).unwrap_or_else(|error| Trial::failed(setup.driver.name(), &error));
    match trial.failure {
        Some(Failure::Interrupted) => Err(Failure::Interrupted),
        _ => Ok(Trial { started_at, ..trial }),
    }
}

fn measure(setup: Setup, launch: Launch) -> anyhow::Result<Trial> {
    let server = Server::start(launch)?;
    verify_contract(launch)?;
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
    let then = ProcessorTime::now();
    let before = setup.gauge.read(&server)?;
    let window = setup.driver.drive(Drive {
        duration: setup.duration,
        output: Some(launch.output),
        ..drive
    });
    let after = setup.gauge.read(&server)?;
    let stolen_share = ProcessorTime::now().stolen_since(then);
    let died = server.has_ended()?;
    let last_words = server.last_words();
    let stopped = server.stop()?;
    write_json(&launch.output.join(PROCESSES), &after.processes)?;
    let window = window?;
    let verdict = if died {
        Verdict::Failed(format!("the server ended during the window, saying {last_words:?}"))
    } else if stopped.killed {
        Verdict::Invalid("the server did not heed SIGTERM and was killed".to_owned())
    } else {
        judge(setup, &window)
    };
    let again = !died
        && setup.duration == setup.load.duration
        && validity::is_too_short(&window, setup.load);
    Ok(Trial {
        verdict,
        started_at: String::new(),
        driver: setup.driver.name(),
        tree: Some(tree(&before, &after)),
        time: stopped.time,
        stolen_share: Some(stolen_share),
        failure: None,
        measure_again: again.then(|| validity::longer_window(&window, setup.scenario, setup.load)),
        window: Some(window),
    })
}

fn verify_contract(launch: Launch) -> anyhow::Result<()> {
    let differences = verify::differences(launch.listen);
    match differences.first() {
        None => Ok(()),
        Some(first) => Err(Failure::BreaksContract {
            contender: launch.contender.name.clone(),
            count: differences.len(),
            first: first.to_string(),
        }
        .into()),
    }
}

fn judge(setup: Setup, window: &Measurement) -> Verdict {
    if setup.duration == setup.load.duration && validity::is_too_short(window, setup.load) {
        return Verdict::Invalid(format!(
            "{} requests finished on {} connections: measured again with a longer window",
            window.requests, setup.load.connections
        ));
    }
    validity::fault(window, setup.scenario, setup.load).map_or(Verdict::Ok, Verdict::Invalid)
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
