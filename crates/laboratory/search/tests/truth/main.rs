//! Searches against servers whose capacity is known beforehand.

#![allow(clippy::unwrap_used, reason = "what goes wrong here is what the test is to tell")]

mod measure;
mod queue;
mod server;

use measure::{Arrivals, search};
use search::{Answer, Objective};
use server::Server;

/// A server, what is asked of it, and the rate that is right.
struct Case {
    name: &'static str,
    server: Server,
    objective: &'static str,
    arrivals: Arrivals,
    truth: f64,
}

const SLOW: f64 = 3e-3;

fn cases(service: f64) -> Vec<Case> {
    let case = |name, server, objective, arrivals, truth| Case {
        name,
        server,
        objective,
        arrivals,
        truth,
    };
    let (even, poisson) = (Arrivals::Even, Arrivals::Poisson);
    let p99 = "p99 < 50ms";
    vec![
        case("one worker, even", Server::new(1, service), p99, even, 1.0 / service),
        case(
            "one worker, Poisson",
            Server::new(1, service),
            p99,
            poisson,
            queue::one_worker(service, 0.05, 0.01),
        ),
        case(
            "two workers, Poisson",
            Server::new(2, service),
            p99,
            poisson,
            queue::workers(2, service, 0.05, 0.01),
        ),
        case("stalls", Server::new(1, service).stalling(0.1), "p99 < 150ms", even, 0.9 / service),
        case(
            "stalls, p90",
            Server::new(1, service).stalling(0.1),
            "p90 < 80ms",
            even,
            0.8 / service,
        ),
        case(
            "refuses",
            Server::new(1, service).refusing_above(0.6 / service),
            p99,
            even,
            0.6 / service,
        ),
        case("grows", Server::new(1, service).growing(0.1 * service / 20.0), p99, even, f64::NAN),
    ]
}

/// The share of searches that are right within the precision, 0 to 1.
fn right(case: &Case, hint: Option<f64>) -> f64 {
    const SEARCHES: u64 = 100;
    let objective: Objective = case.objective.parse().unwrap();
    let is_right = |seed: &u64| {
        let found = search(case.server.clone(), &objective, case.arrivals, hint, *seed);
        // The driver of a campaign has so long for all windows.
        assert!(found.took < 25.0, "{}: {} s", case.name, found.took);
        let truth = if case.truth.is_nan() { 1.0 / found.server.service() } else { case.truth };
        match found.answer {
            Answer::Capacity { per_s, .. } => (per_s / truth - 1.0).abs() <= 0.05,
            Answer::BelowLowest { .. } => false,
        }
    };
    (0..SEARCHES).filter(is_right).count() as f64 / SEARCHES as f64
}

#[test]
fn a_worker_with_a_fixed_service_time_is_found() {
    for case in cases(SLOW).iter().filter(|case| case.name == "one worker, even") {
        for hint in [None, Some(1.2 / SLOW)] {
            assert!(right(case, hint) >= 0.95, "{}", case.name);
        }
    }
}
