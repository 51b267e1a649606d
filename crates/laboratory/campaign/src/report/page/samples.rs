//! The samples as data for the table.

use std::{borrow::Cow, collections::BTreeMap};

use minijinja::Value;
use serde::{Serialize, Serializer};

use super::embedded;
use crate::{
    matrix::Metric,
    record::{
        campaign::Campaign,
        limiter::Limiter,
        sample::{Sample, Status},
    },
};

/// All samples, with every name and reason once: a campaign may have very many.
#[derive(Default, Serialize)]
struct Data<'a> {
    contenders: Words<'a>,
    scenarios: Words<'a>,
    drivers: Words<'a>,
    reasons: Words<'a>,
    limiters: Words<'a>,
    /// Round, contender, scenario, driver, status, marks, reason, limiter, requests per second, p50, p99, memory, CPU per request.
    #[expect(clippy::type_complexity, reason = "a row of the table")]
    rows: Vec<(
        u32,
        usize,
        usize,
        usize,
        u8,
        u8,
        usize,
        usize,
        Option<f64>,
        Option<f64>,
        Option<f64>,
        Option<u64>,
        Option<f64>,
    )>,
}

/// The data of the table.
pub(super) fn data(campaign: &Campaign) -> anyhow::Result<Value> {
    let mut data = Data::default();
    for sample in &campaign.samples {
        let status = match sample.status {
            Status::Ok => 0,
            Status::Invalid => 1,
            Status::Failed => 2,
            Status::Lost => 3,
        };
        let rates = [Metric::CapacityPerS, Metric::RequestsPerS];
        let at_least = rates.into_iter().any(|metric| sample.is_lower_bound(metric));
        let marks = [sample.driver_bound, sample.disturbed, sample.latency_censored, at_least];
        let marks = (0..).zip(marks).map(|(bit, marked)| u8::from(marked) << bit).sum();
        data.rows.push((
            sample.round,
            data.contenders.place(sample.contender.as_str()),
            data.scenarios.place(sample.scenario.as_str()),
            data.drivers.place(sample.driver.to_string()),
            status,
            marks,
            data.reasons.place(said(sample)),
            data.limiters.place(sample.limiter.map_or("", Limiter::word)),
            sample.requests_per_s,
            sample.p50_us,
            sample.p99_us,
            sample.peak_rss_tree_kb,
            sample.server_cpu_us_per_request,
        ));
    }
    embedded(&data)
}

/// Why a sample does not count, or what disturbed it.
fn said(sample: &Sample) -> &str {
    if sample.reason.is_empty() { sample.what_disturbed() } else { &sample.reason }
}

/// Words, each with the index at which it first appeared.
#[derive(Debug, Default)]
struct Words<'a>(BTreeMap<Cow<'a, str>, usize>);

impl<'a> Words<'a> {
    fn place(&mut self, word: impl Into<Cow<'a, str>>) -> usize {
        let next = self.0.len();
        *self.0.entry(word.into()).or_insert(next)
    }
}

impl Serialize for Words<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut words: Vec<(&usize, &Cow<str>)> =
            self.0.iter().map(|(word, at)| (at, word)).collect();
        words.sort();
        serializer.collect_seq(words.into_iter().map(|(_, word)| word))
    }
}
