//! A campaign that was measured on several machines: what each says by itself, and whether they agree.
//!
//! Verdicts and the decision compare within rounds, and so within machines. What is left is a contender that is better
//! on one machine than on another: such an interaction is tested for, and who leads is shown machine by machine.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use statistics::{Figure, geometric_mean, interactions, relative};

use super::{
    best::best,
    bound::is_lower_bound,
    decision::Decision,
    rounds::{ByRound, CellName, Round},
    score::{Rule, held_back, score},
    verdicts::metrics,
};
use crate::{
    load_driver::LoadDriver,
    matrix::Metric,
    plan::Plan,
    record::{campaign::Campaign, machine::Machine, sample::Sample},
    table::thousandths,
};

/// The machines of a campaign, side by side.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Machines {
    /// In the order of their first rounds.
    pub machines: Vec<Measured>,
    /// One per machine, cell and metric.
    pub levels: Vec<Level>,
    /// Of the score first, then one per scenario, driver and metric.
    pub agreements: Vec<Agreement>,
}

/// A machine and what it has measured.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Measured {
    /// From 1.
    pub number: usize,
    /// What it is.
    pub machine: Machine,
    /// The numbers of its rounds.
    pub rounds: BTreeSet<u32>,
}

/// A row of `machines.csv`: a cell in one metric, on one machine alone.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Level {
    /// The machine's number.
    pub machine: usize,
    /// The scenario.
    pub scenario: String,
    /// The driver.
    pub driver: LoadDriver,
    /// The contender.
    pub contender: String,
    /// The metric.
    pub metric: Metric,
    /// The geometric mean of the valid samples.
    pub figure: Option<f64>,
    /// It is a lower bound.
    pub at_least: bool,
    /// Valid samples that have the figure.
    pub valid: usize,
}

/// Whether the machines agree in one figure.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Agreement {
    /// The figure; none for the score, which the decision rests on.
    pub of: Option<Compared>,
    /// The best contender by estimate, machine by machine; none where nothing is known.
    pub leaders: Vec<Option<String>>,
    /// The pairs whose ratio is shown to depend on the machine. In each figure the chance of any false claim is below
    /// 5 %.
    pub depends: Vec<Dependence>,
}

/// What is compared.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Compared {
    /// The scenario.
    pub scenario: String,
    /// The driver.
    pub driver: LoadDriver,
    /// The metric.
    pub metric: Metric,
}

/// A pair whose ratio depends on the machine.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Dependence {
    /// The first contender.
    pub a: String,
    /// The second contender.
    pub b: String,
    /// The figure of `a` over that of `b`, machine by machine; none where it is not known.
    pub ratios: Vec<Option<f64>>,
}

impl Agreement {
    /// The contenders that lead on any machine.
    #[must_use]
    pub fn leading(&self) -> BTreeSet<&str> {
        self.leaders.iter().flatten().map(String::as_str).collect()
    }

    /// Whether it is shown that not the same contender is the best everywhere.
    #[must_use]
    pub fn winner_depends(&self) -> bool {
        let leaders = self.leading();
        let lead =
            |pair: &Dependence| [&pair.a, &pair.b].iter().all(|it| leaders.contains(it.as_str()));
        self.depends.iter().any(lead)
    }
}

/// Compares the machines; `None` where there was one.
pub(super) fn compare(campaign: &Campaign, decision: &Decision) -> Option<Machines> {
    let machines = measured(campaign);
    if machines.len() < 2 {
        return None;
    }
    let (plan, rounds) = (&campaign.plan, ByRound::new(&campaign.samples));
    let apart: Vec<ByRound> = machines.iter().map(|one| rounds.only(&one.rounds)).collect();
    let kinds: Vec<&str> = machines.iter().map(|one| one.machine.processor.as_str()).collect();
    let held_back = held_back(plan, &decision.drivers, &rounds);
    let own = &plan.rule();
    let rule = Rule { plan, own, drivers: &decision.drivers, held_back: &held_back };
    let eligible: Vec<&str> =
        decision.ranking.iter().map(|ranked| ranked.contender.as_str()).collect();
    let mut agreements =
        vec![agreement(None, &apart, &kinds, &eligible, |round, name| score(rule, round, name))];
    for (scenario, driver) in plan.driven_scenarios() {
        for metric in metrics(driver) {
            let scenario = scenario.name.as_str();
            let of = Compared { scenario: scenario.to_owned(), driver, metric };
            let figure = |round: &Round, contender: &str| {
                let figure = round.counted((contender, scenario, driver), metric)?;
                Some(if metric.more_is_better() { figure } else { figure.inverse() })
            };
            agreements.push(agreement(Some(of), &apart, &kinds, &plan.contender_names(), figure));
        }
    }
    Some(Machines { levels: levels(plan, &apart), machines, agreements })
}

/// The machines in the order of their first rounds. Two boots of one machine count as two.
pub(super) fn measured(campaign: &Campaign) -> Vec<Measured> {
    let mut found: Vec<Measured> = Vec::new();
    for part in campaign.parts() {
        let machine = part.environment.machine;
        match found.iter_mut().find(|one| one.machine.is(&machine)) {
            Some(known) => known.rounds.extend(part.rounds),
            None => {
                found.push(Measured { number: found.len() + 1, machine, rounds: part.rounds });
            }
        }
    }
    found
}

/// Whether the machines agree in a figure, of which more is better.
fn agreement(
    of: Option<Compared>,
    machines: &[ByRound],
    kinds: &[&str],
    contenders: &[&str],
    figure: impl Fn(&Round, &str) -> Option<Figure>,
) -> Agreement {
    let tables: Vec<_> = machines.iter().map(|rounds| rounds.table(contenders, &figure)).collect();
    let relatives: Vec<Vec<Option<f64>>> = tables.iter().map(|table| relative(table)).collect();
    let name = |at: usize| contenders[at].to_owned();
    let less_is_better = of.as_ref().is_some_and(|of| !of.metric.more_is_better());
    let ratio = |figures: &Vec<Option<f64>>, a: usize, b: usize| {
        let ratio = figures.get(a).copied().flatten()? / figures.get(b).copied().flatten()?;
        // As the figure itself is.
        Some(if less_is_better { ratio.recip() } else { ratio })
    };
    let depends = interactions(&tables, kinds).into_iter().map(|pair| Dependence {
        a: name(pair.a),
        b: name(pair.b),
        ratios: relatives.iter().map(|figures| ratio(figures, pair.a, pair.b)).collect(),
    });
    Agreement {
        of,
        leaders: relatives.iter().map(|figures| best(figures).map(name)).collect(),
        depends: depends.collect(),
    }
}

/// What each machine shows by itself.
fn levels(plan: &Plan, machines: &[ByRound]) -> Vec<Level> {
    let mut levels = Vec::new();
    for (scenario, driver) in plan.driven_scenarios() {
        for contender in plan.contender_names() {
            let name = (contender, scenario.name.as_str(), driver);
            let cells: Vec<_> = machines.iter().map(|rounds| rounds.cell(name)).collect();
            for metric in metrics(driver) {
                levels.extend((1..).zip(&cells).map(|(one, cell)| level(one, name, metric, cell)));
            }
        }
    }
    levels
}

fn level(machine: usize, name: CellName, metric: Metric, samples: &[&Sample]) -> Level {
    let (contender, scenario, driver) = name;
    let figures: Vec<f64> = samples.iter().filter_map(|sample| sample.figure(metric)).collect();
    Level {
        machine,
        scenario: scenario.to_owned(),
        driver,
        contender: contender.to_owned(),
        metric,
        figure: geometric_mean(&figures).map(thousandths),
        at_least: is_lower_bound(samples, metric),
        valid: figures.len(),
    }
}
