//! Decisions on campaigns of known figures, one file a subject.

mod choice;
mod drivers;
mod eligibility;
mod missing;
mod searches;
mod settlement;

use std::path::Path;

use serde_json::json;

use super::*;
use crate::{
    analysis::verdicts::{self, PairwiseResult, Verdict},
    matrix::Matrix,
    plan::PlanOptions,
    record::sample::Status,
    report::sentence,
};

/// The rule that these tests are about, whatever the project's own is.
const RULE: &str = r#"
    objective = "Choose."
    margin = 0.05
    tie_breaker = "peak_rss_tree_kb"
    criterion = [
        { scenario = "validate", metric = "requests_per_s", weight = 3 },
        { scenario = "static", metric = "requests_per_s", weight = 2 },
        { scenario = "validate", metric = "p99_us", weight = 1 },
        { scenario = "validate", metric = "server_cpu_us_per_request", weight = 1 },
        { scenario = "static", metric = "peak_rss_tree_kb", weight = 1 },
    ]
"#;

/// The project's own matrix with these contenders and that rule.
fn plan(contenders: &[&str]) -> Plan {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../dyno.toml");
    let mut matrix = Matrix::read(&file).unwrap();
    matrix.decision = toml::from_str(RULE).unwrap();
    for scenario in &mut matrix.scenarios {
        scenario.objective = None;
    }
    let drivers = vec![LoadDriver::Wrk, LoadDriver::Dyno];
    let options = PlanOptions {
        contenders: contenders.iter().map(|&name| name.to_owned()).collect(),
        ..PlanOptions::new(matrix.load.clone(), drivers)
    };
    Plan::new(&matrix, options).unwrap()
}

/// Both cells of a contender in a round: so many requests a second, and so much memory.
fn cells(round: u32, contender: &str, rate: f64, memory_kb: u64) -> Vec<Sample> {
    // Noise of about two percent that differs from round to round and contender to contender.
    let seed = f64::from(round) * 12.9 + f64::from(contender.as_bytes()[0]) * 78.2;
    let rate = rate * (1.0 + 0.02 * seed.sin());
    ["static", "validate"]
        .map(|scenario| {
            serde_json::from_value(json!({
                "round": round, "order": 1, "attempt": 1, "contender": contender, "scenario": scenario,
                "status": "ok", "reason": "", "started_at": "2026-01-01T00:00:00.000Z", "driver": "wrk", "threads": 1, "connections": 1,
                "requests_per_s": rate, "p99_us": 1e9 / rate, "server_cpu_us_per_request": 1e6 / rate,
                "peak_rss_tree_kb": memory_kb, "latency_censored": false, "checked_answers": 9, "driver_bound": false,
                "disturbed": false, "folder": "",
            }))
            .unwrap()
        })
        .to_vec()
}

/// So many rounds of contenders with their rates and memory.
fn campaign(rounds: u32, contenders: &[(&str, f64, u64)]) -> Vec<Sample> {
    (1..=rounds)
        .flat_map(|round| {
            contenders
                .iter()
                .flat_map(move |&(name, rate, memory)| cells(round, name, rate, memory))
        })
        .collect()
}

fn decided(rounds: u32, contenders: &[(&str, f64, u64)]) -> Decision {
    let names: Vec<&str> = contenders.iter().map(|contender| contender.0).collect();
    decide(&plan(&names), &campaign(rounds, contenders))
}
