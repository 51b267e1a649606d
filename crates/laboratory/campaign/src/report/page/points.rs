//! Figures over the points of a load.

use minijinja::{Value, context, value::Serde};

use super::{driven::Driven, ink};
use crate::{
    analysis::Analysis,
    plan::Plan,
    report::{
        plot::{
            mark::Mark,
            points::{self, Contender},
        },
        points::{Table, tables},
    },
};

/// The figures from the drivers that count: those that the rule weighs, and the others to be folded.
pub(super) fn figures(plan: &Plan, analysis: &Analysis, all: &[Driven]) -> Option<Value> {
    let counting = tables(plan, analysis).into_iter().filter(|table| {
        analysis.decision.driver_for(&table.scenario, table.metric) == Some(table.driver)
    });
    let weighed = |table: &Table| {
        let is_of_table =
            |one: &&Driven| one.driver == table.driver && one.scenario.name == *table.scenario;
        all.iter().find(is_of_table).is_some_and(|one| one.weighs(table.metric))
    };
    let (open, folded): (Vec<Table>, Vec<Table>) = counting.partition(weighed);
    let what = open.first().or(folded.first())?.what;
    let figures = |tables: &[Table]| -> Vec<Value> {
        tables.iter().map(|table| figure(plan, table)).collect()
    };
    Some(context! { what, open => figures(&open), folded => figures(&folded) })
}

fn figure(plan: &Plan, table: &Table) -> Value {
    context! {
        id => format!("points-{}-{}-{}", table.scenario, table.driver, table.title.replace(' ', "-")),
        name => format!("{}, {}", table.title, table.scenario),
        plot => plot(plan, table),
        table => Serde(table),
    }
}

fn plot(plan: &Plan, table: &Table) -> Value {
    let all = table.rows.iter().map(|row| {
        let numbers = table.numbers.iter().map(|&number| f64::from(number));
        let figures = numbers.zip(&row.figures).zip(&row.disturbed);
        Contender {
            name: &row.contender,
            ink: ink(plan, &row.contender),
            figures: figures
                .filter_map(|((number, figure), disturbed)| {
                    Some((number, (*figure)?, Mark::counting(*disturbed)))
                })
                .collect(),
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
