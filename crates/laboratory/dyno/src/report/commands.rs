//! The commands of a campaign, as a person would type them.

use std::path::Path;

use crate::{
    matrix::{Contender, Scenario},
    plan::Plan,
    trial::{
        affinity::Processors,
        driver::{Drive, Kind, dyno, wrk},
        gnu_time,
    },
};

/// What ran a contender.
pub(super) fn server(plan: &Plan, contender: &Contender) -> String {
    let (home, payload) = (Path::new("."), Path::new("payload.bin"));
    let fill = |text: &String| Contender::fill(text, plan.listen, home, payload);
    let env = contender.env.iter().map(|(name, value)| format!("{name}={}", fill(value)));
    let mut words: Vec<String> = ["env", "-i"].map(str::to_owned).to_vec();
    words.extend(["PATH=\"$PATH\"".to_owned(), "LANG=C.UTF-8".to_owned()]);
    words.extend(env);
    words.push(format!("time -f '{}'", gnu_time::FORMAT));
    words.extend(contender.command(plan.listen, home, payload));
    words.join(" ")
}

/// What drove a scenario; at a constant rate, at so many requests per second.
pub(super) fn driver(plan: &Plan, scenario: &Scenario, driver: Kind, rate: Option<f64>) -> String {
    let drive = Drive {
        target: plan.listen,
        script: &scenario.script,
        connections: plan.load.connections,
        threads: plan.load.threads,
        duration: plan.load.duration,
        processors: Processors::All,
        output: None,
    };
    let words = match driver {
        Kind::Wrk => wrk::command(drive),
        Kind::Dyno | Kind::DynoAt(_) => dyno::command(drive, rate),
    };
    words.join(" ")
}

/// What began the campaign; with its seed, so that the order of trials is the same again.
pub(super) fn campaign(plan: &Plan) -> String {
    let mut words = plan.arguments.clone();
    if !words.iter().any(|word| word.starts_with("--seed")) {
        words.push(format!("--seed {}", plan.seed));
    }
    format!("./dyno {}", words.join(" "))
}
