//! Whether two campaigns can be compared, and what else differs between them.

use std::collections::BTreeSet;

use crate::{
    analysis::machines,
    matrix::Scenario,
    name::Name,
    plan::Plan,
    record::{
        build_info::BuildInfo, campaign::Campaign, environment::Environment, machine::Machine,
    },
};

/// What of the machine has changed.
pub(super) fn machine_change(base: &Campaign, new: &Campaign) -> Option<&'static str> {
    let kernel = |machine: &Machine| machine.kernel.clone();
    let settings = |machine: &Machine| (machine.governor.clone(), machine.turbo, machine.smt);
    [
        (same_machines(base, new), "machine"),
        (of_all(base, kernel) == of_all(new, kernel), "kernel"),
        (of_all(base, settings) == of_all(new, settings), "setting of the processors"),
    ]
    .into_iter()
    .find_map(|(same, what)| (!same).then_some(what))
}

/// What there is of something on all machines of a campaign.
fn of_all<T: Ord>(campaign: &Campaign, what: impl Fn(&Machine) -> T) -> BTreeSet<T> {
    campaign.parts().iter().map(|part| what(&part.environment.machine)).collect()
}

/// Whether both were measured on machines of the same kinds.
fn same_machines(base: &Campaign, new: &Campaign) -> bool {
    let kind =
        |machine: &Machine| (machine.processor.clone(), machine.processors, machine.memory_kb);
    of_all(base, kind) == of_all(new, kind)
}

/// What makes two campaigns incomparable.
pub(super) fn obstacles(base: &Campaign, new: &Campaign) -> Vec<String> {
    let (before, after) = (&base.plan, &new.plan);
    let machine = same_machines(base, new);
    let load = |plan: &Plan| {
        let load = &plan.load;
        (load.connections, load.threads, load.duration, load.warmup, plan.pin)
    };
    let exchanges = match (&before.exchanges_sha256, &after.exchanges_sha256) {
        (Some(before), Some(after)) => before == after,
        // What the other one asked was in the program.
        _ => true,
    };
    [
        (machine, "different machines"),
        (load(before) == load(after), "different loads"),
        (before.workers() == after.workers(), "different numbers of workers"),
        (before.scripts_sha256 == after.scripts_sha256, "different scripts or corpora"),
        (exchanges, "different exchanges"),
        (searches(before, after, |one| one.objective.clone()), "different objectives"),
        (searches(before, after, |one| Some(one.arrivals())), "different arrivals of requests"),
    ]
    .into_iter()
    .filter(|(same, _)| !same)
    .map(|(_, what)| what.to_owned())
    .collect()
}

/// Whether something is the same of every scenario in which both search for capacities.
fn searches<T: PartialEq>(before: &Plan, after: &Plan, what: impl Fn(&Scenario) -> T) -> bool {
    let searched = |plan: &'_ Plan, name: &Name| {
        let own = plan.scenarios.iter().find(|one| one.name == *name && plan.searches(one));
        own.map(&what)
    };
    after.scenarios.iter().all(|one| {
        let sides = searched(before, &one.name).zip(searched(after, &one.name));
        sides.is_none_or(|(before, after)| before == after)
    })
}

/// What may explain a change, or is the very thing under comparison.
pub(super) fn differences(base: &Campaign, new: &Campaign) -> Vec<String> {
    let (before, after) = (&base.environment, &new.environment);
    let mut found = Vec::new();
    let mut note = |what: &str, was: &str, is: &str| {
        if was != is {
            found.push(format!("{what}: {was} before, {is} now"));
        }
    };
    let machines = |campaign: &Campaign| match machines::measured(campaign).len() {
        1 => "one".to_owned(),
        several => format!("{several}, whose levels are in the noise of every cell"),
    };
    note("machines", &machines(base), &machines(new));
    let kernels = |campaign: &Campaign| {
        let kernels = of_all(campaign, |machine| machine.kernel.clone());
        kernels.into_iter().collect::<Vec<_>>().join(", ")
    };
    note("kernel", &kernels(base), &kernels(new));
    note("wrk", &before.wrk, &after.wrk);
    note("dyno", &revision(before), &revision(after));
    for (contender, version) in &after.contenders {
        let was = before.contenders.get(contender);
        note(contender, was.map_or("not measured", String::as_str), version);
    }
    for contender in before.contenders.keys().filter(|name| !after.contenders.contains_key(*name)) {
        note(contender, "measured", "not measured");
    }
    for (contender, told) in &after.build_info {
        if let Some(was) = before.build_info.get(contender).and_then(BuildInfo::line) {
            let is = told.line().unwrap_or_default();
            note(&format!("how {contender} was built"), &was, &is);
        }
    }
    found
}

fn revision(environment: &Environment) -> String {
    format!("{} at {}", environment.dyno, environment.revision)
}
