//! The figures of a window, whichever driver gave them.

use serde::Deserialize;

/// What a driver saw in one window.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measurement {
    /// The window's real length in seconds, by the driver's own clock.
    pub duration_s: f64,
    /// How long the driver ran, in seconds, by a clock that nobody sets.
    pub elapsed_s: Option<f64>,
    pub requests: u64,
    pub bytes: u64,
    pub latency: Latency,
    /// Answers that are neither 2xx nor 3xx.
    pub non_2xx: u64,
    pub errors: Errors,
    /// CPU time of the driver's process, user and system, in seconds.
    pub cpu_s: Option<f64>,
    /// Threads that drove, where the driver tells.
    pub threads: Option<u32>,
    /// Answers whose status was compared with what is right for the very request.
    pub checked_statuses: u64,
    /// Answers that the driver found wrong, and what is wrong with the first.
    pub wrong_answers: Option<(u64, String)>,
    /// How a constant rate was kept.
    pub pace: Option<Pace>,
}

/// How a constant rate was kept.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Pace {
    /// Requests a second that were due.
    pub rate: f64,
    /// Requests that were due and found no free connection to the end.
    pub unsent: u64,
    pub lateness_us: Lateness,
    /// The driver itself was late.
    pub fell_behind: bool,
}

/// How late the driver was with requests that it could have sent, in microseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
pub struct Lateness {
    pub p99: f64,
}

/// Latencies in microseconds; a figure that the driver does not give is `None`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Latency {
    pub mean: Option<f64>,
    pub stdev: Option<f64>,
    pub p50: Option<f64>,
    pub p75: Option<f64>,
    pub p90: Option<f64>,
    pub p99: Option<f64>,
    pub p999: Option<f64>,
    pub max: Option<f64>,
}

/// What went wrong on the sockets, as wrk counts it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Errors {
    pub connect: u64,
    pub read: u64,
    pub write: u64,
    pub timeout: u64,
}

impl Measurement {
    #[must_use]
    pub fn requests_per_s(&self) -> f64 {
        per(self.requests, self.duration_s)
    }

    #[must_use]
    pub fn bytes_per_s(&self) -> f64 {
        per(self.bytes, self.duration_s)
    }
}

fn per(count: u64, seconds: f64) -> f64 {
    if seconds > 0.0 { count as f64 / seconds } else { 0.0 }
}
