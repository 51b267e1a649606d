//! What exchange's `result.lua` writes at the end of a window, wrk's figures in full precision; and what dyno's own driver
//! writes in the same form, with more of it.

use std::collections::BTreeMap;

use search::Seen;
use serde::Deserialize;

use super::measurement::{Errors, Latency, Measurement, Pace};

/// The result of one window.
#[derive(Debug, Clone, Deserialize)]
pub struct DriverResult {
    duration_us: u64,
    /// Requests answered.
    pub requests: u64,
    bytes: u64,
    errors: WrkErrors,
    latency_us: WrkLatency,
    // From here on only dyno's own driver writes.
    threads: Option<u32>,
    largest_gap_us: Option<f64>,
    opened_connections: Option<u64>,
    peak_connections: Option<u64>,
    #[serde(default)]
    checks: Checks,
    #[serde(default)]
    mismatches: Vec<Mismatch>,
    constant_rate: Option<Pace>,
    judgement: Option<Judgement>,
}

#[derive(Debug, Clone, Deserialize)]
struct Judgement {
    seen: Seen,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
struct Checks {
    statuses: u64,
    wrong_statuses: u64,
    wrong_bodies: u64,
    #[serde(default)]
    wrong_unavailable: u64,
}

#[derive(Debug, Clone, Deserialize)]
struct Mismatch {
    fault: String,
}

#[derive(Debug, Clone, Deserialize)]
struct WrkErrors {
    connect: u64,
    read: u64,
    write: u64,
    status: u64,
    timeout: u64,
}

#[derive(Debug, Clone, Deserialize)]
struct WrkLatency {
    max: Option<f64>,
    mean: Option<f64>,
    stdev: Option<f64>,
    percentiles: BTreeMap<String, Option<f64>>,
    /// Values in microseconds with their counts; wrk has added modelled samples to them.
    histogram: Vec<(u64, u64)>,
}

impl DriverResult {
    /// Latencies in microseconds and how often each was seen.
    #[must_use]
    pub fn into_histogram(self) -> Vec<(u64, u64)> {
        self.latency_us.histogram
    }

    /// The figures of the window.
    #[must_use]
    pub fn into_measurement(self) -> Measurement {
        let any = self.requests > 0;
        let latency = &self.latency_us;
        let percentile =
            |name: &str| latency.percentiles.get(name).copied().flatten().filter(|_| any);
        Measurement {
            elapsed_s: None,
            duration_s: self.duration_us as f64 / 1e6,
            requests: self.requests,
            bytes: self.bytes,
            latency: Latency {
                mean: latency.mean.filter(|_| any),
                stdev: latency.stdev.filter(|_| any),
                p50: percentile("50"),
                p75: percentile("75"),
                p90: percentile("90"),
                p95: percentile("95"),
                p99: percentile("99"),
                p999: percentile("99.9"),
                max: latency.max.filter(|_| any),
            },
            non_2xx: self.errors.status,
            errors: Errors {
                connect: self.errors.connect,
                read: self.errors.read,
                write: self.errors.write,
                timeout: self.errors.timeout,
            },
            cpu_s: None,
            threads: self.threads,
            largest_gap_us: self.largest_gap_us,
            stopped_s: None,
            opened_connections: self.opened_connections,
            peak_connections: self.peak_connections,
            checked_statuses: self.checks.statuses,
            wrong_answers: wrong_answers(self.checks, &self.mismatches),
            unavailable: self.checks.wrong_unavailable,
            pace: self.constant_rate,
            seen: self.judgement.map(|judgement| judgement.seen),
        }
    }
}

fn wrong_answers(checks: Checks, mismatches: &[Mismatch]) -> Option<(u64, String)> {
    let count = checks.wrong_statuses + checks.wrong_bodies;
    let first = mismatches.first().map(|mismatch| mismatch.fault.clone());
    (count > 0).then(|| (count, first.unwrap_or_default()))
}
