//! The summary of a cell's valid samples.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;
use schemars::JsonSchema;
use serde::Serialize;

use statistics::geometric_mean;

use super::{
    bound::is_lower_bound,
    rounds::{ByRound, CellName},
};
use crate::{
    load_driver::LoadDriver,
    matrix::Metric,
    plan::Point,
    record::{
        campaign::Campaign,
        limiter::Limiter,
        sample::{Sample, Status},
    },
    table::thousandths,
};

/// A row of `summary.csv`: one cell, from its valid samples alone. A figure is the geometric mean over
/// rounds, the statistic that verdicts compare; every report shows it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Summary {
    /// The contender.
    pub contender: String,
    /// The scenario.
    pub scenario: String,
    /// The driver.
    pub driver: LoadDriver,
    /// What is different from the plan's load, where that varies.
    pub point: Option<Point>,
    /// Valid samples.
    pub ok: usize,
    /// Samples that were measured but are not trusted.
    pub invalid: usize,
    /// Trials that measured nothing.
    pub failed: usize,
    /// Trials that the laboratory or the machine spoiled.
    pub lost: usize,
    /// The highest rate in requests per second at which the objective was met; of a search alone. Its
    /// other figures are those at this rate.
    pub capacity_per_s: Option<f64>,
    /// Samples whose capacity is a lower bound, because the driver ended the search.
    pub capacity_at_least: usize,
    /// The capacity of a search, or the throughput of a closed loop, is a lower bound: the driver ended
    /// a search, or was the limiter in at least half of the valid samples.
    pub at_least: bool,
    /// Throughput in requests per second.
    pub requests_per_s: Option<f64>,
    /// The lowest throughput of a sample.
    pub requests_per_s_min: Option<f64>,
    /// The highest throughput of a sample.
    pub requests_per_s_max: Option<f64>,
    /// Bytes read per second.
    pub bytes_per_s: Option<f64>,
    /// The median latency of a trial, in microseconds. In a closed loop wrk corrects its histograms;
    /// dyno does not.
    pub p50_us: Option<f64>,
    /// The 90th percentile, likewise, in microseconds.
    pub p90_us: Option<f64>,
    /// The 99th percentile, in microseconds; of trials that lack no late response.
    pub p99_us: Option<f64>,
    /// The 99.9th percentile, likewise, in microseconds.
    pub p999_us: Option<f64>,
    /// Some responses came too late to be counted, so high percentiles of their trials are missing.
    pub latency_censored: bool,
    /// Peak memory of the largest single process, in KiB, by GNU time.
    pub peak_rss_largest_kb: Option<f64>,
    /// Sum of the peaks of all processes, in KiB.
    pub peak_rss_tree_kb: Option<f64>,
    /// The most processes that the server had.
    pub processes: Option<usize>,
    /// CPU time of the server's tree per request, in microseconds.
    pub server_cpu_us_per_request: Option<f64>,
    /// CPUs that the server kept busy in the window.
    pub server_processors: Option<f64>,
    /// CPUs that the driver kept busy in the window.
    pub driver_processors: Option<f64>,
    /// The share of the CPUs allowed to it that the server used without a request, 0 to 1; of a search
    /// alone.
    pub idle_cpu_share: Option<f64>,
    /// CPUs that the server must be allowed for 1,000 requests per second within the objective, of
    /// those that it was allowed; of a search alone.
    pub processors_per_1000_per_s: Option<f64>,
    /// The most connections that the driver had open at once, if it reports them.
    pub peak_connections: Option<u64>,
    /// Samples in which the driver was the bottleneck, or shared it.
    pub driver_bound: usize,
    /// What kept the figures from being higher in most samples; none at a constant rate.
    pub limiter: Option<Limiter>,
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
    /// The figure that is compared.
    #[must_use]
    pub fn figure(&self, metric: Metric) -> Option<f64> {
        match metric {
            Metric::CapacityPerS => self.capacity_per_s,
            Metric::RequestsPerS => self.requests_per_s,
            Metric::P99Us => self.p99_us,
            Metric::PeakRssTreeKb => self.peak_rss_tree_kb,
            Metric::ServerCpuUsPerRequest => self.server_cpu_us_per_request,
        }
    }

    /// Whether a figure is a lower bound.
    #[must_use]
    pub fn is_lower_bound(&self, metric: Metric) -> bool {
        self.at_least && metric == rate_of(self.driver)
    }

    /// Samples that do not count.
    #[must_use]
    pub fn excluded(&self) -> usize {
        self.invalid + self.failed + self.lost
    }
}

/// The rate that a driver measures, which may be a lower bound.
fn rate_of(driver: LoadDriver) -> Metric {
    if driver == LoadDriver::Search { Metric::CapacityPerS } else { Metric::RequestsPerS }
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
        ok.iter().filter_map(|sample| figure(sample)).filter(|&figure| figure > 0.0).collect()
    };
    let mean = |figure| geometric_mean(&figures(figure)).map(thousandths);
    let merged = ok.first().and_then(|sample| campaign.histogram(sample));
    let rates = figures(|sample| sample.requests_per_s);
    Summary {
        contender: contender.to_owned(),
        scenario: scenario.to_owned(),
        driver,
        point: campaign.plan.deciding_point(),
        ok: ok.len(),
        invalid: count(Status::Invalid),
        failed: count(Status::Failed),
        lost: count(Status::Lost),
        capacity_per_s: mean(|sample| sample.figure(Metric::CapacityPerS)),
        capacity_at_least: ok.iter().filter(|it| it.capacity_at_least == Some(true)).count(),
        at_least: is_lower_bound(samples, rate_of(driver)),
        requests_per_s: mean(|sample| sample.figure(Metric::RequestsPerS)),
        requests_per_s_min: rates.iter().copied().reduce(f64::min),
        requests_per_s_max: rates.into_iter().reduce(f64::max),
        bytes_per_s: mean(|sample| sample.bytes_per_s),
        p50_us: mean(|sample| sample.percentile(sample.p50_us, 0.5)),
        p90_us: mean(|sample| sample.percentile(sample.p90_us, 0.1)),
        p99_us: mean(|sample| sample.figure(Metric::P99Us)),
        p999_us: mean(|sample| {
            sample.percentile(sample.p999_us, 0.001).filter(|_| !sample.latency_censored)
        }),
        latency_censored: ok.iter().any(|sample| sample.latency_censored),
        peak_rss_largest_kb: mean(|sample| Some(sample.peak_rss_largest_kb? as f64)),
        peak_rss_tree_kb: mean(|sample| sample.figure(Metric::PeakRssTreeKb)),
        processes: ok.iter().filter_map(|sample| sample.processes).max(),
        server_cpu_us_per_request: mean(|sample| sample.figure(Metric::ServerCpuUsPerRequest)),
        server_processors: mean(|sample| Some(sample.server_cpu_s? / sample.duration_s?)),
        idle_cpu_share: average(&ok, |sample| sample.idle_cpu_share),
        processors_per_1000_per_s: mean(|sample| {
            Some(sample.server_processors? as f64 * 1e3 / sample.capacity_per_s?)
        }),
        peak_connections: ok.iter().filter_map(|sample| sample.peak_connections).max(),
        driver_bound: ok.iter().filter(|sample| sample.driver_bound).count(),
        limiter: most_frequent(ok.iter().filter_map(|sample| sample.limiter)),
        disturbed: disturbed.len(),
        disturbance: disturbed.first().map_or("", |sample| sample.what_disturbed()).to_owned(),
        curve: merged.map(curve).unwrap_or_default(),
        driver_processors: mean(|sample| Some(sample.driver_cpu_s? / sample.duration_s?)),
    }
}

/// The arithmetic mean of a figure that may be zero, with three decimals.
fn average(samples: &[&Sample], figure: fn(&Sample) -> Option<f64>) -> Option<f64> {
    let figures: Vec<f64> = samples.iter().filter_map(|sample| figure(sample)).collect();
    let mean = figures.iter().sum::<f64>() / figures.len() as f64;
    mean.is_finite().then(|| thousandths(mean))
}

/// The limiter of most samples; of equally many the first by order of evidence.
fn most_frequent(limiters: impl Iterator<Item = Limiter>) -> Option<Limiter> {
    let mut counts: BTreeMap<Limiter, usize> = BTreeMap::new();
    for limiter in limiters {
        *counts.entry(limiter).or_default() += 1;
    }
    counts.into_iter().rev().max_by_key(|&(_, count)| count).map(|(limiter, _)| limiter)
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
