//! A comparison of two campaigns, as Markdown and as JSON.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;

use super::markdown::escape;
use crate::{
    analysis::comparison::{Comparison, Outcome, Row, Side},
    human::{NO_FIGURE, number, unit},
    matrix::Metric,
};

/// Which campaigns are compared, as the user named them, and from which loss on it is a regression.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub base: &'a str,
    pub new: &'a str,
    pub limit: f64,
}

/// A table with a row a cell and metric.
#[must_use]
pub fn markdown(comparison: &Comparison, asked: Asked) -> String {
    let mut text = format!("# {} against {}\n\n", escape(asked.new), escape(asked.base));
    let mut line = |words: std::fmt::Arguments| {
        // Writing to a string cannot fail.
        let _written = writeln!(text, "{words}");
    };
    if !comparison.obstacles.is_empty() {
        let obstacles = comparison.obstacles.join(", ");
        line(format_args!(
            "**These campaigns cannot be compared: {obstacles}. Every line says so.**\n"
        ));
    }
    line(format_args!(
        "Ratios are new over base, with 95 % intervals; over all lines a false *better* or *worse* has a chance of at \
         most 5 %. The campaigns\nshare no rounds: what the machine did between them is in every ratio.\n"
    ));
    let caveat = if comparison.obstacles.is_empty() { "" } else { " not comparable |" };
    let (head, rule) = if caveat.is_empty() { ("", "") } else { (" |", " --- |") };
    line(format_args!(
        "| scenario | driver | figure | contender | base | new | new / base | verdict |{head}"
    ));
    line(format_args!("| --- | --- | --- | --- | ---: | ---: | --- | --- |{rule}"));
    for row in &comparison.rows {
        line(format_args!(
            "| {} | {} | {} | {} | {} | {} | {} | {} |{caveat}",
            escape(&row.scenario),
            row.driver,
            row.metric.title(),
            escape(&row.contender),
            side(row.base, row.metric),
            side(row.new, row.metric),
            ratio(row),
            verdict(row, asked.limit),
        ));
    }
    if !comparison.differences.is_empty() {
        line(format_args!("\nWhat else differs:\n"));
        for difference in &comparison.differences {
            line(format_args!("- {}", escape(difference)));
        }
    }
    text
}

fn side(side: Side, metric: Metric) -> String {
    side.mean.map_or_else(|| format!("{} samples", side.valid), unit(metric))
}

fn ratio(row: &Row) -> String {
    row.ratio.map_or_else(
        || NO_FIGURE.to_owned(),
        |[ratio, low, high]| format!("{} ({} to {})", number(ratio), number(low), number(high)),
    )
}

fn verdict(row: &Row, limit: f64) -> String {
    let word = match row.outcome {
        Outcome::Better => "better",
        Outcome::Worse => "worse",
        Outcome::Equivalent => "equivalent",
        Outcome::Inconclusive => "inconclusive",
        Outcome::Lost => return "**no valid sample any more**".to_owned(),
    };
    if row.regression {
        format!("**{word} by more than {} %**", number(limit * 100.0))
    } else {
        word.to_owned()
    }
}

/// What `dyno compare --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "dyno compare")]
pub struct Document {
    base: String,
    new: String,
    /// The loss, as a share, from which on a cell is a regression.
    limit: f64,
    /// Why the figures do not belong beside each other; empty where they do.
    obstacles: Vec<String>,
    /// What else differs between the campaigns.
    differences: Vec<String>,
    cells: Vec<Line>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Line {
    contender: String,
    scenario: String,
    driver: String,
    metric: String,
    /// Whether the campaigns can be compared at all.
    comparable: bool,
    /// Geometric means of the valid samples; none with fewer than three.
    base: Option<f64>,
    new: Option<f64>,
    base_samples: usize,
    new_samples: usize,
    /// New over base, and its 95 % interval.
    ratio: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    /// better, worse, equivalent, inconclusive, or lost where no valid sample is left.
    verdict: String,
    regression: bool,
}

/// The same as JSON.
pub fn json(comparison: &Comparison, asked: Asked) -> anyhow::Result<String> {
    let cells = comparison.rows.iter().map(|row| {
        Ok(Line {
            contender: row.contender.clone(),
            scenario: row.scenario.clone(),
            driver: row.driver.to_string(),
            metric: word(&row.metric)?,
            comparable: comparison.obstacles.is_empty(),
            base: row.base.mean,
            new: row.new.mean,
            base_samples: row.base.valid,
            new_samples: row.new.valid,
            ratio: row.ratio.map(|[ratio, _, _]| ratio),
            low: row.ratio.map(|[_, low, _]| low),
            high: row.ratio.map(|[_, _, high]| high).filter(|high| high.is_finite()),
            verdict: word(&row.outcome)?,
            regression: row.regression,
        })
    });
    let document = Document {
        base: asked.base.to_owned(),
        new: asked.new.to_owned(),
        limit: asked.limit,
        obstacles: comparison.obstacles.clone(),
        differences: comparison.differences.clone(),
        cells: cells.collect::<anyhow::Result<_>>()?,
    };
    Ok(serde_json::to_string_pretty(&document)?)
}

/// The word of a unit variant.
pub(super) fn word(value: &impl Serialize) -> anyhow::Result<String> {
    Ok(serde_json::from_value(serde_json::to_value(value)?)?)
}
