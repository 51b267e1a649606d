//! The machines of a campaign, for reports: which there were, what each showed, and where they disagree.

use std::collections::BTreeSet;

use minijinja::{Value, context};

use super::{figure::Marked, sentence::list};
use crate::{
    analysis::{
        Analysis,
        bound::Bound,
        machines::{Agreement, Dependence, Level, Machines, Measured},
    },
    human::{self, NO_FIGURE, number, shown},
};

/// Whether the machines agree on the decision, in a sentence; `None` where there was one machine.
#[must_use]
pub fn sentence(analysis: &Analysis) -> Option<String> {
    let machines = analysis.machines.as_ref()?;
    let count = machines.machines.len();
    let score = machines.agreements.first()?;
    let leaders = score.leading();
    let said = if score.winner_depends() {
        let leads = (1..).zip(&score.leaders).filter_map(|(number, leader)| {
            Some(format!("{} on machine {number}", leader.as_ref()?))
        });
        format!("the winner depends on the machine: {}", list(&leads.collect::<Vec<_>>()))
    } else if score.depends.is_empty() {
        "no ratio of scores is shown to depend on the machine".to_owned()
    } else if leaders.len() == 1
        && let Some(leader) = leaders.first()
    {
        format!("{leader} leads on all of them, but by how much depends on the machine")
    } else {
        "the leader is not shown to depend on the machine, but some ratios of scores are".to_owned()
    };
    Some(format!("Measured on {count} machines: {said}."))
}

/// What the templates show; `None` where there was one machine.
pub(super) fn shown_in_reports(analysis: &Analysis) -> Option<Value> {
    let machines = analysis.machines.as_ref()?;
    let counts = |scenario: &str, driver, metric| {
        analysis.decision.driver_for(scenario, metric) == Some(driver)
    };
    let agreements = machines.agreements.iter().filter(|one| {
        let of = one.of.as_ref();
        of.is_none_or(|of| counts(&of.scenario, of.driver, of.metric))
    });
    let all = machines.levels.iter();
    let levels: Vec<&Level> =
        all.filter(|one| counts(&one.scenario, one.driver, one.metric)).collect();
    // Those of a cell and metric stand together, one for each machine.
    let rows = levels.chunk_by(|one, other| one.machine < other.machine);
    Some(context! {
        sentence => sentence(analysis),
        machines => machines.machines.iter().map(machine).collect::<Vec<_>>(),
        agreements => agreements.map(agreement).collect::<Vec<_>>(),
        levels => rows.map(level).collect::<Vec<_>>(),
    })
}

fn machine(one: &Measured) -> Value {
    let machine = &one.machine;
    let virtual_one = if machine.hypervisor { ", virtual" } else { "" };
    context! {
        number => one.number,
        processor => format!("{}, {} CPUs{virtual_one}", machine.processor, machine.processors),
        memory => human::kib(machine.memory_kb as f64),
        kernel => &machine.kernel,
        governor => &machine.governor,
        boot => machine.boot_id.as_ref().map(|id| id.chars().take(8).collect::<String>()),
        rounds => ranges(&one.rounds),
    }
}

fn agreement(one: &Agreement) -> Value {
    let of = one.of.as_ref().map_or_else(
        || "score".to_owned(),
        |of| format!("{}, {}, {}", of.scenario, of.driver, of.metric.title()),
    );
    let said: Vec<String> = one.depends.iter().map(dependence).collect();
    context! {
        of,
        leaders => &one.leaders,
        said => if said.is_empty() { "no dependence shown".to_owned() } else { list(&said) },
        winner => one.winner_depends(),
    }
}

fn dependence(pair: &Dependence) -> String {
    let ratios: Vec<String> = pair.ratios.iter().map(|ratio| shown(*ratio, number)).collect();
    format!("{} / {}: {}", pair.a, pair.b, ratios.join("; "))
}

fn level(machines: &[&Level]) -> Value {
    let figure =
        |one: &&Level| Marked::new(one.figure, one.metric, Bound::lower(one.at_least)).to_string();
    context! {
        cell => machines.first().map(|one| context! {
            scenario => &one.scenario,
            driver => one.driver.to_string(),
            contender => &one.contender,
            metric => one.metric.title(),
        }),
        figures => machines.iter().map(figure).collect::<Vec<_>>(),
    }
}

/// Numbers in short: `1–3, 7`.
fn ranges(numbers: &BTreeSet<u32>) -> String {
    let numbers: Vec<u32> = numbers.iter().copied().collect();
    let runs = numbers.chunk_by(|one, next| one + 1 == *next);
    let run = |run: &[u32]| match run {
        [] => NO_FIGURE.to_owned(),
        [one] => one.to_string(),
        [one, other] => format!("{one}, {other}"),
        [first, .., last] => format!("{first}–{last}"),
    };
    runs.map(run).collect::<Vec<_>>().join(", ")
}

/// The rows of `machines.csv`; `None` where there was one machine.
pub(super) fn rows(analysis: &Analysis) -> Option<&[Level]> {
    analysis.machines.as_ref().map(|Machines { levels, .. }| levels.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_a_row_are_shown_by_their_ends() {
        assert_eq!(ranges(&[1, 2, 3, 7].into()), "1–3, 7");
        assert_eq!(ranges(&[4, 5].into()), "4, 5");
    }
}
