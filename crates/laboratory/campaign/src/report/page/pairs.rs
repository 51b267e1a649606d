//! Every contender against every other: one grid per metric.

use minijinja::{Value, context};

use crate::{
    analysis::{
        Analysis,
        verdicts::{PairwiseResult, Verdict, metrics},
    },
    human::number,
    load_driver::LoadDriver,
    matrix::Metric,
    plan::Plan,
    report::{sentence, template::compared},
};

/// One grid per metric: how each row compares with each column.
pub(super) fn grids(
    plan: &Plan,
    analysis: &Analysis,
    scenario: &str,
    driver: LoadDriver,
) -> Vec<Value> {
    let names: Vec<String> = compared(plan, analysis).into_iter().map(str::to_owned).collect();
    let grid = |metric: Metric| {
        let of_metric = |pair: &&PairwiseResult| {
            (pair.scenario.as_str(), pair.driver, pair.metric) == (scenario, driver, metric)
        };
        let pairs: Vec<&PairwiseResult> = analysis.verdicts.iter().filter(of_metric).collect();
        let rows: Vec<Value> = names
            .iter()
            .map(|row| {
                let cells: Vec<Value> =
                    names.iter().map(|column| cell(&pairs, row, column)).collect();
                context! { name => row, cells }
            })
            .collect();
        context! { metric => metric.title(), rows, names => &names }
    };
    metrics(driver).map(grid).collect()
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
            return context! { kind => "inconclusive", words => words(pair) };
        }
        Verdict::ABetter => Some(!turned),
        Verdict::BBetter => Some(turned),
    };
    // How many times as good the better one is.
    let times = pair.ratio.map(|ratio| number(ratio.max(ratio.recip())));
    let kind = match better {
        Some(true) => "better",
        Some(false) => "worse",
        None => "equivalent",
    };
    context! { kind, times => better.and(times), words => words(pair) }
}

fn words(pair: &PairwiseResult) -> String {
    format!("{}, {}: {}", pair.a, pair.b, sentence::verdict(pair))
}
