//! What a person is told of a plan before anything is measured.

use campaign::{
    human::counted,
    matrix::{Contender, FileRule},
    name::Name,
    plan::Plan,
    report::workers,
};
use jiff::SignedDuration;

use crate::{output::say, process::affinity::Processors};

/// What is about to be done, and how long it takes.
pub(super) fn headline(plan: &Plan) -> anyhow::Result<String> {
    let estimate = SignedDuration::from_secs(i64::try_from(plan.estimate().as_secs())?);
    let seed = plan.seed;
    let trials = counted(plan.trials(), "trial");
    Ok(if let Some(round) = plan.one_round {
        format!("round {round} of {trials}, seed {seed}, about {estimate:#}")
    } else if plan.time_limit().is_some() {
        let trials = counted(plan.trials_per_round(), "trial");
        format!("rounds of {trials}, seed {seed}, at most {estimate:#}")
    } else {
        format!("{trials}, seed {seed}, about {estimate:#}")
    })
}

/// How many workers contenders have, at each point.
pub(super) fn say_workers(plan: &Plan) {
    let sentence = |plan: &Plan| workers::sentence(plan, Processors::All.count());
    let mut sentences: Vec<_> =
        plan.points.iter().filter_map(|&point| sentence(&plan.at(Some(point)))).collect();
    if plan.points.is_empty() {
        sentences.extend(sentence(plan));
    }
    sentences.dedup();
    for sentence in sentences {
        say!("{sentence}");
    }
}

/// All that a campaign runs: a matrix from somebody else runs their commands.
pub(super) fn print_commands(plan: &Plan) {
    for FileRule { name, build, make, .. } in &plan.files {
        print_commands_of(name, &[("build", build), ("make", make)]);
    }
    for contender in &plan.contenders {
        let Contender { name, build, run, version, build_info, .. } = contender;
        let commands =
            [("build", build), ("run", run), ("version", version), ("build_info", build_info)];
        print_commands_of(name, &commands);
    }
}

fn print_commands_of(name: &Name, commands: &[(&str, &Vec<String>)]) {
    for (what, words) in commands.iter().filter(|(_, words)| !words.is_empty()) {
        say!("{name}, {what}: {}", words.join(" "));
    }
}

/// Every round's cells in their order.
pub(super) fn print_rounds(plan: &Plan) {
    for number in plan.round_numbers() {
        let cells: Vec<_> = plan
            .round(number)
            .iter()
            .map(|cell| {
                let point = cell.point.map_or(String::new(), |point| format!("/{point}"));
                format!("{}/{}/{}{point}", cell.contender, cell.scenario, cell.driver)
            })
            .collect();
        say!("round {number}: {}", cells.join(" "));
    }
}
