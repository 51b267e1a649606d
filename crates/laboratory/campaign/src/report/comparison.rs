//! A comparison of two campaigns, as Markdown and as JSON.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    figure::{self, Marked},
    markdown::escape,
};
use crate::{
    analysis::{
        bound::Bound,
        comparison::{CellOutcome, CommonShift, Comparison, Row, Side},
    },
    human::{NO_FIGURE, number},
    matrix::Metric,
};

/// Which campaigns are compared, as the user named them, and beyond which loss it is a regression.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The earlier campaign, as the command line names it.
    pub base: &'a str,
    /// The campaign that is judged, as the command line names it.
    pub new: &'a str,
    /// The loss, as a share, beyond which a cell is a regression.
    pub limit: f64,
}

/// A table with one row per cell and metric.
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
            "**These campaigns are not comparable: {obstacles}. Every line is marked.**\n"
        ));
    }
    line(format_args!(
        "Ratios are new over base, with 95 % confidence intervals. The chance of any false *better* or *worse* over all lines is \
         at most 5 %.\nThe campaigns share no rounds, so whatever the machine did between them is in every ratio.\n"
    ));
    for shift in &comparison.shifts {
        let [ratio, low, high] = shift.ratio.map(number);
        line(format_args!(
            "All cells moved together in {}: {ratio} times the base (99 % interval {low} to {high}). A machine does that, or a \
             change that all share. Ratios include it; verdicts are about what is left beside it.{}\n",
            shift.metric.title(),
            common_loss(comparison, shift, asked.limit),
        ));
    }
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
        line(format_args!("\nOther differences:\n"));
        for difference in &comparison.differences {
            line(format_args!("- {}", escape(difference)));
        }
    }
    text
}

/// What to do about a common shift for the worse.
fn common_loss(comparison: &Comparison, shift: &CommonShift, limit: f64) -> String {
    if !shift.beyond_limit {
        return String::new();
    }
    let limit = number(limit * 100.0);
    let cause = comparison.machine_change.map_or_else(
        || "Nothing of the machine is known to have changed".to_owned(),
        |what| format!("Another {what} may be the cause"),
    );
    format!(
        " **All are worse by more than {limit} %.** {cause}: `bench --against` measures old and new in the same rounds, where \
         the machine cancels out."
    )
}

fn side(side: Side, metric: Metric) -> String {
    match side.mean {
        Some(_) => Marked::new(side.mean, metric, Bound::lower(side.at_least)).to_string(),
        None if side.valid == 1 => "1 sample".to_owned(),
        None => format!("{} samples", side.valid),
    }
}

fn ratio(row: &Row) -> String {
    row.ratio.map_or_else(
        || NO_FIGURE.to_owned(),
        |[ratio, low, high]| figure::times_within(ratio, [low, high], row.bound),
    )
}

fn verdict(row: &Row, limit: f64) -> String {
    let word = match row.outcome {
        CellOutcome::Better => "better",
        CellOutcome::Worse => "worse",
        CellOutcome::Equivalent => "equivalent",
        CellOutcome::Inconclusive => "inconclusive",
        CellOutcome::DriverBound => "no verdict: driver-bound",
        CellOutcome::Lost => return "**no valid sample left**".to_owned(),
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
    /// The loss, as a share, beyond which a cell is a regression.
    limit: f64,
    /// Why the campaigns are not comparable; empty if they are.
    obstacles: Vec<String>,
    /// What else differs between the campaigns.
    differences: Vec<String>,
    /// The metrics in which all cells moved together; verdicts are about what is left beside it.
    shifts: Vec<ShiftLine>,
    /// What of the machine has changed, so that it may be the cause of a shift: machine, kernel, or
    /// setting of the processors.
    machine_change: Option<&'static str>,
    cells: Vec<Line>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ShiftLine {
    metric: String,
    /// New over base, and its 99 % interval.
    ratio: f64,
    low: f64,
    high: f64,
    /// Shown to be for the worse by more than the limit.
    beyond_limit: bool,
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
    /// Whether the ratio is a bound, because one of the figures is a lower bound.
    bound: Bound,
    /// better, worse, equivalent, inconclusive, `driver_bound`, or lost where no valid sample is left.
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
            bound: row.bound,
            verdict: word(&row.outcome)?,
            regression: row.regression,
        })
    });
    let shifts = comparison.shifts.iter().map(|shift| {
        let [ratio, low, high] = shift.ratio;
        let (metric, beyond_limit) = (word(&shift.metric)?, shift.beyond_limit);
        Ok(ShiftLine { metric, ratio, low, high, beyond_limit })
    });
    let document = Document {
        base: asked.base.to_owned(),
        new: asked.new.to_owned(),
        limit: asked.limit,
        obstacles: comparison.obstacles.clone(),
        differences: comparison.differences.clone(),
        shifts: shifts.collect::<anyhow::Result<_>>()?,
        machine_change: comparison.machine_change,
        cells: cells.collect::<anyhow::Result<_>>()?,
    };
    Ok(serde_json::to_string_pretty(&document)?)
}

/// The word of a unit variant.
pub(super) fn word(value: &impl Serialize) -> anyhow::Result<String> {
    Ok(serde_json::from_value(serde_json::to_value(value)?)?)
}
