//! `dyno selftest`: the instrument proves itself on servers whose truth is known.
//!
//! *A/A*: one server under two names must not differ. *Planted*: the same server with a known CPU
//! time planted in every request must be found slower, by the planted amount. *Capacity*: one server
//! whose capacity is arithmetic, under two names, must be found with that capacity and not differ.

mod capacity;
mod throughput;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use campaign::{
    analysis::{self, Analysis, verdicts::PairwiseResult},
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
use crate::{failure::Failure, lock, measure::Measure, output::say, port};

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
    /// Check only this
    #[arg(long)]
    only: Option<Subject>,
}

/// What is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Subject {
    /// Throughput and CPU time per request: a few seconds per round and server
    Throughput,
    /// Capacity: about half a minute per round and server
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
        faults = found(matrix, arguments, throughput::part(arguments), out)?;
    }
    // It takes longer.
    if faults.is_empty() && arguments.checks(Subject::Capacity) {
        faults = found(matrix, arguments, capacity::part(arguments), out)?;
    }
    Ok(faults)
}

/// A part of the matrix, and how it is judged.
struct Part {
    contenders: &'static [&'static str],
    scenario: &'static str,
    /// Of the closed loop.
    drivers: Vec<LoadDriver>,
    rounds: u32,
    /// Where the findings differ from the truth.
    faults: fn(&Matrix, &Analysis) -> anyhow::Result<Vec<String>>,
}

/// Measures a part, and says what is wrong: trials that are not ok, or what was found.
fn found(
    matrix: &Matrix,
    arguments: &Arguments,
    part: Part,
    out: &Path,
) -> anyhow::Result<Vec<String>> {
    let load = Load {
        rounds: part.rounds,
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
    let out = out.join(part.scenario);
    let counts = Measure::prepare(matrix, &plan, true)?.run(&out)?;
    if counts.not_ok > 0 {
        let failure = Failure::TrialsNotOk { not_ok: counts.not_ok, trials: counts.trials };
        return Ok(vec![failure.to_string()]);
    }
    (part.faults)(matrix, &analysis::analyse(&Campaign::read(&out)?))
}

/// What a variable of a contender's environment plants in it, above 0.
fn planted(matrix: &Matrix, contender: &str, variable: &str) -> anyhow::Result<f64> {
    let own = matrix.contenders.iter().find(|one| one.name == *contender);
    let planted = own.and_then(|own| own.env.get(variable)?.parse::<f64>().ok());
    let planted = planted.filter(|&planted| planted > 0.0);
    planted.with_context(|| format!("selftest.toml lacks {contender}'s {variable}"))
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
