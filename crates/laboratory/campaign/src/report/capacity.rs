//! Capacities in words: what every report says of them.

use serde::Serialize;

use super::{figure::Marked, sentence};
use crate::{
    analysis::{
        Analysis,
        capacity::{Capacity, Searched},
        summary::Summary,
        verdicts::{PairwiseResult, Verdict},
    },
    human::{NO_FIGURE, kib, micros, number, round, shown},
    load_driver::LoadDriver,
    matrix::Metric,
};

/// What each column of [`Row::cells`] holds.
pub(super) const HEADER: [&str; 8] = [
    "contender",
    "requests/s (95 % CI)",
    "against the next",
    "CPU/request",
    "CPUs for 1,000/s",
    "memory",
    "idle CPU",
    "connections",
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
    pub(super) cells: [String; 8],
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
    let connections = summary.and_then(|summary| summary.peak_connections);
    Row {
        contender: one.contender.clone(),
        cells: [
            one.contender.clone(),
            with_interval(&one.capacity, summary),
            against.map_or_else(String::new, |(next, pair)| {
                format!("{}: {}", next.contender, compared(pair, one))
            }),
            shown(of(|summary| summary.server_cpu_us_per_request), micros),
            shown(of(|summary| summary.processors_per_1000_per_s), number),
            shown(of(|summary| summary.peak_rss_tree_kb), kib),
            shown(of(|summary| summary.idle_cpu_share), percent),
            connections.map_or_else(|| NO_FIGURE.to_owned(), |count| count.to_string()),
        ],
        others: one.others.iter().map(|other| Marked::capacity(other).to_string()).collect(),
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

/// The verdict on a pair: how many times as much the one answers that is shown to be better, or what
/// else is said.
fn compared(pair: &PairwiseResult, better: &Searched) -> String {
    if !is_shown_better(pair, better) {
        return sentence::verdict(pair);
    }
    let times = sentence::times(pair, pair.verdict != Verdict::BBetter);
    times.unwrap_or_else(|| sentence::verdict(pair))
}

fn is_shown_better(pair: &PairwiseResult, one: &Searched) -> bool {
    match pair.verdict {
        Verdict::ABetter => pair.a == one.contender,
        Verdict::BBetter => pair.b == one.contender,
        Verdict::Equivalent | Verdict::Inconclusive | Verdict::DriverBound => false,
    }
}

/// The highest capacity, and whether its lead is shown.
fn answer(analysis: &Analysis, all: &[&Searched]) -> String {
    let Capacity { scenario, objective, capacity_per_s, low, high, .. } = &all[0].capacity;
    if capacity_per_s.is_none() {
        return format!("In {scenario} no contender has a valid capacity within {objective}.");
    }
    let range = range(*low, *high).map(|range| format!(" (95 % CI {range})"));
    let lead = all.get(1).and_then(|next| {
        let pair = pair(analysis, all[0], next)?;
        let (words, next) = (compared(pair, all[0]), &next.contender);
        Some(if is_shown_better(pair, all[0]) {
            format!(", {words} as many as {next}")
        } else {
            format!("; compared with {next}: {words}")
        })
    });
    let answer = format!(
        "In {scenario}, one instance of {} answers {} requests/s{} within {objective}{}.",
        all[0].contender,
        Marked::capacity(&all[0].capacity),
        range.unwrap_or_default(),
        lead.unwrap_or_default()
    );
    answer.replace('≥', "at least")
}

/// What a constant rate is of each contender's own capacity, where that is known.
pub(super) fn load_shares(analysis: &Analysis, scenario: &str, rate: Option<f64>) -> Vec<String> {
    let own = analysis.capacities.iter().filter(|one| one.scenario == scenario);
    let share = |one: &Searched| {
        let share = percent(rate? / one.capacity.capacity_per_s?);
        let at_most = if one.capacity.at_least { "at most " } else { "" };
        Some(format!("{} {at_most}{share}", one.contender))
    };
    own.filter_map(share).collect()
}

fn percent(share: f64) -> String {
    format!("{} %", round(&number(share * 100.0)))
}

/// `≥ 12,300 (11,900 to 12,700)`.
fn with_interval(capacity: &Capacity, summary: Option<&Summary>) -> String {
    let marked = summary.map(|summary| Marked::of(summary, Metric::CapacityPerS));
    let marked = marked.unwrap_or_else(|| Marked::capacity(capacity));
    marked.with_range(range(capacity.low, capacity.high)).to_string()
}

/// `11,900 to 12,700`.
fn range(low: Option<f64>, high: Option<f64>) -> Option<String> {
    Some(format!("{} to {}", number(low?), number(high?)))
}
