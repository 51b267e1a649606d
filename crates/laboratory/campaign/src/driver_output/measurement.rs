//! The figures of a window, whichever driver reported them.

use search::Seen;
use serde::Deserialize;

/// What a driver saw in one window.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measurement {
    /// The window's real length in seconds, by the driver's own clock.
    pub duration_s: f64,
    /// How long the driver ran, in seconds, by the monotonic clock.
    pub elapsed_s: Option<f64>,
    /// Requests answered.
    pub requests: u64,
    /// Bytes read, heads included.
    pub bytes: u64,
    /// Latencies of all answers.
    pub latency: Latency,
    /// Responses that are neither 2xx nor 3xx.
    pub non_2xx: u64,
    /// Errors on the sockets.
    pub errors: Errors,
    /// CPU time of the driver's process, user and system, in seconds.
    pub cpu_s: Option<f64>,
    /// Threads of the driver, if it reports them.
    pub threads: Option<u32>,
    /// How long the driver itself stood still at the longest, in microseconds: a driver that was
    /// stopped for 3 s reports about 3,000,000. wrk does not report it.
    pub largest_gap_us: Option<f64>,
    /// For how long its process was seen stopped, in seconds.
    pub stopped_s: Option<f64>,
    /// Connections that the driver opened, if it reports them.
    pub opened_connections: Option<u64>,
    /// The most connections that it had open at once, if it reports them.
    pub peak_connections: Option<u64>,
    /// Responses whose status was compared with what is right for the very request.
    pub checked_statuses: u64,
    /// Responses that the driver found wrong, and what is wrong with the first.
    pub wrong_answers: Option<(u64, String)>,
    /// How many of these say that the server has too much to do, by the status 503.
    pub unavailable: u64,
    /// How well a constant rate was kept.
    pub pace: Option<Pace>,
    /// How the objective was kept, where the driver was told one.
    pub seen: Option<Seen>,
}

/// How well a constant rate was kept.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Pace {
    /// Requests per second that were due.
    pub rate: f64,
    /// Requests that were due and never found a free connection.
    pub unsent: u64,
    /// How late the driver itself was.
    pub lateness_us: Lateness,
    /// The driver itself was late.
    pub fell_behind: bool,
    /// The driver ended early, because the objective was missed by far.
    #[serde(default)]
    pub gave_up: bool,
}

/// How late the driver was with requests that it could have sent, in microseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
pub struct Lateness {
    /// The 99th percentile.
    pub p99: f64,
}

/// Latencies in microseconds; a figure that the driver does not report is `None`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Latency {
    /// The arithmetic mean.
    pub mean: Option<f64>,
    /// The standard deviation.
    pub stdev: Option<f64>,
    /// The median.
    pub p50: Option<f64>,
    /// The 75th percentile.
    pub p75: Option<f64>,
    /// The 90th percentile.
    pub p90: Option<f64>,
    /// The 95th percentile.
    pub p95: Option<f64>,
    /// The 99th percentile.
    pub p99: Option<f64>,
    /// The 99.9th percentile.
    pub p999: Option<f64>,
    /// The longest.
    pub max: Option<f64>,
}

/// What went wrong on the sockets, as wrk counts it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Errors {
    /// Connections that could not be made.
    pub connect: u64,
    /// Failed reads.
    pub read: u64,
    /// Failed writes.
    pub write: u64,
    /// Answers that came too late to be counted.
    pub timeout: u64,
}

impl Measurement {
    /// Requests answered per second of the window; 0 for a window without length.
    #[must_use]
    pub fn requests_per_s(&self) -> f64 {
        per(self.requests, self.duration_s)
    }

    /// The wrong responses as a part of a sentence; `None` without any. Where a server `may_refuse`, the status 503 is
    /// none of them.
    #[must_use]
    pub fn wrong_responses(&self, may_refuse: bool) -> Option<String> {
        let (all, first) = self.wrong_answers.as_ref()?;
        let wrong = all.saturating_sub(if may_refuse { self.unavailable } else { 0 });
        (wrong > 0).then(|| format!("{wrong} wrong responses, first: {first}"))
    }

    /// The longest that the driver stood still, in seconds, by its own account or by what was seen of its process.
    #[must_use]
    pub fn stood_still_s(&self) -> Option<f64> {
        let own = self.largest_gap_us.map(|us| us / 1e6);
        own.into_iter().chain(self.stopped_s).reduce(f64::max)
    }

    /// Bytes read per second of the window; 0 for a window without length.
    #[must_use]
    pub fn bytes_per_s(&self) -> f64 {
        per(self.bytes, self.duration_s)
    }
}

fn per(count: u64, seconds: f64) -> f64 {
    if seconds > 0.0 { count as f64 / seconds } else { 0.0 }
}
