//! Capacities in words: what every report says of them.

use serde::Serialize;

use super::sentence;
use crate::{
    analysis::{
        Analysis,
        capacity::{Capacity, Searched},
        summary::Summary,
        verdicts::{PairwiseResult, Verdict},
    },
    human::{NO_FIGURE, kib, micros, number, shown},
    load_driver::LoadDriver,
    matrix::Metric,
};

/// What each column of [`Row::cells`] holds.
pub(super) const HEADER: [&str; 9] = [
    "contender",
    "capacity in requests/s (95 % CI)",
    "against the next",
    "CPU per request",
    "memory",
    "idle CPU",
    "CPUs for 1,000 requests/s",
    "connections",
    "samples",
];

/// The contenders of a scenario that has an objective, the highest capacity first.
#[derive(Debug, Serialize)]
pub(super) struct Table {
    pub(super) scenario: String,
    pub(super) objective: String,
    /// The other objectives that the probes tell of.
    pub(super) others: Vec<String>,
    /// The answer in one sentence.
    pub(super) sentence: String,
    /// Contenders whose capacity is a lower bound.
    pub(super) at_least: Vec<String>,
    pub(super) rows: Vec<Row>,
}

/// A contender.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) contender: String,
    /// By [`HEADER`].
    pub(super) cells: [String; 9],
    /// Its capacity within the other objectives.
    pub(super) others: Vec<String>,
}

/// A table for each scenario that has an objective.
pub(super) fn tables(analysis: &Analysis) -> Vec<Table> {
    let of_scenario = |all: &[&Searched]| table(analysis, all);
    let all: Vec<&Searched> = analysis.capacities.iter().collect();
    all.chunk_by(|one, other| one.scenario == other.scenario).map(of_scenario).collect()
}

fn table(analysis: &Analysis, all: &[&Searched]) -> Table {
    let mut all = all.to_vec();
    let figure = |one: &Searched| one.capacity.capacity_per_s.unwrap_or(0.0);
    all.sort_by(|one, other| figure(other).total_cmp(&figure(one)));
    let first = &all[0].capacity;
    let row = |(at, one): (usize, &&Searched)| row(analysis, one, all.get(at + 1).copied());
    let bounds = all.iter().filter(|one| one.capacity.at_least);
    Table {
        scenario: first.scenario.clone(),
        objective: first.objective.clone(),
        others: all[0].others.iter().map(|other| other.objective.clone()).collect(),
        sentence: answer(analysis, &all),
        at_least: bounds.map(|one| one.contender.clone()).collect(),
        rows: all.iter().enumerate().map(row).collect(),
    }
}

fn row(analysis: &Analysis, one: &Searched, next: Option<&Searched>) -> Row {
    let summary = summary(analysis, one);
    let of = |figure: fn(&Summary) -> Option<f64>| summary.and_then(figure);
    let against = next.and_then(|next| Some((next, pair(analysis, one, next)?)));
    let percent = |share: f64| format!("{} %", number(share * 100.0));
    let excluded = summary.map_or(0, Summary::excluded);
    let ok = summary.map_or(0, |summary| summary.ok);
    Row {
        contender: one.contender.clone(),
        cells: [
            one.contender.clone(),
            with_interval(&one.capacity),
            against.map_or_else(String::new, |(next, pair)| {
                format!("{}: {}", next.contender, compared(pair, &one.contender))
            }),
            shown(of(|summary| summary.server_cpu_us_per_request), micros),
            shown(of(|summary| summary.peak_rss_tree_kb), kib),
            shown(of(|summary| summary.idle_cpu_share), percent),
            shown(of(|summary| summary.processors_per_1000_per_s), number),
            shown(of(|summary| Some(summary.peak_connections? as f64)), number),
            if excluded > 0 { format!("{ok}, {excluded} excluded") } else { ok.to_string() },
        ],
        others: one.others.iter().map(interpolated).collect(),
    }
}

fn summary<'a>(analysis: &'a Analysis, one: &Searched) -> Option<&'a Summary> {
    analysis.summaries.iter().find(|summary| {
        summary.contender == one.contender
            && summary.scenario == one.scenario
            && summary.driver == LoadDriver::Search
    })
}

fn pair<'a>(
    analysis: &'a Analysis,
    one: &Searched,
    other: &Searched,
) -> Option<&'a PairwiseResult> {
    let both = [&one.contender, &other.contender];
    analysis.verdicts.iter().find(|pair| {
        pair.metric == Metric::CapacityPerS
            && pair.driver == LoadDriver::Search
            && pair.scenario == one.scenario
            && both.contains(&&pair.a)
            && both.contains(&&pair.b)
    })
}

/// The verdict on a pair, without the name of the better one where that is `name`.
fn compared(pair: &PairwiseResult, name: &str) -> String {
    let words = sentence::verdict(pair);
    let is_better = pair.verdict == Verdict::ABetter && pair.a == name
        || pair.verdict == Verdict::BBetter && pair.b == name;
    let ahead = words.strip_prefix(name).filter(|_| is_better);
    ahead.map_or(words.clone(), |times| times.trim_start().to_owned())
}

/// The highest capacity, and whether its lead is shown.
fn answer(analysis: &Analysis, all: &[&Searched]) -> String {
    let Capacity { scenario, objective, .. } = &all[0].capacity;
    if all[0].capacity.capacity_per_s.is_none() {
        return format!("In {scenario} no contender has a valid capacity within {objective}.");
    }
    let (first, figure) = (&all[0].contender, with_interval(&all[0].capacity));
    let lead = all.get(1).and_then(|next| {
        let pair = pair(analysis, all[0], next)?;
        let words = compared(pair, first);
        Some(match pair.verdict {
            Verdict::ABetter | Verdict::BBetter => {
                format!(", {words} as many as {}", next.contender)
            }
            _ => format!("; compared with {}: {words}", next.contender),
        })
    });
    let lead = lead.unwrap_or_default();
    format!(
        "In {scenario}, one instance of {first} answers {figure} requests/s within {objective}{lead}."
    )
}

/// `≥ 12,300 (11,900 to 12,700)`.
fn with_interval(capacity: &Capacity) -> String {
    let Capacity { capacity_per_s: Some(figure), low, high, at_least, .. } = *capacity else {
        return NO_FIGURE.to_owned();
    };
    let sign = if at_least { "≥ " } else { "" };
    let range = low.zip(high).map(|(low, high)| format!(" ({} to {})", number(low), number(high)));
    format!("{sign}{}{}", number(figure), range.unwrap_or_default())
}

/// A capacity that was not searched for: `≈ 12,300`, or from above all probes on `≥ 12,300`.
fn interpolated(capacity: &Capacity) -> String {
    let sign = if capacity.at_least { "≥" } else { "≈" };
    capacity.capacity_per_s.map_or(NO_FIGURE.to_owned(), |rate| format!("{sign} {}", number(rate)))
}
