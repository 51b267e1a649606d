//! A row of `samples.csv`. Only this file knows its columns.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    limiter::{Evidence, Limiter, connections_busy},
    outcome::{TreeUsage, TrialOutcome, Validity},
    time,
};
use crate::{
    load_driver::LoadDriver,
    name::{Name, PathBelow},
    plan::{Cell, Plan},
    text::plain,
};

/// A driver that used a larger share of the CPU time available to it was the bottleneck, or shared
/// it.
const DRIVER_BOUND: f64 = 0.85;

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
    /// The window was too short for the server; the next one lasts this many seconds.
    pub next_window_s: Option<u64>,
    /// The folder of the trial's raw output below the campaign's.
    pub folder: PathBelow,
}

/// A trial's place in its campaign.
#[derive(Debug, Clone, Copy)]
pub struct TrialId<'a> {
    /// The round, from 1.
    pub round: u32,
    /// The trial's place in its round, from 1.
    pub order: usize,
    /// From 1: how often the cell was measured in this round, because a window was too short or a
    /// trial was lost.
    pub attempt: usize,
    /// What is measured.
    pub cell: &'a Cell,
}

impl TrialId<'_> {
    /// The trial's folder below the campaign's.
    #[must_use]
    pub fn folder(&self) -> PathBelow {
        let Self { round, order, attempt, cell } = self;
        let again = if *attempt > 1 { format!("-attempt{attempt}") } else { String::new() };
        PathBelow::of_names(format!(
            "trials/r{round:03}-{order:02}-{}-{}-{}{again}",
            cell.contender, cell.scenario, cell.driver
        ))
    }
}

impl Sample {
    /// The row of a trial.
    pub fn new(plan: &Plan, id: TrialId, outcome: &TrialOutcome) -> Self {
        let (status, reason) = match &outcome.validity {
            Validity::Ok => (Status::Ok, String::new()),
            Validity::Invalid(reason) | Validity::Wrong(reason) => {
                (Status::Invalid, reason.clone())
            }
            Validity::Failed(reason) | Validity::Late(reason) => (Status::Failed, reason.clone()),
            Validity::Lost(reason) => (Status::Lost, reason.clone()),
        };
        let window = outcome.window.as_ref();
        let latency = window.map(|window| window.latency.clone()).unwrap_or_default();
        let errors = window.map(|window| window.errors);
        let driver_share = driver_share(plan, outcome);
        let kept = window.and_then(|window| window.pace.as_ref());
        let evidence = evidence(plan, outcome, driver_share);
        let disturbance = outcome.conditions.disturbance();
        let answered = window.map(|window| window.requests).filter(|&requests| requests > 0);
        Self {
            round: id.round,
            order: id.order,
            attempt: id.attempt,
            contender: id.cell.contender.clone(),
            scenario: id.cell.scenario.clone(),
            status,
            reason: plain(&reason),
            answered_wrongly: (status == Status::Invalid)
                .then_some(matches!(outcome.validity, Validity::Wrong(_))),
            started_at: outcome.started_at,
            driver: id.cell.driver,
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
            peak_rss_largest_kb: outcome.time.as_ref().map(|time| time.max_rss_kb),
            peak_rss_tree_kb: outcome.tree.as_ref().map(TreeUsage::peak_rss_kb),
            processes: outcome.tree.as_ref().map(|tree| tree.processes.len()),
            server_cpu_s: outcome.tree.as_ref().map(|tree| round3(tree.window_cpu_s)),
            server_cpu_us_per_request: outcome
                .tree
                .as_ref()
                .zip(answered)
                .map(|(tree, requests)| round3(tree.window_cpu_s * 1e6 / requests as f64)),
            driver_cpu_s: window.and_then(|window| window.cpu_s).map(round3),
            driver_share: driver_share.map(round3),
            driver_bound: evidence.driver_bound,
            stolen_share: outcome.conditions.stolen_share.map(round3),
            foreign_share: outcome.conditions.foreign_share.map(round3),
            driver_stopped_s: outcome.conditions.driver_stopped_s.map(round3),
            clock_jump_ms: outcome.conditions.clock_jump_ms.map(round3),
            disturbed: evidence.disturbed,
            disturbance: plain(&disturbance.unwrap_or_default()),
            server_share: evidence.server.map(round3),
            busiest_thread_share: evidence.thread.map(round3),
            major_faults_per_s: evidence.pages_per_s.map(round3),
            connections_busy: evidence.connections.map(round3),
            limiter: window
                .filter(|_| id.cell.driver.is_closed_loop())
                .map(|_| Limiter::of(evidence)),
            checked_answers: outcome.checked_answers,
            checked_statuses: window.map(|window| window.checked_statuses),
            rate: kept.map(|pace| round3(pace.rate)),
            unsent: kept.map(|pace| pace.unsent),
            driver_lateness_p99_us: kept.map(|pace| pace.lateness_us.p99),
            driver_fell_behind: kept.map(|pace| pace.fell_behind),
            opened_connections: window.and_then(|window| window.opened_connections),
            peak_connections: window.and_then(|window| window.peak_connections),
            next_window_s: outcome.longer_window.map(|window| window.as_secs()),
            folder: id.folder(),
        }
    }

    /// What disturbed the window, as a sentence. Early campaigns looked for other guests only, and recorded no sentence.
    #[must_use]
    pub fn what_disturbed(&self) -> &str {
        if self.disturbed && self.disturbance.is_empty() {
            return "other guests of the machine took CPU time";
        }
        &self.disturbance
    }

    /// Whether the sample may be used.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.status == Status::Ok
    }
}

/// The share of the CPU time available to the driver that it used, 0 to 1.
fn driver_share(plan: &Plan, outcome: &TrialOutcome) -> Option<f64> {
    let (window, tree) = (outcome.window.as_ref()?, outcome.tree.as_ref()?);
    let processors = outcome.driver_processors as f64;
    let beside_it = if plan.pin { 0.0 } else { tree.window_cpu_s / window.duration_s };
    let threads = window.threads.unwrap_or(plan.load.threads);
    let could_use = usable_processors(processors, beside_it, threads);
    (could_use > 0.0)
        .then(|| window.cpu_s.map(|used| (used / window.duration_s / could_use).min(1.0)))?
}

/// What the window shows of its limiter.
fn evidence(plan: &Plan, outcome: &TrialOutcome, driver_share: Option<f64>) -> Evidence {
    let seconds = outcome.window.as_ref().map(|window| window.duration_s).filter(|&it| it > 0.0);
    let tree = outcome.tree.as_ref();
    let per_second = |figure: Option<f64>| Some(figure? / seconds?);
    let processors = tree.map_or(0, |tree| tree.processors) as f64;
    let closed = outcome.window.as_ref().filter(|window| window.pace.is_none());
    Evidence {
        disturbed: outcome.conditions.disturbance().is_some(),
        server: per_second(tree.map(|tree| tree.window_cpu_s / processors))
            .filter(|share| share.is_finite()),
        thread: per_second(tree.and_then(|tree| tree.busiest_thread_s)),
        pages_per_s: per_second(tree.map(|tree| tree.major_faults as f64)),
        driver_bound: driver_share.is_some_and(|share| share > DRIVER_BOUND),
        connections: closed.and_then(|window| {
            let (rate, mean) = (window.requests_per_s(), window.latency.mean?);
            connections_busy(window.requests, rate, mean, plan.load.connections)
        }),
    }
}

/// How many CPUs a driver could use: those that the server left over, and no more than it has
/// threads.
fn usable_processors(processors: f64, beside_it: f64, threads: u32) -> f64 {
    (processors - beside_it).min(f64::from(threads))
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
