//! Every contender against every other: one grid per metric.

use minijinja::{Value, context, value::Serde};

use super::driven::Driven;
use crate::{
    analysis::{
        Analysis,
        bound::Bound,
        verdicts::{PairwiseResult, Verdict, metrics},
    },
    matrix::Metric,
    plan::Plan,
    report::{figure::times, pairs::by_metric, sentence, template::compared},
};

/// How the rows of a metric's grid compare with its columns.
struct Grid {
    shown: Value,
    /// Whether the rule weighs the metric.
    weighed: bool,
    /// Whether any contender is shown to be better than another.
    told: bool,
}

/// The grids that the rule weighs and in which something is told; those of them in which nothing is; and all
/// the others, each under its scenario and driver.
pub(super) fn section(plan: &Plan, analysis: &Analysis, all: &[Driven]) -> Value {
    let names = compared(plan, analysis);
    let (mut deciding, mut level, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for one in all {
        let mut rest = Vec::new();
        for metric in metrics(one.driver) {
            let grid = grid(analysis, &names, one, metric);
            match (grid.weighed, grid.told) {
                (true, true) => deciding.push(grid.shown),
                (true, false) => level.push(grid.shown),
                (false, _) => rest.push(grid.shown),
            }
        }
        others.push(context! {
            id => format!("pairs-{}", one.id()),
            name => one.name(),
            grids => rest,
            metrics => metrics(one.driver).map(Metric::title).collect::<Vec<_>>(),
            pairs => Serde(by_metric(plan, analysis, &one.scenario.name, one.driver)),
        });
    }
    context! { compared => names.len(), deciding, level, others }
}

fn grid(analysis: &Analysis, names: &[&str], one: &Driven, metric: Metric) -> Grid {
    let own = |pair: &&PairwiseResult| {
        (pair.scenario.as_str(), pair.driver, pair.metric)
            == (one.scenario.name.as_str(), one.driver, metric)
    };
    let pairs: Vec<&PairwiseResult> = analysis.verdicts.iter().filter(own).collect();
    let row = |row: &&str| {
        let cells: Vec<Value> = names.iter().map(|column| cell(&pairs, row, column)).collect();
        context! { name => *row, cells }
    };
    let told = pairs.iter().any(|pair| {
        let both = [pair.a.as_str(), pair.b.as_str()];
        matches!(pair.verdict, Verdict::ABetter | Verdict::BBetter)
            && both.iter().all(|name| names.contains(name))
    });
    let weighed = one.weighs(metric);
    let shown = context! {
        id => format!("pairs-{}-{}", one.id(), metric.title().replace(' ', "-")),
        name => format!("{}, {}", metric.title(), one.name()),
        rows => names.iter().map(row).collect::<Vec<_>>(),
        names => Serde(names),
        weighed,
    };
    Grid { shown, weighed, told }
}

fn cell(pairs: &[&PairwiseResult], row: &str, column: &str) -> Value {
    let forward = pairs.iter().find(|pair| pair.a == row && pair.b == column);
    let backward = pairs.iter().find(|pair| pair.a == column && pair.b == row);
    let Some((pair, turned)) =
        forward.map(|pair| (pair, false)).or(backward.map(|pair| (pair, true)))
    else {
        return context! { kind => "self" };
    };
    let better = match pair.verdict {
        Verdict::Equivalent => None,
        Verdict::Inconclusive | Verdict::DriverBound => {
            return context! { kind => "inconclusive", words => sentence::verdict(pair) };
        }
        Verdict::ABetter => Some(!turned),
        Verdict::BBetter => Some(turned),
    };
    // How many times as good the better one is.
    let known = pair.ratio.filter(|_| pair.bound != Bound::Unknown);
    let times = known.map(|ratio| {
        if ratio < 1.0 {
            times(ratio.recip(), pair.bound.inverse())
        } else {
            times(ratio, pair.bound)
        }
    });
    let kind = match better {
        Some(true) => "better",
        Some(false) => "worse",
        None => "equivalent",
    };
    context! { kind, times => better.and(times), words => sentence::verdict(pair) }
}
