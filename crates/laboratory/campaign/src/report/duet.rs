//! Each contender against its earlier build, measured in the same rounds.

use crate::{
    analysis::{
        Analysis,
        verdicts::{PairwiseResult, Verdict},
    },
    human::{NO_FIGURE, number},
    plan::Plan,
};

/// What each column of [`rows`] holds.
pub(super) const HEADER: [&str; 6] =
    ["contender", "scenario", "driver", "figure", "new / old (95 % CI)", "verdict"];

/// One row per contender, scenario, driver and metric, where the plan has earlier builds.
pub(super) fn rows(plan: &Plan, analysis: &Analysis) -> Vec<[String; 6]> {
    let earlier = plan.contenders.iter();
    earlier
        .filter_map(|old| Some((old.earlier_of()?, old.name.as_str())))
        .flat_map(|(new, old)| {
            let of_both = move |pair: &&PairwiseResult| pair.a == new && pair.b == old;
            analysis.verdicts.iter().filter(of_both).map(row)
        })
        .collect()
}

fn row(pair: &PairwiseResult) -> [String; 6] {
    let verdict = match pair.verdict {
        Verdict::ABetter => "better",
        Verdict::BBetter => "worse",
        Verdict::Equivalent => "equivalent",
        Verdict::Inconclusive => "inconclusive",
        Verdict::DriverBound => "no verdict: driver-bound",
    };
    let end = |end: Option<f64>| end.map_or(NO_FIGURE.to_owned(), number);
    let ratio = pair.ratio.map_or(NO_FIGURE.to_owned(), |ratio| {
        format!("{} ({} to {})", number(ratio), end(pair.low), end(pair.high))
    });
    [
        pair.a.clone(),
        pair.scenario.clone(),
        pair.driver.to_string(),
        pair.metric.title().to_owned(),
        ratio,
        verdict.to_owned(),
    ]
}
