//! The figures of a campaign but those at constant rates, a table for each scenario and driver, the best contender of
//! the decision first.

use super::{
    super::figure::{Marked, marks, times},
    narrow::{Narrow, wrapped},
};
use crate::{
    analysis::{Analysis, bound::Bound, capacity::Searched, decision::Decision, summary::Summary},
    human::{micros, shown},
    load_driver::LoadDriver,
    matrix::Metric,
    record::limiter::Limiter,
};

/// What each column of [`row`] holds; of a search the second one is the capacity.
const HEADER: [&str; 9] = [
    "contender",
    "requests/s",
    "ratio",
    "p50",
    "p99",
    "memory",
    "CPU/request",
    "limiter",
    "samples",
];
/// The columns, from the one that is needed most.
const BY_NEED: [usize; 9] = [0, 1, 2, 7, 5, 6, 4, 8, 3];
/// The same where some samples do not count.
const BY_NEED_WITH_EXCLUDED: [usize; 9] = [0, 1, 8, 2, 7, 5, 6, 4, 3];

/// Each table below a line that says what it is of.
pub(super) fn tables(analysis: &Analysis, width: u16) -> Vec<String> {
    let all = analysis.summaries.iter().filter(|summary| !summary.driver.comes_after());
    let all: Vec<&Summary> = all.collect();
    let of_cell =
        all.chunk_by(|one, other| (&one.scenario, one.driver) == (&other.scenario, other.driver));
    of_cell.filter_map(|cell| table(analysis, cell, width)).collect()
}

fn table(analysis: &Analysis, cell: &[&Summary], width: u16) -> Option<String> {
    let Summary { scenario, driver, .. } = cell.first()?;
    let mut cell = cell.to_vec();
    cell.sort_by_key(|summary| place(&analysis.decision, &summary.contender));
    let compared = compared(*driver);
    let best = compared.and_then(|metric| {
        let measured = cell.iter().filter_map(|one| Some((*one, one.figure(metric)?)));
        measured.max_by(|(_, one), (_, other)| one.total_cmp(other))
    });
    let best = best.map(|(summary, _)| summary);
    let rows = cell.iter().map(|summary| row(summary, compared, best)).collect();
    let excluded = cell.iter().any(|summary| summary.excluded() > 0);
    let by_need = if excluded { &BY_NEED_WITH_EXCLUDED } else { &BY_NEED };
    let mut header = HEADER;
    let searched = analysis.capacities.iter().find(|searched| searched.scenario == *scenario);
    let title = match searched.filter(|_| *driver == LoadDriver::Search) {
        None => format!("{scenario}, {driver}"),
        Some(Searched { capacity, .. }) => {
            header[1] = "capacity";
            format!("{scenario}, capacity in requests/s within {}", capacity.objective)
        }
    };
    let table = Narrow { header, rows, by_need, kept: 2, words: 1 }.rendered(width)?;
    Some(format!("{}\n{table}", wrapped(&title, width)))
}

/// What contenders are compared in under a driver; `None` where all have the same rate.
fn compared(driver: LoadDriver) -> Option<Metric> {
    match driver {
        LoadDriver::Search => Some(Metric::CapacityPerS),
        LoadDriver::Wrk | LoadDriver::Dyno => Some(Metric::RequestsPerS),
        LoadDriver::DynoAt(_) => None,
    }
}

fn row(summary: &Summary, compared: Option<Metric>, best: Option<&Summary>) -> [String; 9] {
    let bare = |metric| Marked { marks: Vec::new(), ..Marked::of(summary, metric) }.to_string();
    let ratio = compared.and_then(|metric| ratio(summary, best?, metric));
    let excluded = summary.excluded();
    [
        summary.contender.clone(),
        bare(compared.unwrap_or(Metric::RequestsPerS)),
        ratio.unwrap_or_default(),
        shown(summary.p50_us, micros),
        bare(Metric::P99Us),
        bare(Metric::PeakRssTreeKb),
        bare(Metric::ServerCpuUsPerRequest),
        notes(summary),
        if excluded > 0 {
            format!("{} ok, {excluded} excluded", summary.ok)
        } else {
            summary.ok.to_string()
        },
    ]
}

/// A figure over the best one. The best one has none: it would be 1 without an error.
fn ratio(own: &Summary, best: &Summary, metric: Metric) -> Option<String> {
    if own.contender == best.contender {
        return None;
    }
    let [above, below] = [own, best].map(|summary| summary.is_lower_bound(metric));
    let ratio = own.figure(metric)? / best.figure(metric)?;
    Some(match Bound::of_ratio(above, below) {
        Bound::Unknown => "unknown".to_owned(),
        bound => times(ratio, bound),
    })
}

/// What a reader must know of the figures.
fn notes(summary: &Summary) -> String {
    let limiter = summary.limiter.map(Limiter::word);
    let marks = marks(summary.latency_censored, summary.disturbed > 0);
    limiter.into_iter().chain(marks).collect::<Vec<_>>().join(", ")
}

/// Where a contender stands in the ranking; those that have no place are last.
pub(super) fn place(decision: &Decision, contender: &str) -> usize {
    let ranked = decision.ranking.iter().position(|ranked| ranked.contender == contender);
    ranked.unwrap_or(usize::MAX)
}
