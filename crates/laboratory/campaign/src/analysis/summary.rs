//! The summary of a cell's valid samples.

use hdrhistogram::Histogram;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    median::median,
    rounds::{ByRound, CellName},
};
use crate::load_driver::LoadDriver;
use crate::record::{
    campaign::Campaign,
    sample::{Sample, Status},
};

/// A row of `summary.csv`: one cell, from its valid samples alone.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Summary {
    /// The contender.
    pub contender: String,
    /// The scenario.
    pub scenario: String,
    /// The driver.
    pub driver: LoadDriver,
    /// Valid samples.
    pub ok: usize,
    /// Samples that were measured but are not trusted.
    pub invalid: usize,
    /// Trials that measured nothing.
    pub failed: usize,
    /// Trials that the laboratory or the machine spoiled.
    pub lost: usize,
    /// Throughput in requests per second: the median over samples.
    pub requests_per_s_median: Option<f64>,
    /// The lowest throughput of a sample.
    pub requests_per_s_min: Option<f64>,
    /// The highest throughput of a sample.
    pub requests_per_s_max: Option<f64>,
    /// Bytes read per second: the median over samples.
    pub bytes_per_s_median: Option<f64>,
    /// The median latency of the merged histograms, in microseconds. In a closed loop wrk corrects
    /// its histograms; dyno does not.
    pub p50_us: Option<u64>,
    /// The 90th percentile, likewise, in microseconds.
    pub p90_us: Option<u64>,
    /// The 99th percentile, in microseconds.
    pub p99_us: Option<u64>,
    /// The 99.9th percentile, in microseconds.
    pub p999_us: Option<u64>,
    /// Some responses came too late to be counted, so high percentiles are lower bounds.
    pub latency_censored: bool,
    /// Peak memory of the largest single process, in KiB, by GNU time: the median over samples.
    pub peak_rss_largest_kb_median: Option<f64>,
    /// Sum of the peaks of all processes, in KiB: the median over samples.
    pub peak_rss_tree_kb_median: Option<f64>,
    /// The most processes that the server had.
    pub processes: Option<usize>,
    /// CPU time of the server's tree per request, in microseconds: the median over samples.
    pub server_cpu_us_per_request_median: Option<f64>,
    /// CPUs that the server kept busy in the window: the median over samples.
    pub server_processors_median: Option<f64>,
    /// CPUs that the driver kept busy in the window: the median over samples.
    pub driver_processors_median: Option<f64>,
    /// Samples in which the driver was the bottleneck, or shared it.
    pub driver_bound: usize,
    /// Samples that something disturbed, so that the figures are doubtful: other processes, other guests of the machine,
    /// a stopped driver.
    pub disturbed: usize,
    /// What disturbed the first of them, as a sentence; empty where nothing did.
    pub disturbance: String,
    /// Shares of the responses, 0 to 1, with their latency in microseconds: the merged histograms
    /// as a curve.
    #[serde(skip)]
    pub curve: Vec<(f64, f64)>,
}

impl Summary {
    /// Samples that do not count.
    #[must_use]
    pub fn excluded(&self) -> usize {
        self.invalid + self.failed + self.lost
    }
}

/// The summaries of a campaign, in the plan's order of contenders within each driver of each scenario.
#[must_use]
pub fn summaries(campaign: &Campaign) -> Vec<Summary> {
    let rounds = ByRound::new(&campaign.samples);
    let plan = &campaign.plan;
    plan.driven_scenarios()
        .flat_map(|(scenario, driver)| {
            let name = move |contender| (contender, scenario.name.as_str(), driver);
            plan.contender_names().into_iter().map(name)
        })
        .map(|name| summary(campaign, name, &rounds.cell(name)))
        .collect()
}

fn summary(campaign: &Campaign, name: CellName, samples: &[&Sample]) -> Summary {
    let (contender, scenario, driver) = name;
    let count = |status| samples.iter().filter(|sample| sample.status == status).count();
    let ok: Vec<&Sample> = samples.iter().copied().filter(|sample| sample.is_ok()).collect();
    let disturbed: Vec<&Sample> = ok.iter().copied().filter(|sample| sample.disturbed).collect();
    let figures = |figure: fn(&Sample) -> Option<f64>| -> Vec<f64> {
        ok.iter().filter_map(|sample| figure(sample)).collect()
    };
    // Rounded as the figures of `samples.csv` are.
    let middle = |figure| median(figures(figure)).map(|median| (median * 1e3).round() / 1e3);
    let rates = figures(|sample| sample.requests_per_s);
    let merged = merged(campaign, &ok);
    let percentile = |share| merged.as_ref().map(|histogram| histogram.value_at_quantile(share));
    Summary {
        contender: contender.to_owned(),
        scenario: scenario.to_owned(),
        driver,
        ok: ok.len(),
        invalid: count(Status::Invalid),
        failed: count(Status::Failed),
        lost: count(Status::Lost),
        requests_per_s_median: middle(|sample| sample.requests_per_s),
        requests_per_s_min: rates.iter().copied().reduce(f64::min),
        requests_per_s_max: rates.into_iter().reduce(f64::max),
        bytes_per_s_median: middle(|sample| sample.bytes_per_s),
        p50_us: percentile(0.5),
        p90_us: percentile(0.9),
        p99_us: percentile(0.99),
        p999_us: percentile(0.999),
        latency_censored: ok.iter().any(|sample| sample.latency_censored),
        peak_rss_largest_kb_median: middle(|sample| Some(sample.peak_rss_largest_kb? as f64)),
        peak_rss_tree_kb_median: middle(|sample| Some(sample.peak_rss_tree_kb? as f64)),
        processes: ok.iter().filter_map(|sample| sample.processes).max(),
        server_cpu_us_per_request_median: middle(|sample| sample.server_cpu_us_per_request),
        server_processors_median: middle(|sample| Some(sample.server_cpu_s? / sample.duration_s?)),
        driver_bound: ok.iter().filter(|sample| sample.driver_bound).count(),
        disturbed: disturbed.len(),
        disturbance: disturbed.first().map(|sample| sample.what_disturbed()).unwrap_or_default(),
        curve: merged.as_ref().map(curve).unwrap_or_default(),
        driver_processors_median: middle(|sample| Some(sample.driver_cpu_s? / sample.duration_s?)),
    }
}

/// The cell's histograms as one: percentiles are never averaged. `None` when a trial has none.
fn merged(campaign: &Campaign, samples: &[&Sample]) -> Option<Histogram<u64>> {
    let mut merged = Histogram::new(3).ok()?;
    for sample in samples {
        for &(value, count) in campaign.histogram(sample)? {
            merged.record_n(value, count).ok()?;
        }
    }
    (!merged.is_empty()).then_some(merged)
}

/// The histogram at even steps of rarity, from about 10 % to 99.99 %; it ends at its slowest
/// response.
fn curve(histogram: &Histogram<u64>) -> Vec<(f64, f64)> {
    (1..=80)
        .map(|step| 1.0 - 10f64.powf(-f64::from(step) / 20.0))
        .take_while(|share| (1.0 - share) * histogram.len() as f64 >= 1.0)
        .map(|share| (share, histogram.value_at_quantile(share) as f64))
        .collect()
}
