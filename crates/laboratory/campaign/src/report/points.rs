//! Figures and verdicts over the points of a campaign that varies its load.

use serde::Serialize;

use super::{
    figure::Marked,
    pairs::{self, Pair},
};
use crate::{
    analysis::{Analysis, AtPoint, summary::Summary, verdicts::metrics},
    human::NO_FIGURE,
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
    /// How the contenders that the reports compare do beside each other.
    pub(super) pairs: Vec<Pair>,
}

/// A contender at all points.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) contender: String,
    #[serde(skip)]
    pub(super) figures: Vec<Option<f64>>,
    /// Whether something disturbed a sample of a figure.
    #[serde(skip)]
    pub(super) disturbed: Vec<bool>,
    /// As people read them, with their marks.
    pub(super) words: Vec<String>,
}

/// All tables, in the order of the other reports; none where the load does not vary.
pub(super) fn tables(plan: &Plan, analysis: &Analysis) -> Vec<Table> {
    let Some(first) = analysis.points.first() else { return Vec::new() };
    let numbers: Vec<u32> = analysis.points.iter().map(|one| one.point.number()).collect();
    let of = |scenario: &Scenario, driver: LoadDriver, metric: Metric| Table {
        scenario: scenario.name.to_string(),
        driver,
        metric,
        title: metric.title(),
        what: first.point.what(),
        numbers: numbers.clone(),
        rows: plan
            .contender_names()
            .into_iter()
            .map(|contender| Row::of(analysis, (contender, &scenario.name, driver), metric))
            .collect(),
        pairs: pairs::by_point(plan, analysis, (&scenario.name, driver, metric)),
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
        let at = |one: &AtPoint| {
            let summary = one.summaries.iter().find(is_of_cell);
            let figure = summary.and_then(|summary| summary.figure(metric));
            let words = summary.map(|summary| Marked::of(summary, metric).to_string());
            let disturbed = summary.is_some_and(|summary| summary.disturbed > 0);
            (figure, (disturbed, words.unwrap_or_else(|| NO_FIGURE.to_owned())))
        };
        let (figures, (disturbed, words)) = analysis.points.iter().map(at).unzip();
        Self { contender: cell.0.to_owned(), figures, disturbed, words }
    }
}

/// What a reader must know of all other figures; `None` where the load does not vary.
pub(super) fn sentence(plan: &Plan, analysis: &Analysis, processors: usize) -> Option<String> {
    let processors = plan.server_processors(processors);
    let shown = |one: &AtPoint| match one.point {
        point @ Point::Workers(workers) if workers as usize > processors => {
            format!("{point} (more than the processors that servers may use)")
        }
        point => point.to_string(),
    };
    let points: Vec<String> = analysis.points.iter().map(shown).collect();
    let own = plan.deciding_point().filter(|_| !points.is_empty())?;
    Some(format!(
        "Every cell was measured at {}, and compared only with cells at the same point. The decision, and every figure that \
         names no point, is at {own}.",
        points.join(", ")
    ))
}
