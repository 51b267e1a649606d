//! What a window shows of its limiter.

use crate::{plan::Plan, record::outcome::TrialOutcome};

/// A driver that used a larger share of the CPU time available to it was the bottleneck, or shared
/// it.
const DRIVER_BOUND: f64 = 0.85;

/// What a window shows of its limiter.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::record) struct Evidence {
    /// Something disturbed the window.
    pub(in crate::record) disturbed: bool,
    /// The share of the CPUs allowed to it that the server used, 0 to 1.
    pub(in crate::record) server: Option<f64>,
    /// The share of one CPU that the server's busiest thread used, 0 to 1.
    pub(in crate::record) thread: Option<f64>,
    /// The share of the periods of its CPU quota in which the server was stopped, 0 to 1.
    pub(in crate::record) throttled: Option<f64>,
    /// Pages a second that the server had to wait for.
    pub(in crate::record) pages_per_s: Option<f64>,
    /// The share of the CPU time available to the driver that it used, 0 to 1.
    pub(in crate::record) driver: Option<f64>,
    /// The share of the connections with a request under way, by Little's law, 0 to about 1.
    pub(in crate::record) connections: Option<f64>,
}

impl Evidence {
    /// What the trial saw, as shares and rates.
    pub(in crate::record) fn of(plan: &Plan, outcome: &TrialOutcome) -> Self {
        let window = outcome.window.as_ref();
        let seconds = window.map(|window| window.duration_s).filter(|&it| it > 0.0);
        let tree = outcome.tree.as_ref();
        let per_second = |figure: Option<f64>| Some(figure? / seconds?);
        let processors = tree.map_or(0, |tree| tree.processors) as f64;
        let closed = window.filter(|window| window.pace.is_none());
        Self {
            disturbed: outcome.conditions.disturbance().is_some(),
            server: per_second(tree.map(|tree| tree.window_cpu_s / processors))
                .filter(|share| share.is_finite()),
            thread: per_second(tree.and_then(|tree| tree.busiest_thread_s)),
            throttled: tree.and_then(|tree| tree.throttled_share),
            pages_per_s: per_second(tree.map(|tree| tree.major_faults as f64)),
            driver: driver_share(plan, outcome),
            connections: closed.and_then(|window| {
                let (rate, mean) = (window.requests_per_s(), window.latency.mean?);
                connections_busy(window.requests, rate, mean, plan.load.connections)
            }),
        }
    }

    /// Whether the driver used nearly all the CPU time it could: the server could do more.
    pub(in crate::record) fn is_driver_bound(&self) -> bool {
        self.driver.is_some_and(|share| share > DRIVER_BOUND)
    }
}

fn driver_share(plan: &Plan, outcome: &TrialOutcome) -> Option<f64> {
    let (window, tree) = (outcome.window.as_ref()?, outcome.tree.as_ref()?);
    let processors = outcome.driver_processors as f64;
    let beside_it = if plan.pin { 0.0 } else { tree.window_cpu_s / window.duration_s };
    let threads = window.threads.unwrap_or(plan.load.threads);
    let could_use = usable_processors(processors, beside_it, threads);
    (could_use > 0.0)
        .then(|| window.cpu_s.map(|used| (used / window.duration_s / could_use).min(1.0)))?
}

/// How many CPUs a driver could use: those that the server left over, and no more than it has
/// threads.
fn usable_processors(processors: f64, beside_it: f64, threads: u32) -> f64 {
    (processors - beside_it).min(f64::from(threads))
}

/// The share of its connections that a closed loop kept busy, by Little's law: throughput in requests per second times
/// mean latency in microseconds, over connections. `None` where too few requests finished to tell: those under way at
/// the window's end are in neither figure.
fn connections_busy(
    requests: u64,
    requests_per_s: f64,
    mean_us: f64,
    connections: u32,
) -> Option<f64> {
    let connections = f64::from(connections);
    (requests as f64 >= 10.0 * connections).then(|| requests_per_s * mean_us / 1e6 / connections)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_can_use_what_the_server_leaves_and_no_more_than_it_has_threads() {
        let cases = [((8.0, 1.5, 12), 6.5), ((8.0, 1.5, 1), 1.0), ((2.0, 0.0, 2), 2.0)];
        for ((processors, beside_it, threads), expected) in cases {
            let usable: f64 = usable_processors(processors, beside_it, threads);
            assert!((usable - expected).abs() < 1e-9, "{usable}");
        }
    }

    #[test]
    fn a_closed_loop_keeps_as_many_connections_busy_as_littles_law_says() {
        let busy = connections_busy(10_000, 1000.0, 60_000.0, 120).unwrap();
        assert!((busy - 0.5).abs() < 1e-9, "{busy}");
        assert_eq!(connections_busy(240, 80.0, 1_500_000.0, 120), None);
    }
}
