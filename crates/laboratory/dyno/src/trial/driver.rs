//! The program that makes the load.

pub(crate) mod dyno;
mod kind;
mod process;
pub(crate) mod wrk;
pub(crate) mod wrk_result;
pub(crate) mod wrk_text;

use std::{net::SocketAddr, path::Path, time::Duration};

use serde::Deserialize;

pub(crate) use kind::Kind;

use super::affinity::Processors;

/// What is to be driven, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Drive<'a> {
    pub(crate) target: SocketAddr,
    pub(crate) script: &'a Path,
    pub(crate) connections: u32,
    pub(crate) threads: u32,
    pub(crate) duration: Duration,
    pub(crate) processors: Processors,
    /// Where the driver's own output goes; `None` for a warm-up, of which nothing is kept.
    pub(crate) output: Option<&'a Path>,
}

/// What a driver saw in one window.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Measurement {
    /// The window's real length in seconds, by the driver's own clock.
    pub(crate) duration_s: f64,
    /// How long the driver ran, in seconds, by a clock that nobody sets.
    pub(crate) elapsed_s: Option<f64>,
    pub(crate) requests: u64,
    pub(crate) bytes: u64,
    pub(crate) latency: Latency,
    /// Answers that are neither 2xx nor 3xx.
    pub(crate) non_2xx: u64,
    pub(crate) errors: Errors,
    /// CPU time of the driver's process, user and system, in seconds.
    pub(crate) cpu_s: Option<f64>,
    /// Threads that drove, where the driver tells.
    pub(crate) threads: Option<u32>,
    /// Answers whose status was compared with what is right for the very request.
    pub(crate) checked_statuses: u64,
    /// Answers that the driver found wrong, and what is wrong with the first.
    pub(crate) wrong_answers: Option<(u64, String)>,
    /// How a constant rate was kept.
    pub(crate) pace: Option<Pace>,
}

/// How a constant rate was kept.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(crate) struct Pace {
    /// Requests a second that were due.
    pub(crate) rate: f64,
    /// Requests that were due and found no free connection to the end.
    pub(crate) unsent: u64,
    pub(crate) lateness_us: Lateness,
    /// The driver itself was late.
    pub(crate) fell_behind: bool,
}

/// How late the driver was with requests that it could have sent, in microseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
pub(crate) struct Lateness {
    pub(crate) p99: f64,
}

/// Latencies in microseconds; a figure that the driver does not give is `None`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Latency {
    pub(crate) mean: Option<f64>,
    pub(crate) stdev: Option<f64>,
    pub(crate) p50: Option<f64>,
    pub(crate) p75: Option<f64>,
    pub(crate) p90: Option<f64>,
    pub(crate) p99: Option<f64>,
    pub(crate) p999: Option<f64>,
    pub(crate) max: Option<f64>,
}

/// What went wrong on the sockets, as wrk counts it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Errors {
    pub(crate) connect: u64,
    pub(crate) read: u64,
    pub(crate) write: u64,
    pub(crate) timeout: u64,
}

impl Measurement {
    pub(crate) fn requests_per_s(&self) -> f64 {
        per(self.requests, self.duration_s)
    }

    pub(crate) fn bytes_per_s(&self) -> f64 {
        per(self.bytes, self.duration_s)
    }
}

fn per(count: u64, seconds: f64) -> f64 {
    if seconds > 0.0 { count as f64 / seconds } else { 0.0 }
}

/// A load generator.
pub(crate) trait Driver {
    /// Its name in `samples.csv`.
    fn kind(&self) -> Kind;

    /// Drives the server for the whole window.
    fn drive(&self, drive: Drive) -> anyhow::Result<Measurement>;
}
