//! One server whose capacity is arithmetic, under two names.

use campaign::{
    analysis::{Analysis, verdicts::Verdict},
    human::{number, shown},
    matrix::{Matrix, Metric},
};

use super::{Arguments, Part, pair, planted};
use crate::output::say;

/// The contenders of `selftest.toml` in this scenario.
const SCENARIO: &str = "queue";
const QUEUES: [&str; 2] = ["queue-a", "queue-b"];
/// Their variable with the microseconds that the one worker of the queue takes for a request.
const SERVICE_US: &str = "PLANTED_QUEUE_US";
/// How close a capacity must be to the truth, as a share of it.
const PRECISION: f64 = 0.05;
/// A verdict needs three, and a search finds nearly the same in each.
const ROUNDS: u32 = 3;

pub(super) fn part(arguments: &Arguments) -> Part {
    Part {
        contenders: &QUEUES,
        scenario: SCENARIO,
        drivers: Vec::new(),
        rounds: arguments.rounds.min(ROUNDS),
        faults,
    }
}

fn faults(matrix: &Matrix, analysis: &Analysis) -> anyhow::Result<Vec<String>> {
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
        // What one worker serves in a second.
        let truth = 1e6 / planted(matrix, queue, SERVICE_US)?;
        let summary = analysis.summaries.iter().find(|summary| summary.contender == queue);
        let found = summary.and_then(|summary| summary.capacity_per_s);
        say!("capacity {queue:30} {} of {}/s", shown(found, number), number(truth));
        if found.is_none_or(|found| (found / truth).ln().abs() > PRECISION) {
            faults.push(format!("the capacity of {queue} was not found"));
        }
    }
    Ok(faults)
}
