//! Figures over the points of a campaign that varies its load.

use serde::Serialize;

use crate::{
    analysis::{Analysis, summary::Summary, verdicts::metrics},
    human::{shown, unit},
    load_driver::LoadDriver,
    matrix::{Metric, Scenario},
    plan::{Plan, Point},
};

/// A figure of every contender at every point, in a scenario under a driver.
#[derive(Debug, Serialize)]
pub(super) struct Table {
    pub(super) scenario: String,
    pub(super) driver: LoadDriver,
    pub(super) metric: Metric,
    /// The metric in words.
    pub(super) title: &'static str,
    /// What varies: workers or connections.
    pub(super) what: &'static str,
    /// How many of it there are at each point.
    pub(super) numbers: Vec<u32>,
    pub(super) rows: Vec<Row>,
}

/// A contender at all points.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) contender: String,
    #[serde(skip)]
    pub(super) figures: Vec<Option<f64>>,
    /// As people read them, with ≥ before a lower bound.
    pub(super) words: Vec<String>,
}

/// All tables, in the order of the other reports; none where the load does not vary.
pub(super) fn tables(plan: &Plan, analysis: &Analysis) -> Vec<Table> {
    let Some(first) = analysis.points.first() else { return Vec::new() };
    let numbers: Vec<u32> = analysis.points.iter().map(|(point, _)| point.number()).collect();
    let of = |scenario: &Scenario, driver: LoadDriver, metric: Metric| Table {
        scenario: scenario.name.to_string(),
        driver,
        metric,
        title: metric.title(),
        what: first.0.what(),
        numbers: numbers.clone(),
        rows: plan
            .contender_names()
            .into_iter()
            .map(|contender| Row::of(analysis, (contender, &scenario.name, driver), metric))
            .collect(),
    };
    let driven = plan.driven_scenarios();
    driven
        .flat_map(|(scenario, driver)| {
            metrics(driver).map(move |metric| of(scenario, driver, metric))
        })
        .collect()
}

impl Row {
    fn of(analysis: &Analysis, cell: (&str, &str, LoadDriver), metric: Metric) -> Self {
        let is_of_cell = |summary: &&Summary| {
            (summary.contender.as_str(), summary.scenario.as_str(), summary.driver) == cell
        };
        let at = |(_, analysis): &(Point, Analysis)| {
            let summary = analysis.summaries.iter().find(is_of_cell);
            let figure = summary.and_then(|summary| summary.figure(metric));
            let bound = summary.is_some_and(|summary| summary.is_lower_bound(metric));
            let sign = if bound && figure.is_some() { "≥ " } else { "" };
            (figure, format!("{sign}{}", shown(figure, unit(metric))))
        };
        let (figures, words) = analysis.points.iter().map(at).unzip();
        Self { contender: cell.0.to_owned(), figures, words }
    }
}

/// What a reader must know of all other figures; `None` where the load does not vary.
pub(super) fn sentence(plan: &Plan, analysis: &Analysis, processors: usize) -> Option<String> {
    let processors = plan.server_processors(processors);
    let shown = |&(point, _): &(Point, Analysis)| match point {
        Point::Workers(workers) if workers as usize > processors => {
            format!("{point} (more than servers may use processors)")
        }
        _ => point.to_string(),
    };
    let points: Vec<String> = analysis.points.iter().map(shown).collect();
    let own = plan.deciding_point().filter(|_| !points.is_empty())?;
    Some(format!(
        "Every cell was measured at {}, and compared with its like alone. The decision, and all that does not name another \
         point, is at {own}.",
        points.join(", ")
    ))
}
