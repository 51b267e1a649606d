//! Capacities, and the curve behind them: latency over rate.

use minijinja::{Value, context, value::Serde};

use super::{
    driven::Driven,
    ink, marks,
    plots::{Cells, Drawn},
};
use crate::{
    analysis::{
        Analysis,
        capacity::{Probed, Searched},
    },
    load_driver::LoadDriver,
    matrix::Metric,
    record::campaign::Campaign,
    report::{
        capacity::{self, Table},
        plot::{
            mark::Mark,
            rates::{self, Contender, Objective},
        },
    },
};

/// One entry for each scenario that has an objective.
pub(super) fn figures(campaign: &Campaign, analysis: &Analysis, all: &[Driven]) -> Vec<Value> {
    let tables = capacity::tables(analysis).into_iter();
    let searched = |table: &Table| {
        all.iter()
            .find(|one| one.driver == LoadDriver::Search && one.scenario.name == *table.scenario)
    };
    tables.filter_map(|table| Some(figure(campaign, analysis, searched(&table)?, &table))).collect()
}

fn figure(campaign: &Campaign, analysis: &Analysis, one: &Driven, table: &Table) -> Value {
    let name = format!("{} within {}", table.scenario, table.objective);
    let cells = Cells { campaign, summaries: &one.summaries, name: &name };
    let all = analysis.capacities.iter().filter(|other| other.scenario == table.scenario);
    let all: Vec<&Searched> = all.collect();
    let Drawn { plot, table: words } = cells.capacity();
    context! {
        table => Serde(table),
        name => &name,
        endpoint => &one.scenario.endpoint,
        counts => one.weighs(Metric::CapacityPerS),
        notes => marks::notes(campaign, one),
        plot => Value::from_safe_string(plot),
        words => Serde(words),
        percentile => all.first().map(|one| one.limit.percentile.name()),
        curve => Value::from_safe_string(curve(campaign, &all)),
    }
}

/// The curve of all contenders in a scenario.
fn curve(campaign: &Campaign, all: &[&Searched]) -> String {
    let Some(&Searched { limit, ref scenario, .. }) = all.first().copied() else {
        return String::new();
    };
    let contenders: Vec<Contender> = all.iter().map(|one| contender(campaign, one)).collect();
    let title = format!(
        "{} of every contender over rate in {scenario}; the table below has the capacities",
        limit.percentile.name()
    );
    let objective = Objective { us: limit.within.as_secs_f64() * 1e6, words: &limit.to_string() };
    rates::plot(&title, &contenders, objective)
}

fn contender(campaign: &Campaign, one: &Searched) -> Contender {
    let mark = |probe: &Probed| match probe.sound {
        true => Mark::counting(probe.disturbed),
        false if probe.disturbed => Mark::Lost,
        false => Mark::Excluded,
    };
    Contender {
        name: one.contender.clone(),
        ink: ink(&campaign.plan, &one.contender),
        probes: one.probes.iter().map(|probe| (mark(probe), (probe.rate, probe.us))).collect(),
        line: one.line.clone(),
        capacity: one.capacity.capacity_per_s.map(|rate| (rate, one.capacity.at_least)),
    }
}
