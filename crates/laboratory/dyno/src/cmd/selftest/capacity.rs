//! One server whose capacity is arithmetic, under two names.

use std::path::Path;

use anyhow::Context;
use campaign::{
    analysis::{Analysis, verdicts::Verdict},
    human::{number, shown},
    matrix::{Matrix, Metric},
};

use super::{Arguments, PRECISION, Part, measured, pair};
use crate::output::say;

/// The contenders of `selftest.toml` in this scenario.
const SCENARIO: &str = "queue";
const QUEUES: [&str; 2] = ["queue-a", "queue-b"];
/// Their variable with the microseconds that the one worker of the queue takes for a request.
const SERVICE_US: &str = "PLANTED_QUEUE_US";
/// A verdict needs three, and a search finds nearly the same in each.
const ROUNDS: u32 = 3;

/// What is wrong with what a campaign found of the capacities.
pub(super) fn attempted(
    matrix: &Matrix,
    arguments: &Arguments,
    out: &Path,
) -> anyhow::Result<Vec<String>> {
    let arguments = Arguments { rounds: arguments.rounds.min(ROUNDS), ..*arguments };
    let part = Part { contenders: &QUEUES, scenario: SCENARIO, drivers: Vec::new() };
    match measured(matrix, &arguments, part, &out.join(SCENARIO))? {
        Ok(analysis) => faults_of(matrix, &analysis),
        Err(fault) => Ok(vec![fault]),
    }
}

fn faults_of(matrix: &Matrix, analysis: &Analysis) -> anyhow::Result<Vec<String>> {
    let metric = Metric::CapacityPerS;
    let mut faults = Vec::new();
    match pair(analysis, metric, QUEUES[0], QUEUES[1]) {
        None => faults.push("nothing compares the capacities of one server".to_owned()),
        Some(queues) => {
            say!("A/A      {:30} {}", metric.title(), super::shown(queues));
            if matches!(queues.verdict, Verdict::ABetter | Verdict::BBetter) {
                faults
                    .push("one server under two names was found to have two capacities".to_owned());
            }
        }
    }
    for queue in QUEUES {
        let truth = truth(matrix, queue)?;
        let summary = analysis.summaries.iter().find(|summary| summary.contender == queue);
        let found = summary.and_then(|summary| summary.capacity_per_s);
        say!("capacity {queue:30} {} of {}/s", shown(found, number), number(truth));
        if found.is_none_or(|found| (found / truth).ln().abs() > PRECISION) {
            faults.push(format!("the capacity of {queue} was not found"));
        }
    }
    Ok(faults)
}

/// What one worker serves in a second.
fn truth(matrix: &Matrix, queue: &str) -> anyhow::Result<f64> {
    let contender = matrix.contenders.iter().find(|contender| contender.name == *queue);
    let service = contender.and_then(|queue| queue.env.get(SERVICE_US)?.parse::<f64>().ok());
    let service = service.filter(|&service| service > 0.0);
    Ok(1e6 / service.with_context(|| format!("selftest.toml lacks {queue}'s {SERVICE_US}"))?)
}
