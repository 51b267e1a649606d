//! Capacities, and the curve behind them: latency over rate.

use minijinja::{Value, context, value::Serde};

use super::{disturbed, ink, plots::Cells};
use crate::{
    analysis::{Analysis, capacity::Searched, summary::Summary},
    load_driver::LoadDriver,
    record::campaign::Campaign,
    report::{
        capacity::{self, Table},
        plot::rates::{self, Contender, Objective},
    },
};

/// One entry for each scenario that has an objective.
pub(super) fn figures(campaign: &Campaign, analysis: &Analysis) -> Vec<Value> {
    let tables = capacity::tables(analysis).into_iter();
    tables.map(|table| figure(campaign, analysis, &table)).collect()
}

fn figure(campaign: &Campaign, analysis: &Analysis, table: &Table) -> Value {
    let scenario = campaign.plan.scenarios.iter().find(|one| one.name == table.scenario);
    let of_table = |summary: &&Summary| {
        summary.scenario == table.scenario && summary.driver == LoadDriver::Search
    };
    let summaries: Vec<&Summary> = analysis.summaries.iter().filter(of_table).collect();
    let name = format!("{} within {}", table.scenario, table.objective);
    let cells = Cells { campaign, summaries: &summaries, name: &name };
    let all = analysis.capacities.iter().filter(|one| one.scenario == table.scenario);
    let all: Vec<&Searched> = all.collect();
    context! {
        table => Serde(table),
        endpoint => scenario.map(|scenario| &scenario.endpoint),
        counts => analysis.decision.counts(&table.scenario, LoadDriver::Search),
        disturbed => disturbed(&summaries),
        strip => cells.capacity(),
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
    let probes = |sound: bool| {
        let those = one.probes.iter().filter(|probe| probe.sound == sound);
        those.map(|probe| (probe.rate, probe.us)).collect()
    };
    Contender {
        name: one.contender.clone(),
        ink: ink(&campaign.plan, &one.contender),
        dots: probes(true),
        crosses: probes(false),
        line: one.line.clone(),
        capacity: one.capacity.capacity_per_s.map(|rate| (rate, one.capacity.at_least)),
    }
}
