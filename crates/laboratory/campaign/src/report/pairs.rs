//! Every pair of contenders that the reports show, with its verdicts in words.

use serde::Serialize;

use super::{sentence, template::compared};
use crate::{
    analysis::{
        Analysis,
        verdicts::{PairwiseResult, metrics},
    },
    human::NO_FIGURE,
    load_driver::LoadDriver,
    matrix::Metric,
    plan::Plan,
};

/// A pair, and what is shown of it in each column of a table.
#[derive(Debug, Serialize)]
pub(super) struct Pair {
    a: String,
    b: String,
    verdicts: Vec<String>,
}

/// All pairs, in order of rank, with a column for each metric of a driver.
pub(super) fn by_metric(
    plan: &Plan,
    analysis: &Analysis,
    scenario: &str,
    driver: LoadDriver,
) -> Vec<Pair> {
    let column = |metric| column(&analysis.verdicts, (scenario, driver, metric));
    let columns: Vec<_> = metrics(driver).map(column).collect();
    table(&compared(plan, analysis), &columns)
}

/// The same with a column for each point of the load, of one metric.
pub(super) fn by_point(
    plan: &Plan,
    analysis: &Analysis,
    of: (&str, LoadDriver, Metric),
) -> Vec<Pair> {
    let columns: Vec<_> = analysis.points.iter().map(|one| column(&one.verdicts, of)).collect();
    table(&compared(plan, analysis), &columns)
}

fn column<'a>(
    verdicts: &'a [PairwiseResult],
    of: (&str, LoadDriver, Metric),
) -> Vec<&'a PairwiseResult> {
    let is_of_column =
        |one: &&PairwiseResult| (one.scenario.as_str(), one.driver, one.metric) == of;
    verdicts.iter().filter(is_of_column).collect()
}

fn table(names: &[&str], columns: &[Vec<&PairwiseResult>]) -> Vec<Pair> {
    let all = names.iter().enumerate();
    let pairs = all.flat_map(|(at, &a)| names[at + 1..].iter().map(move |&b| [a, b]));
    pairs
        .map(|[a, b]| {
            // The verdict is on the pair, whichever of the two is named first.
            let is_of_pair = |one: &&&PairwiseResult| {
                let both = [one.a.as_str(), one.b.as_str()];
                both == [a, b] || both == [b, a]
            };
            let verdict = |column: &Vec<&PairwiseResult>| {
                let verdict = column.iter().find(is_of_pair).map(|one| sentence::verdict(one));
                verdict.unwrap_or_else(|| NO_FIGURE.to_owned())
            };
            let verdicts = columns.iter().map(verdict).collect();
            Pair { a: a.to_owned(), b: b.to_owned(), verdicts }
        })
        .collect()
}
