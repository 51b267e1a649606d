//! From samples to a summary: pure functions of what was recorded.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;
use serde::Serialize;

use crate::{
    plan::Cell,
    record::{
        campaign::Campaign,
        sample::{Sample, Status},
    },
};

/// A row of `summary.csv`: one cell, from its valid samples alone.
#[derive(Debug, Serialize)]
pub(crate) struct Summary {
    contender: String,
    scenario: String,
    ok: usize,
    invalid: usize,
    failed: usize,
    requests_per_s_median: Option<f64>,
    requests_per_s_min: Option<f64>,
    requests_per_s_max: Option<f64>,
    /// Percentiles of the merged histograms, closed-loop and corrected by wrk.
    p50_us: Option<u64>,
    p99_us: Option<u64>,
    p999_us: Option<u64>,
    latency_censored: bool,
    peak_rss_largest_kb_median: Option<f64>,
    peak_rss_tree_kb_median: Option<f64>,
    server_cpu_us_per_request_median: Option<f64>,
}

/// The summaries of a campaign, in the plan's order of contenders within each scenario.
pub(crate) fn summaries(campaign: &Campaign) -> Vec<Summary> {
    let mut cells: BTreeMap<Cell, Vec<&Sample>> = BTreeMap::new();
    for sample in &campaign.samples {
        let cell = Cell { contender: sample.contender.clone(), scenario: sample.scenario.clone() };
        cells.entry(cell).or_default().push(sample);
    }
    let plan = &campaign.plan;
    plan.scenarios
        .iter()
        .flat_map(|scenario| plan.contenders.iter().map(move |contender| (contender, scenario)))
        .filter_map(|(contender, scenario)| {
            let cell = Cell { contender: contender.name.clone(), scenario: scenario.name.clone() };
            let samples = cells.get(&cell)?;
            Some(summary(campaign, cell, samples))
        })
        .collect()
}

fn summary(campaign: &Campaign, cell: Cell, samples: &[&Sample]) -> Summary {
    let count = |status| samples.iter().filter(|sample| sample.status == status).count();
    let ok: Vec<&Sample> = samples.iter().copied().filter(|sample| sample.is_ok()).collect();
    let figures = |figure: fn(&Sample) -> Option<f64>| -> Vec<f64> {
        let mut figures: Vec<f64> = ok.iter().filter_map(|sample| figure(sample)).collect();
        figures.sort_by(f64::total_cmp);
        figures
    };
    let rates = figures(|sample| sample.requests_per_s);
    let merged = merged(campaign, &ok);
    let percentile = |share| merged.as_ref().map(|histogram| histogram.value_at_quantile(share));
    Summary {
        ok: ok.len(),
        invalid: count(Status::Invalid),
        failed: count(Status::Failed),
        requests_per_s_median: median(&rates),
        requests_per_s_min: rates.first().copied(),
        requests_per_s_max: rates.last().copied(),
        p50_us: percentile(0.5),
        p99_us: percentile(0.99),
        p999_us: percentile(0.999),
        latency_censored: ok.iter().any(|sample| sample.latency_censored),
        peak_rss_largest_kb_median: median(&figures(|sample| {
            Some(sample.peak_rss_largest_kb? as f64)
        })),
        peak_rss_tree_kb_median: median(&figures(|sample| Some(sample.peak_rss_tree_kb? as f64))),
        server_cpu_us_per_request_median: median(&figures(|sample| {
            sample.server_cpu_us_per_request
        })),
        contender: cell.contender,
        scenario: cell.scenario,
    }
}

/// The cell's histograms as one: percentiles are never averaged. `None` when a trial has none.
fn merged(campaign: &Campaign, samples: &[&Sample]) -> Option<Histogram<u64>> {
    let mut merged = Histogram::new(3).ok()?;
    for sample in samples {
        for (value, count) in campaign.histogram(sample)? {
            merged.record_n(value, count).ok()?;
        }
    }
    (!merged.is_empty()).then_some(merged)
}

/// The middle of sorted figures.
fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_the_middle_or_between_the_two_middles() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0]), Some(3.0));
        assert_eq!(median(&[1.0, 2.0, 4.0, 9.0]), Some(3.0));
    }
}
