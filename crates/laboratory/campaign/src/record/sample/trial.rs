//! The row that a trial leaves.

use super::{Sample, Status, TrialId};
use crate::{
    plan::Plan,
    record::{
        limiter::{Evidence, Limiter},
        outcome::{TreeUsage, TrialOutcome, Validity},
    },
    table::thousandths,
    text::plain,
};

impl Sample {
    /// The row of a trial, by the plan at its point.
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
        let kept = window.and_then(|window| window.pace.as_ref());
        let evidence = Evidence::of(plan, outcome);
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
            requests_per_s: window.map(|window| thousandths(window.requests_per_s())),
            bytes_read: window.map(|window| window.bytes),
            bytes_per_s: window.map(|window| thousandths(window.bytes_per_s())),
            latency_mean_us: latency.mean.map(thousandths),
            latency_stdev_us: latency.stdev.map(thousandths),
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
            server_cpu_s: outcome.tree.as_ref().map(|tree| thousandths(tree.window_cpu_s)),
            server_cpu_us_per_request: outcome
                .tree
                .as_ref()
                .zip(answered)
                .map(|(tree, requests)| thousandths(tree.window_cpu_s * 1e6 / requests as f64)),
            driver_cpu_s: window.and_then(|window| window.cpu_s).map(thousandths),
            driver_share: evidence.driver.map(thousandths),
            driver_bound: evidence.is_driver_bound(),
            stolen_share: outcome.conditions.stolen_share.map(thousandths),
            foreign_share: outcome.conditions.foreign_share.map(thousandths),
            driver_stopped_s: outcome.conditions.driver_stopped_s.map(thousandths),
            clock_jump_ms: outcome.conditions.clock_jump_ms.map(thousandths),
            observing_cpu_ms: outcome.conditions.observing_cpu_s.map(|cpu| thousandths(cpu * 1e3)),
            disturbed: evidence.disturbed,
            disturbance: plain(&disturbance.unwrap_or_default()),
            server_share: evidence.server.map(thousandths),
            busiest_thread_share: evidence.thread.map(thousandths),
            throttled_share: evidence.throttled.map(thousandths),
            major_faults_per_s: evidence.pages_per_s.map(thousandths),
            connections_busy: evidence.connections.map(thousandths),
            limiter: window
                .filter(|_| id.cell.driver.is_closed_loop())
                .map(|_| Limiter::of(evidence)),
            checked_answers: outcome.checked_answers,
            checked_statuses: window.map(|window| window.checked_statuses),
            rate: kept.map(|pace| thousandths(pace.rate)),
            unsent: kept.map(|pace| pace.unsent),
            driver_lateness_p99_us: kept.map(|pace| pace.lateness_us.p99),
            driver_fell_behind: kept.map(|pace| pace.fell_behind),
            opened_connections: window.and_then(|window| window.opened_connections),
            peak_connections: window.and_then(|window| window.peak_connections),
            capacity_per_s: outcome.found.and_then(|found| found.capacity_per_s).map(thousandths),
            capacity_at_least: outcome.found.map(|found| found.at_least),
            idle_cpu_share: outcome.found.and_then(|found| found.idle_cpu_share).map(thousandths),
            server_processors: outcome.tree.as_ref().map(|tree| tree.processors),
            next_window_s: outcome.longer_window.map(|window| window.as_secs()),
            workers: plan.load.workers,
            point: id.cell.point,
            folder: id.folder(),
        }
    }
}
