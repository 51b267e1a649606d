//! A row of `samples.csv`. Only this module knows its columns.

mod trial;
mod trial_id;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{limiter::Limiter, time};
use crate::{
    load_driver::LoadDriver,
    name::{Name, PathBelow},
    plan::{Cell, Point},
};

pub use trial_id::TrialId;

/// Whether a sample may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Measured and trusted.
    Ok,
    /// Measured but not trusted.
    Invalid,
    /// Not measured.
    Failed,
    /// The laboratory or the machine is to blame, not the contender.
    Lost,
}

impl Status {
    /// Its word in `samples.csv`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Invalid => "invalid",
            Self::Failed => "failed",
            Self::Lost => "lost",
        }
    }
}

/// What a trial leaves, good or bad. Missing figures are empty.
#[derive(Debug, Clone, Serialize, JsonSchema, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// The round, from 1.
    pub round: u32,
    /// The trial's place in its round, from 1.
    pub order: usize,
    /// From 1: how often the cell was measured in this round, because a window was too short or a
    /// trial was lost.
    pub attempt: usize,
    /// The contender.
    pub contender: Name,
    /// The scenario.
    pub scenario: Name,
    /// Whether the sample may be used.
    pub status: Status,
    /// Why not; empty for a valid sample.
    pub reason: String,
    /// Whether an invalid sample is a wrong answer of the contender, which excludes it; other faults,
    /// such as a connection that broke, count as misses.
    #[serde(default)]
    pub answered_wrongly: Option<bool>,
    /// UTC, RFC 3339.
    #[serde(serialize_with = "time::milliseconds")]
    #[schemars(with = "String")]
    pub started_at: Timestamp,
    /// The driver.
    pub driver: LoadDriver,
    /// Threads of the driver.
    pub threads: u32,
    /// Connections of the driver.
    pub connections: u32,
    /// Length of the window in seconds, by the driver's clock.
    pub duration_s: Option<f64>,
    /// Requests answered in the window.
    pub requests: Option<u64>,
    /// Requests answered per second.
    pub requests_per_s: Option<f64>,
    /// Bytes read in the window, heads included.
    pub bytes_read: Option<u64>,
    /// Bytes read per second.
    pub bytes_per_s: Option<f64>,
    /// Mean latency in microseconds.
    pub latency_mean_us: Option<f64>,
    /// Standard deviation of the latency, in microseconds.
    pub latency_stdev_us: Option<f64>,
    /// Median latency in microseconds.
    pub p50_us: Option<f64>,
    /// 75th percentile of the latency, in microseconds.
    pub p75_us: Option<f64>,
    /// 90th percentile of the latency, in microseconds.
    pub p90_us: Option<f64>,
    /// 99th percentile of the latency, in microseconds.
    pub p99_us: Option<f64>,
    /// 99.9th percentile of the latency, in microseconds.
    pub p999_us: Option<f64>,
    /// Longest latency in microseconds.
    pub max_us: Option<f64>,
    /// Responses are missing from the latencies because they arrived too late to be counted.
    pub latency_censored: bool,
    /// Responses that are neither 2xx nor 3xx.
    pub non_2xx: Option<u64>,
    /// Connections that could not be made.
    pub errors_connect: Option<u64>,
    /// Failed reads.
    pub errors_read: Option<u64>,
    /// Failed writes.
    pub errors_write: Option<u64>,
    /// Answers that came too late to be counted.
    pub errors_timeout: Option<u64>,
    /// GNU time's `%M`: the largest single process, in KiB.
    pub peak_rss_largest_kb: Option<u64>,
    /// The sum of `VmHWM` over the process tree, in KiB.
    pub peak_rss_tree_kb: Option<u64>,
    /// Processes of the server at the end of the window.
    pub processes: Option<usize>,
    /// CPU time of the server's tree in the window.
    pub server_cpu_s: Option<f64>,
    /// CPU time of the server's tree per request, in microseconds.
    pub server_cpu_us_per_request: Option<f64>,
    /// CPU time of the driver in the window.
    pub driver_cpu_s: Option<f64>,
    /// The share of the CPU time left over by the server that the driver used, 0 to 1.
    pub driver_share: Option<f64>,
    /// The driver used nearly all the CPU time it could: the server could do more.
    pub driver_bound: bool,
    /// The share of CPU time that the hypervisor gave to other guests during the window, 0 to 1.
    pub stolen_share: Option<f64>,
    /// The share of CPU time that processes took during the window which are neither dyno, nor the server, nor the
    /// driver; slightly negative when there was none.
    #[serde(default)]
    pub foreign_share: Option<f64>,
    /// For how long the driver stood still, in seconds.
    #[serde(default)]
    pub driver_stopped_s: Option<f64>,
    /// By how much the clock of the day was set during the window, in milliseconds.
    #[serde(default)]
    pub clock_jump_ms: Option<f64>,
    /// CPU time in milliseconds that dyno took to check the programs and to read the conditions of the window and what
    /// the server used.
    #[serde(default)]
    pub observing_cpu_ms: Option<f64>,
    /// Something disturbed the window, so that its figures are doubtful. Such a sample is lost, unless the campaign was
    /// measured with `--even-if-busy`.
    pub disturbed: bool,
    /// What disturbed the window, as a sentence; empty for a quiet one.
    #[serde(default)]
    pub disturbance: String,
    /// The share of the CPUs allowed to it that the server used, 0 to 1.
    #[serde(default)]
    pub server_share: Option<f64>,
    /// The share of one CPU that the server's busiest thread used, 0 to 1.
    #[serde(default)]
    pub busiest_thread_share: Option<f64>,
    /// The share of the periods of a CPU quota in which the server was stopped, 0 to 1: the largest of its cgroup and
    /// those above it. None where there can be no quota.
    #[serde(default)]
    pub throttled_share: Option<f64>,
    /// Pages a second that the server waited for, because they had to be read from a disk.
    #[serde(default)]
    pub major_faults_per_s: Option<f64>,
    /// The share of its connections that a closed loop kept busy by Little's law: throughput times mean latency, over
    /// connections. wrk's correction makes it too high. None with fewer than ten requests a connection.
    #[serde(default)]
    pub connections_busy: Option<f64>,
    /// What kept the figure from being higher; none without a window, and none at a constant rate, where the schedule
    /// did.
    #[serde(default)]
    pub limiter: Option<Limiter>,
    /// Whole responses that were compared with the contract during the window.
    pub checked_answers: usize,
    /// Responses whose status the driver compared with what is right for the very request; wrk
    /// compares none.
    #[serde(default)]
    pub checked_statuses: Option<u64>,
    /// Requests per second that were due; none in a closed loop.
    #[serde(default)]
    pub rate: Option<f64>,
    /// Requests that were due and never sent, because no connection was free.
    #[serde(default)]
    pub unsent: Option<u64>,
    /// How late the driver itself was with requests that it could have sent.
    #[serde(default)]
    pub driver_lateness_p99_us: Option<f64>,
    /// The driver was so late that the latencies are doubtful.
    #[serde(default)]
    pub driver_fell_behind: Option<bool>,
    /// Connections that the driver opened in the window; wrk does not report them.
    #[serde(default)]
    pub opened_connections: Option<u64>,
    /// The most connections that the driver had open at once; wrk does not report them.
    #[serde(default)]
    pub peak_connections: Option<u64>,
    /// The highest request rate at which the scenario's objective was met; a search alone has it. The
    /// other figures of its row are those of the window that confirmed this rate.
    #[serde(default)]
    pub capacity_per_s: Option<f64>,
    /// The driver ended the search, so that the capacity is a lower bound.
    #[serde(default)]
    pub capacity_at_least: Option<bool>,
    /// The share of the CPUs allowed to it that the server used without a request, 0 to 1.
    #[serde(default)]
    pub idle_cpu_share: Option<f64>,
    /// CPUs that the server was allowed to use.
    #[serde(default)]
    pub server_processors: Option<usize>,
    /// The window was too short for the server; the next one lasts this many seconds.
    pub next_window_s: Option<u64>,
    /// Worker processes or threads of the contender, as it was told; `None` in campaigns that did not record it.
    #[serde(default)]
    pub workers: Option<u32>,
    /// What was different from the plan's load, where that varies.
    #[serde(default)]
    pub point: Option<Point>,
    /// The folder of the trial's raw output below the campaign's.
    pub folder: PathBelow,
}

impl Sample {
    /// What disturbed the window, as a sentence. Early campaigns looked for other guests only, and recorded no sentence.
    #[must_use]
    pub fn what_disturbed(&self) -> &str {
        if self.disturbed && self.disturbance.is_empty() {
            return "other guests of the machine took CPU time";
        }
        &self.disturbance
    }

    /// The cell that it is of.
    #[must_use]
    pub fn cell(&self) -> Cell {
        let (contender, scenario) = (self.contender.clone(), self.scenario.clone());
        Cell { contender, scenario, driver: self.driver, point: self.point }
    }

    /// Whether the sample may be used.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.status == Status::Ok
    }
}
