//! What `lua/result.lua` writes at the end of a window: wrk's figures in full precision.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Errors, Latency, Measurement};

/// The result of one window.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct WrkResult {
    duration_us: u64,
    pub(crate) requests: u64,
    bytes: u64,
    errors: WrkErrors,
    latency_us: WrkLatency,
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

impl WrkResult {
    /// Latencies in microseconds and how often each was seen.
    pub(crate) fn histogram(&self) -> &[(u64, u64)] {
        &self.latency_us.histogram
    }

    pub(crate) fn into_measurement(self) -> Measurement {
        let any = self.requests > 0;
        let latency = &self.latency_us;
        let percentile =
            |name: &str| latency.percentiles.get(name).copied().flatten().filter(|_| any);
        Measurement {
            duration_s: self.duration_us as f64 / 1e6,
            requests: self.requests,
            bytes: self.bytes,
            latency: Latency {
                mean: latency.mean.filter(|_| any),
                stdev: latency.stdev.filter(|_| any),
                p50: percentile("50"),
                p75: percentile("75"),
                p90: percentile("90"),
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
        }
    }
}
