//! The commands of a campaign, as a person would type them.

use std::path::Path;

use crate::{
    load_driver::LoadDriver,
    matrix::{Contender, FileRule, Placeholders, Scenario, by_name},
    plan::{
        Plan,
        command::{ConstantRate, GNU_TIME_FORMAT, Window},
    },
};

/// The commands that made the files, with what came of them.
pub(super) fn files(plan: &Plan) -> Vec<String> {
    let made = |FileRule { name, make, sha256, .. }: &FileRule| {
        format!("{} >{name}  # SHA-256 {sha256}", make.join(" "))
    };
    plan.files.iter().map(made).collect()
}

/// The command that ran a contender.
pub(super) fn server(plan: &Plan, contender: &Contender) -> String {
    let places = Placeholders {
        listen: plan.listen,
        home: Path::new("."),
        made: &by_name(&plan.files),
        workers: plan.load.workers,
    };
    let env = contender.env.iter().map(|(name, value)| format!("{name}={}", places.fill(value)));
    let mut words: Vec<String> = ["env", "-i"].map(str::to_owned).to_vec();
    words.extend(["PATH=\"$PATH\"".to_owned(), "LANG=C.UTF-8".to_owned()]);
    words.extend(env);
    words.push(format!("time -f '{GNU_TIME_FORMAT}'"));
    words.extend(contender.command(places));
    words.join(" ")
}

/// The command that generated a scenario's load; at constant rates, one for each of their requests per second.
pub(super) fn driver(
    plan: &Plan,
    scenario: &Scenario,
    driver: LoadDriver,
    rates: &[f64],
) -> Vec<String> {
    let window = Window {
        target: plan.listen,
        script: scenario.script_in(Path::new(""), Path::new("")),
        exchanges: scenario.exchanges.clone(),
        made: plan.files_of_exchanges(&by_name(&plan.files)),
        connections: plan.load.connections,
        threads: plan.load.threads,
        duration: plan.load.duration,
    };
    let random = scenario.arrivals().random(plan.seed);
    let at = |&rate: &f64| ConstantRate { rate, random, ..ConstantRate::default() };
    let commands = match (driver, &scenario.objective) {
        (LoadDriver::Wrk, _) => vec![window.wrk()],
        (LoadDriver::Search, Some(objective)) => {
            vec![window.search(objective, scenario.arrivals())]
        }
        _ if rates.is_empty() => vec![window.dyno(None)],
        _ => rates.iter().map(|rate| window.dyno(Some(&at(rate)))).collect(),
    };
    commands.iter().map(|words| words.join(" ")).collect()
}

/// The command that started the campaign, with its seed, so that the order of trials repeats.
pub(super) fn campaign(plan: &Plan) -> String {
    let mut words = plan.arguments.clone();
    if !words.iter().any(|word| word.starts_with("--seed")) {
        words.push(format!("--seed {}", plan.seed));
    }
    format!("./dyno {}", words.join(" "))
}
