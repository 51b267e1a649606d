//! A row of `samples.csv`. Its columns are known here and nowhere else.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::machine::STEAL_LIMIT;
use crate::{
    matrix::Metric,
    plan::{Cell, Plan},
    trial::{Trial, Verdict, affinity::Processors, driver::Kind},
};

/// A driver that used a larger share of what it could have had was the bottleneck, or shared it.
const DRIVER_BOUND: f64 = 0.85;

/// Whether a sample may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    /// Measured, and believed.
    Ok,
    /// Measured, and not to be believed.
    Invalid,
    /// Not measured.
    Failed,
}

impl Status {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Invalid => "invalid",
            Self::Failed => "failed",
        }
    }
}

/// What a trial leaves, good or bad. A figure that there is not is an empty field.
#[derive(Debug, Clone, Serialize, JsonSchema, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sample {
    pub(crate) round: u32,
    /// The trial's place in its round, from 1.
    pub(crate) order: usize,
    /// 2 when a window that was too short is measured once more.
    pub(crate) attempt: usize,
    pub(crate) contender: String,
    pub(crate) scenario: String,
    pub(crate) status: Status,
    pub(crate) reason: String,
    /// UTC, RFC 3339.
    pub(crate) started_at: String,
    pub(crate) driver: Kind,
    pub(crate) threads: u32,
    pub(crate) connections: u32,
    pub(crate) duration_s: Option<f64>,
    pub(crate) requests: Option<u64>,
    pub(crate) requests_per_s: Option<f64>,
    pub(crate) bytes_read: Option<u64>,
    pub(crate) bytes_per_s: Option<f64>,
    pub(crate) latency_mean_us: Option<f64>,
    pub(crate) latency_stdev_us: Option<f64>,
    pub(crate) p50_us: Option<f64>,
    pub(crate) p75_us: Option<f64>,
    pub(crate) p90_us: Option<f64>,
    pub(crate) p99_us: Option<f64>,
    pub(crate) p999_us: Option<f64>,
    pub(crate) max_us: Option<f64>,
    /// Answers are missing from the latencies because they came too late to be counted.
    pub(crate) latency_censored: bool,
    pub(crate) non_2xx: Option<u64>,
    pub(crate) errors_connect: Option<u64>,
    pub(crate) errors_read: Option<u64>,
    pub(crate) errors_write: Option<u64>,
    pub(crate) errors_timeout: Option<u64>,
    /// GNU time's `%M`: the largest single process, in KiB.
    pub(crate) peak_rss_largest_kb: Option<u64>,
    /// The sum of `VmHWM` over the process tree, in KiB.
    pub(crate) peak_rss_tree_kb: Option<u64>,
    pub(crate) processes: Option<usize>,
    /// CPU time of the server's tree in the window.
    pub(crate) server_cpu_s: Option<f64>,
    pub(crate) server_cpu_us_per_request: Option<f64>,
    /// CPU time of the driver in the window.
    pub(crate) driver_cpu_s: Option<f64>,
    /// The share that the driver used of the processors which the server left to it, 0 to 1.
    pub(crate) driver_share: Option<f64>,
    /// The driver used nearly all that it could: the server could do more.
    pub(crate) driver_bound: bool,
    /// The share of processor time that the hypervisor gave to others during the window, 0 to 1.
    pub(crate) stolen_share: Option<f64>,
    /// So much was stolen that the figures are doubtful.
    pub(crate) disturbed: bool,
    /// Whole answers that were compared with the contract during the window.
    pub(crate) checked_answers: usize,
    /// Answers whose status the driver compared with what is right for the very request; wrk compares none.
    #[serde(default)]
    pub(crate) checked_statuses: Option<u64>,
    /// Requests a second that were due; none in a closed loop.
    #[serde(default)]
    pub(crate) rate: Option<f64>,
    /// Requests that were due and never sent, since no connection was free.
    #[serde(default)]
    pub(crate) unsent: Option<u64>,
    /// How late the driver itself was with requests that it could have sent.
    #[serde(default)]
    pub(crate) driver_lateness_p99_us: Option<f64>,
    /// So late that the latencies are doubtful.
    #[serde(default)]
    pub(crate) driver_fell_behind: Option<bool>,
    /// The window was too short for the server, and is followed by one of so many seconds.
    pub(crate) next_window_s: Option<u64>,
    /// The folder of the trial's raw output below the campaign's.
    pub(crate) folder: String,
}

/// Where a trial stands in its campaign.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) round: u32,
    pub(crate) order: usize,
    pub(crate) attempt: usize,
    pub(crate) cell: &'a Cell,
}

impl Place<'_> {
    /// The trial's folder below the campaign's.
    pub(crate) fn folder(&self) -> String {
        let Self { round, order, attempt, cell } = self;
        let again = if *attempt > 1 { "-again" } else { "" };
        format!(
            "trials/r{round:03}-{order:02}-{}-{}-{}{again}",
            cell.contender, cell.scenario, cell.driver
        )
    }
}

impl Sample {
    /// What the sample says of a metric: nothing where it is not valid, or its latency was cut off.
    pub(crate) fn figure(&self, metric: Metric) -> Option<f64> {
        if !self.is_ok() {
            return None;
        }
        match metric {
            Metric::RequestsPerS => self.requests_per_s,
            Metric::P99Us => self.p99_us.filter(|_| !self.latency_censored),
            Metric::PeakRssTreeKb => self.peak_rss_tree_kb.map(|kb| kb as f64),
            Metric::ServerCpuUsPerRequest => self.server_cpu_us_per_request,
        }
    }

    /// The row of a trial.
    pub(crate) fn new(plan: &Plan, place: Place, trial: &Trial) -> Self {
        let (status, reason) = match &trial.verdict {
            Verdict::Ok => (Status::Ok, String::new()),
            Verdict::Invalid(reason) => (Status::Invalid, reason.clone()),
            Verdict::Failed(reason) => (Status::Failed, reason.clone()),
        };
        let window = trial.window.as_ref();
        let latency = window.map(|window| window.latency.clone()).unwrap_or_default();
        let errors = window.map(|window| window.errors);
        let driver_share = driver_share(plan, trial);
        let kept = window.and_then(|window| window.pace.as_ref());
        let answered = window.map(|window| window.requests).filter(|&requests| requests > 0);
        Self {
            round: place.round,
            order: place.order,
            attempt: place.attempt,
            contender: place.cell.contender.clone(),
            scenario: place.cell.scenario.clone(),
            status,
            reason: plain(&reason),
            started_at: trial.started_at.clone(),
            driver: trial.driver,
            threads: window.and_then(|window| window.threads).unwrap_or(plan.load.threads),
            connections: plan.load.connections,
            duration_s: window.map(|window| window.duration_s),
            requests: window.map(|window| window.requests),
            requests_per_s: window.map(|window| round3(window.requests_per_s())),
            bytes_read: window.map(|window| window.bytes),
            bytes_per_s: window.map(|window| round3(window.bytes_per_s())),
            latency_mean_us: latency.mean.map(round3),
            latency_stdev_us: latency.stdev.map(round3),
            p50_us: latency.p50,
            p75_us: latency.p75,
            p90_us: latency.p90,
            p99_us: latency.p99,
            p999_us: latency.p999,
            max_us: latency.max,
            latency_censored: errors.is_some_and(|errors| errors.timeout > 0),
            non_2xx: window.map(|window| window.non_2xx),
            errors_connect: errors.map(|errors| errors.connect),
            errors_read: errors.map(|errors| errors.read),
            errors_write: errors.map(|errors| errors.write),
            errors_timeout: errors.map(|errors| errors.timeout),
            peak_rss_largest_kb: trial.time.as_ref().map(|time| time.max_rss_kb),
            peak_rss_tree_kb: trial.tree.as_ref().map(|tree| tree.peak_rss_kb),
            processes: trial.tree.as_ref().map(|tree| tree.processes),
            server_cpu_s: trial.tree.as_ref().map(|tree| round3(tree.window_cpu_s)),
            server_cpu_us_per_request: trial
                .tree
                .as_ref()
                .zip(answered)
                .map(|(tree, requests)| round3(tree.window_cpu_s * 1e6 / requests as f64)),
            driver_cpu_s: window.and_then(|window| window.cpu_s).map(round3),
            driver_share: driver_share.map(round3),
            driver_bound: driver_share.is_some_and(|share| share > DRIVER_BOUND),
            stolen_share: trial.stolen_share.map(round3),
            disturbed: trial.stolen_share.is_some_and(|share| share > STEAL_LIMIT),
            checked_answers: trial.checked_answers,
            checked_statuses: window.map(|window| window.checked_statuses),
            rate: kept.map(|pace| round3(pace.rate)),
            unsent: kept.map(|pace| pace.unsent),
            driver_lateness_p99_us: kept.map(|pace| pace.lateness_us.p99),
            driver_fell_behind: kept.map(|pace| pace.fell_behind),
            next_window_s: trial.measure_again.map(|window| window.as_secs()),
            folder: place.folder(),
        }
    }

    pub(crate) fn is_ok(&self) -> bool {
        self.status == Status::Ok
    }
}

/// What the driver used of the processor time that it could have had, 0 to 1.
fn driver_share(plan: &Plan, trial: &Trial) -> Option<f64> {
    let (window, tree) = (trial.window.as_ref()?, trial.tree.as_ref()?);
    let processors = Processors::of_driver(plan.pin).count() as f64;
    let beside_it = if plan.pin { 0.0 } else { tree.window_cpu_s / window.duration_s };
    let threads = window.threads.unwrap_or(plan.load.threads);
    let could_use = usable_processors(processors, beside_it, threads);
    (could_use > 0.0)
        .then(|| window.cpu_s.map(|used| (used / window.duration_s / could_use).min(1.0)))?
}

/// How many processors a driver could use: those that the server beside it left, and no more than it has threads.
fn usable_processors(processors: f64, beside_it: f64, threads: u32) -> f64 {
    (processors - beside_it).min(f64::from(threads))
}

/// Text of others on one line, without what would steer a terminal.
pub(crate) fn plain(text: &str) -> String {
    let visible = text.replace(|character: char| character.is_control(), " ");
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Three decimals are finer than anything measured here, and keep the rows readable.
fn round3(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::usable_processors;

    #[test]
    fn a_driver_can_use_what_the_server_leaves_and_no_more_than_it_has_threads() {
        let cases = [((8.0, 1.5, 12), 6.5), ((8.0, 1.5, 1), 1.0), ((2.0, 0.0, 2), 2.0)];
        for ((processors, beside_it, threads), expected) in cases {
            let usable: f64 = usable_processors(processors, beside_it, threads);
            assert!((usable - expected).abs() < 1e-9, "{usable}");
        }
    }
}
