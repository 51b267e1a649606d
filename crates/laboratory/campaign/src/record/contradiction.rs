//! Whether the figures of a row can stand beside each other.
//!
//! dyno writes no such row: one that contradicts itself was changed or damaged afterwards.

use super::{probe::ProbeRow, sample::Sample};

/// The shortest response there is, in bytes: a status line and the end of its head.
const LEAST_RESPONSE: u64 = "HTTP/1.1 200\n\n".len() as u64;

/// Half of the last decimal that a row keeps, and as much again for its own rounding.
const ROUNDING: f64 = 1e-3;

impl Sample {
    /// What contradicts what in this row, as a part of a sentence; `None` for a row that dyno could have written.
    #[must_use]
    pub fn contradiction(&self) -> Option<String> {
        self.impossible_figure()
            .or_else(|| self.impossible_count())
            .or_else(|| self.wrong_quotient())
            .or_else(|| self.unordered_latencies())
    }

    fn impossible_figure(&self) -> Option<String> {
        let figures = [
            ("duration_s", self.duration_s),
            ("requests_per_s", self.requests_per_s),
            ("bytes_per_s", self.bytes_per_s),
            ("latency_mean_us", self.latency_mean_us),
            ("latency_stdev_us", self.latency_stdev_us),
            ("p50_us", self.p50_us),
            ("p99_us", self.p99_us),
            ("max_us", self.max_us),
            ("server_cpu_s", self.server_cpu_s),
            ("driver_cpu_s", self.driver_cpu_s),
            ("capacity_per_s", self.capacity_per_s),
            ("idle_cpu_share", self.idle_cpu_share),
        ];
        impossible(&figures)
    }

    fn impossible_count(&self) -> Option<String> {
        let requests = self.requests?;
        if let Some(refused) = self.non_2xx.filter(|&refused| refused > requests) {
            return Some(format!("{refused} of {requests} responses are non-2xx"));
        }
        let bytes = self.bytes_read.filter(|&bytes| bytes / LEAST_RESPONSE < requests)?;
        Some(format!("{requests} responses came in {bytes} bytes"))
    }

    fn wrong_quotient(&self) -> Option<String> {
        let (seconds, requests) = (self.duration_s?, self.requests? as f64);
        let bytes = self.bytes_read.map(|bytes| bytes as f64);
        let cpu_us = self.server_cpu_s.filter(|_| requests > 0.0).map(|cpu| cpu * 1e6);
        // The CPU time stands in the row with three decimals.
        let cpu_slack = ROUNDING * 1e6 / requests.max(1.0);
        let quotients = [
            ("requests_per_s", self.requests_per_s, Some(requests), seconds, ROUNDING),
            ("bytes_per_s", self.bytes_per_s, bytes, seconds, ROUNDING),
            (
                "server_cpu_us_per_request",
                self.server_cpu_us_per_request,
                cpu_us,
                requests,
                cpu_slack + ROUNDING,
            ),
        ];
        quotients.into_iter().find_map(|(name, figure, amount, over, slack)| {
            let (figure, right) = (figure?, amount? / over);
            // A driver that prints its duration with few digits shifts the quotient by less.
            let off = (figure - right).abs();
            (!right.is_finite() || off > slack + right * 1e-3)
                .then(|| format!("{name} is {figure}, and its parts give {right:.3}"))
        })
    }

    fn unordered_latencies(&self) -> Option<String> {
        let latencies = [
            ("p50_us", self.p50_us),
            ("p75_us", self.p75_us),
            ("p90_us", self.p90_us),
            ("p99_us", self.p99_us),
            ("p999_us", self.p999_us),
            ("max_us", self.max_us),
        ];
        unordered(&latencies)
    }
}

impl ProbeRow {
    /// What contradicts what in this row, as a part of a sentence; `None` for a row that dyno could have written.
    #[must_use]
    pub fn contradiction(&self) -> Option<String> {
        if !(self.rate.is_finite() && self.rate > 0.0) {
            return Some(format!("rate is {}", self.rate));
        }
        let latencies = [
            ("p50_us", self.p50_us),
            ("p75_us", self.p75_us),
            ("p90_us", self.p90_us),
            ("p95_us", self.p95_us),
            ("p99_us", self.p99_us),
            ("p999_us", self.p999_us),
            ("max_us", self.max_us),
        ];
        let lengths = [("lead_in_s", Some(self.lead_in_s)), ("duration_s", Some(self.duration_s))];
        let other = [("server_cpu_s", self.server_cpu_s), ("driver_cpu_s", self.driver_cpu_s)];
        impossible(&[&latencies[..], &lengths, &other].concat()).or_else(|| unordered(&latencies))
    }
}

/// The first figure that nothing can be.
fn impossible(figures: &[(&str, Option<f64>)]) -> Option<String> {
    figures.iter().find_map(|(name, figure)| {
        let figure = figure.filter(|it| !it.is_finite() || *it < 0.0)?;
        Some(format!("{name} is {figure}"))
    })
}

/// The first percentile that lies above the next one.
fn unordered(latencies: &[(&str, Option<f64>)]) -> Option<String> {
    let known = latencies.iter().filter_map(|&(name, latency)| Some((name, latency?)));
    let known: Vec<(&str, f64)> = known.collect();
    known.windows(2).find_map(|pair| {
        let [(lower, low), (higher, high)] = pair else { return None };
        (low > high).then(|| format!("{lower} is {low}, above {higher}, which is {high}"))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row() -> Sample {
        let row = json!({
            "round": 1, "order": 1, "attempt": 1, "contender": "axum", "scenario": "static",
            "status": "ok", "reason": "", "started_at": "2026-01-01T00:00:00.000Z", "driver": "wrk",
            "threads": 1, "connections": 1, "duration_s": 5.0, "requests": 1000,
            "requests_per_s": 200.0, "bytes_read": 120_000, "bytes_per_s": 24_000.0,
            "p50_us": 100.0, "p99_us": 900.0, "max_us": 900.0, "non_2xx": 500,
            "server_cpu_s": 0.123, "server_cpu_us_per_request": 123.4, "latency_censored": false,
            "checked_answers": 9, "driver_bound": false, "disturbed": false, "folder": "",
        });
        serde_json::from_value(row).unwrap()
    }

    #[test]
    fn a_row_as_dyno_writes_it_does_not_contradict_itself() {
        assert_eq!(row().contradiction(), None);
    }

    #[test]
    fn each_figure_that_another_refutes_is_named() {
        let cases = [
            (Sample { requests: Some(1_000_000), ..row() }, "in 120000 bytes"),
            (Sample { requests_per_s: Some(400.0), ..row() }, "requests_per_s is 400"),
            (Sample { bytes_per_s: Some(1.0), ..row() }, "bytes_per_s is 1"),
            (Sample { duration_s: Some(0.0), ..row() }, "requests_per_s"),
            (Sample { duration_s: Some(-5.0), ..row() }, "duration_s is -5"),
            (Sample { max_us: Some(f64::NAN), ..row() }, "max_us is NaN"),
            (Sample { p50_us: Some(901.0), ..row() }, "p50_us is 901, above p99_us"),
            (Sample { non_2xx: Some(1001), ..row() }, "1001 of 1000"),
            (Sample { server_cpu_us_per_request: Some(1.0), ..row() }, "server_cpu_us_per_request"),
        ];
        for (row, named) in cases {
            let contradiction = row.contradiction();
            assert!(
                contradiction.as_ref().is_some_and(|it| it.contains(named)),
                "{contradiction:?}"
            );
        }
    }
}
