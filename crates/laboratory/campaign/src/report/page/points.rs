//! Figures over the points of a load.

use minijinja::{Value, context, value::Serde};

use super::ink;
use crate::{
    analysis::Analysis,
    plan::Plan,
    report::{
        plot::points::{self, Contender},
        points::{Table, tables},
    },
};

/// One entry for each figure that counts for the decision, and its scenario.
pub(super) fn figures(plan: &Plan, analysis: &Analysis) -> Vec<Value> {
    let counting = tables(plan, analysis).into_iter();
    counting
        .filter(|table| analysis.decision.counts(&table.scenario, table.driver))
        .map(|table| context! { plot => plot(plan, &table), table => Serde(&table) })
        .collect()
}

fn plot(plan: &Plan, table: &Table) -> Value {
    let all = table.rows.iter().map(|row| {
        let numbers = table.numbers.iter().map(|&number| f64::from(number));
        let figures = numbers.zip(&row.figures);
        Contender {
            name: &row.contender,
            ink: ink(plan, &row.contender),
            figures: figures.filter_map(|(number, figure)| Some((number, (*figure)?))).collect(),
        }
    });
    let all: Vec<Contender> = all.collect();
    let title = format!(
        "{} of every contender over {} in {}, {}; the table below has the figures",
        table.title, table.what, table.scenario, table.driver
    );
    let svg = points::plot(&title, table.metric, (table.what, &table.numbers), &all);
    Value::from_safe_string(svg)
}
