//! `dyno selftest`: the instrument proves itself on servers whose truth is known.
//!
//! *A/A*: one server under two names must not differ. *Planted*: the same server with a known CPU
//! time planted in every request must be found slower, by the planted amount. *Capacity*: one server
//! whose capacity is arithmetic, under two names, must be found with that capacity and not differ.

mod capacity;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use campaign::{
    analysis::{
        self, Analysis,
        verdicts::{PairwiseResult, Verdict},
    },
    human::{self, number, parse_duration},
    load_driver::LoadDriver,
    matrix::{Load, Matrix, Metric},
    plan::{Plan, PlanOptions},
    record::campaign::Campaign,
};
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use tempfile::TempDir;

use super::workers;
use crate::{failure::Failure, lock, measure::Measure, output::say, port, tools::wrk_is_meant};

/// The contenders of `selftest.toml` in this scenario: twins, and one that is slowed.
const SCENARIO: &str = "validate";
const TWINS: [&str; 2] = ["twin-a", "twin-b"];
const SLOWED: &str = "slowed";
/// The slowed contender's variable with the planted microseconds of CPU time.
const PLANTED_US: &str = "PLANTED_US";
/// How close a capacity must be to the truth, as a share of it.
const PRECISION: f64 = 0.05;
/// What holds with 95 % confidence fails by chance one time in twenty, and there are several such
/// checks; three failures in a row are not chance.
const ATTEMPTS: usize = 3;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Number of rounds; each measures every server once
    #[arg(long, default_value_t = 10)]
    rounds: u32,
    /// Length of the measured window in whole seconds
    #[arg(long, default_value = "3s", value_parser = parse_duration)]
    duration: Duration,
    /// The port that servers listen on; 0 chooses a free one
    #[arg(long, default_value_t = 5000)]
    port: u16,
    /// Check this alone
    #[arg(long)]
    only: Option<Subject>,
}

/// What is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Subject {
    /// Throughput and CPU time per request, in some seconds for each round and server
    Throughput,
    /// Capacity, in half a minute for each
    Capacity,
}

impl Arguments {
    fn checks(&self, subject: Subject) -> bool {
        self.only.is_none_or(|only| only == subject)
    }
}

pub(super) fn run(matrix_file: &Path, arguments: &Arguments) -> anyhow::Result<()> {
    let matrix = Matrix::read(&matrix_file.with_file_name("selftest.toml"))?;
    let folder = TempDir::new()?;
    lock::take(folder.path())?;
    let mut faults = Vec::new();
    for attempt in 1..=ATTEMPTS {
        faults = attempted(&matrix, arguments, &folder.path().join(attempt.to_string()))?;
        if faults.is_empty() {
            say!(
                "dyno found no difference where there is none, and what was planted or known at its true size"
            );
            return Ok(());
        }
        say!("attempt {attempt}: {}", faults.join("; "));
    }
    let kept: PathBuf = folder.keep();
    Err(Failure::Selftest { faults: faults.join("; "), folder: kept }.into())
}

/// What is wrong with one attempt: failed trials, or what they found.
fn attempted(matrix: &Matrix, arguments: &Arguments, out: &Path) -> anyhow::Result<Vec<String>> {
    let mut faults = Vec::new();
    if arguments.checks(Subject::Throughput) {
        faults = throughput(matrix, arguments, out)?;
    }
    // It takes longer.
    if faults.is_empty() && arguments.checks(Subject::Capacity) {
        faults = capacity::attempted(matrix, arguments, out)?;
    }
    Ok(faults)
}

fn throughput(matrix: &Matrix, arguments: &Arguments, out: &Path) -> anyhow::Result<Vec<String>> {
    let driver = if wrk_is_meant() { LoadDriver::Wrk } else { LoadDriver::Dyno };
    let contenders = [TWINS[0], TWINS[1], SLOWED];
    let part = Part { contenders: &contenders, scenario: SCENARIO, drivers: vec![driver] };
    match measured(matrix, arguments, part, &out.join(SCENARIO))? {
        Ok(analysis) => faults_of(matrix, &analysis),
        Err(fault) => Ok(vec![fault]),
    }
}

/// A part of the matrix.
struct Part<'a> {
    contenders: &'a [&'a str],
    scenario: &'a str,
    /// Of the closed loop.
    drivers: Vec<LoadDriver>,
}

/// What a campaign found, or which trials are not ok.
fn measured(
    matrix: &Matrix,
    arguments: &Arguments,
    part: Part,
    out: &Path,
) -> anyhow::Result<Result<Analysis, String>> {
    let load = Load {
        rounds: arguments.rounds,
        duration: arguments.duration,
        workers: Some(workers::of(&matrix.load, false)),
        ..matrix.load.clone()
    };
    let options = PlanOptions {
        contenders: part.contenders.iter().map(|&name| name.to_owned()).collect(),
        scenarios: vec![part.scenario.to_owned()],
        seed: Timestamp::now().as_second().unsigned_abs(),
        port: port::chosen(arguments.port)?,
        arguments: super::words(),
        ..PlanOptions::new(load, part.drivers)
    };
    let plan = Plan::new(matrix, options)?;
    let counts = Measure::prepare(matrix, &plan, true)?.run(out)?;
    if counts.not_ok > 0 {
        let failure = Failure::TrialsNotOk { not_ok: counts.not_ok, trials: counts.trials };
        return Ok(Err(failure.to_string()));
    }
    Ok(Ok(analysis::analyse(&Campaign::read(out)?)))
}

/// Where the findings differ from the truth.
fn faults_of(matrix: &Matrix, analysis: &Analysis) -> anyhow::Result<Vec<String>> {
    let mut faults = Vec::new();
    for metric in Metric::ALL.into_iter().filter(|&metric| metric != Metric::CapacityPerS) {
        let Some(twins) = pair(analysis, metric, TWINS[0], TWINS[1]) else {
            faults.push(format!("nothing compares the twins in {}", metric.title()));
            continue;
        };
        say!("A/A      {:30} {}", metric.title(), shown(twins));
        if matches!(verdict(twins), Verdict::ABetter | Verdict::BBetter) {
            faults.push(format!("a difference between the twins was found in {}", metric.title()));
        }
    }
    for metric in [Metric::RequestsPerS, Metric::ServerCpuUsPerRequest] {
        for twin in TWINS {
            let found = pair(analysis, metric, twin, SLOWED);
            let shown = found.map_or_else(|| "–".to_owned(), shown);
            say!("planted  {:30} {shown}", metric.title());
            if found.map(verdict) != Some(Verdict::ABetter) {
                faults.push(format!("the planted slowdown was not found in {}", metric.title()));
            }
        }
    }
    for twin in TWINS {
        faults.extend(wrong_size(matrix, analysis, twin)?);
    }
    Ok(faults)
}

/// The verdict, or what the interval of a throughput shows where the driver was the bottleneck. A campaign claims nothing
/// then, since it cannot know how much faster a server is; here the truth is known.
fn verdict(pair: &PairwiseResult) -> Verdict {
    match (pair.verdict, pair.low, pair.high) {
        (Verdict::DriverBound, Some(low), _) if low > 1.0 => Verdict::ABetter,
        (Verdict::DriverBound, _, Some(high)) if high < 1.0 => Verdict::BBetter,
        (verdict, ..) => verdict,
    }
}

/// Whether the CPU time found differs from what was planted.
///
/// The truth itself is known only to the margin: the other cost of a request is taken from the
/// twin, which serves many times as many requests and so wakes up for several at a time.
fn wrong_size(matrix: &Matrix, analysis: &Analysis, twin: &str) -> anyhow::Result<Option<String>> {
    let metric = Metric::ServerCpuUsPerRequest;
    let interval = pair(analysis, metric, twin, SLOWED).and_then(|it| it.low.zip(it.high));
    let summary = analysis.summaries.iter().find(|summary| summary.contender == twin);
    let own = summary.and_then(|summary| summary.server_cpu_us_per_request);
    let slowed = matrix.contenders.iter().find(|contender| contender.name == SLOWED);
    let planted = slowed.and_then(|slowed| slowed.env.get(PLANTED_US)?.parse::<f64>().ok());
    let planted =
        planted.with_context(|| format!("selftest.toml lacks {SLOWED}'s {PLANTED_US}"))?;
    let (Some(own), Some((low, high))) = (own, interval) else {
        return Ok(Some(format!("nothing tells the size of the planted slowdown against {twin}")));
    };
    let truth = own / (own + planted);
    let margin = matrix.decision.margin;
    say!(
        "planted  {} of {} µs: true ratio {} (known to {} %), interval {} to {}",
        number(planted),
        number(own + planted),
        number(truth),
        number(margin * 100.0),
        number(low),
        number(high)
    );
    let (low, high) = (low / (1.0 + margin), high * (1.0 + margin));
    Ok((!(low..=high).contains(&truth)).then(|| {
        format!("the interval against {twin} misses the true size of the planted slowdown")
    }))
}

/// `None` where too little was answered for a figure.
fn pair<'a>(
    analysis: &'a Analysis,
    metric: Metric,
    a: &str,
    b: &str,
) -> Option<&'a PairwiseResult> {
    analysis.verdicts.iter().find(|pair| pair.metric == metric && pair.a == a && pair.b == b)
}

fn shown(pair: &PairwiseResult) -> String {
    let figure = |figure: Option<f64>| human::shown(figure, number);
    format!(
        "{}/{} {} ({} to {}): {:?}",
        pair.a,
        pair.b,
        figure(pair.ratio),
        figure(pair.low),
        figure(pair.high),
        pair.verdict
    )
}
