//! Searches against servers whose capacity is known beforehand.
//!
//! `cargo test -p search --release -- --ignored --nocapture table` prints how far searches are from
//! the truth.

#![allow(clippy::unwrap_used, reason = "what goes wrong here is what the test is to tell")]

mod cases;
mod measure;
mod queue;
mod server;

use cases::{Case, even, poisson, stalling};
use measure::search;
use search::{Answer, Objective};

/// Service times in seconds: of a slow server and of fast ones.
const SLOW: f64 = 3e-3;
const QUICK: f64 = 1e-3;
const FAST: f64 = 20e-6;

/// Half of the searches take less; of objectives up to 50 ms, most take 15 to 20 s.
const MOST_SECONDS: f64 = 40.0;

/// How far searches are from the truth, as shares of it, and how long they took, in seconds; both
/// sorted.
fn errors(case: &Case, hint: Option<f64>, searches: u64) -> (Vec<f64>, Vec<f64>) {
    let objective: Objective = case.objective.parse().unwrap();
    let one = |seed| {
        let found = search(case.server.clone(), &objective, case.arrivals, hint, seed);
        let truth = case.truth.unwrap_or(1.0 / found.server.service());
        match found.answer {
            Answer::Capacity { per_s, .. } => (per_s / truth - 1.0, found.took),
            Answer::BelowLowest { .. } => (-1.0, found.took),
        }
    };
    let (mut errors, mut times): (Vec<_>, Vec<_>) = (0..searches).map(one).unzip();
    errors.sort_by(f64::total_cmp);
    times.sort_by(f64::total_cmp);
    (errors, times)
}

/// At least 95 in 100 searches are right, with a hint and without, and half are done in time.
fn are_found(cases: &[Case], searches: u64) {
    for case in cases {
        let truth = case.truth.unwrap_or(1.0 / case.server.service());
        for hint in [None, Some(1.2 * truth)] {
            let (errors, times) = errors(case, hint, searches);
            let right = errors.iter().filter(|error| error.abs() <= case.within).count();
            let all = errors.len();
            let told = format!("{}, {hint:?}: {right} of {all} right, {errors:.3?}", case.name);
            assert!(right * 100 >= 95 * all, "{told}");
            assert!(times[all / 2] < MOST_SECONDS, "{told} in {:.1} s", times[all / 2]);
        }
    }
}

#[test]
fn a_slow_server_with_even_requests_is_found() {
    are_found(&even(SLOW), 20);
}

#[test]
fn a_fast_server_with_even_requests_is_found() {
    are_found(&even(FAST), 5);
}

#[test]
fn a_slow_server_with_random_requests_is_found_as_far_as_chance_allows() {
    are_found(&poisson(SLOW, [0.08, 0.05, 0.15]), 20);
}

#[test]
fn a_quick_server_with_random_requests_is_found() {
    are_found(&poisson(QUICK, [0.05, 0.05, 0.08]), 20);
}

#[test]
fn a_fast_server_with_random_requests_is_found() {
    are_found(&poisson(FAST, [0.07, 0.05, 0.07]), 5);
}

#[test]
#[ignore = "takes minutes: prints the figures of METHODOLOGY.md"]
fn table() {
    println!(
        "| server | service | capacity/s | hint | within 5 % | 5 … 95 % | took, and at most |"
    );
    println!("| -- | -- | -- | -- | -- | -- | -- |");
    for service in [SLOW, QUICK, FAST] {
        let searches = if service == FAST { 20 } else { 100 };
        let random = poisson(service, [0.05; 3]).into_iter().chain(stalling(service));
        for case in even(service).into_iter().chain(random) {
            let truth = case.truth.unwrap_or(1.0 / case.server.service());
            for (told, hint) in [("no", None), ("+20 %", Some(1.2 * truth))] {
                let (errors, times) = errors(&case, hint, searches);
                let right = errors.iter().filter(|error| error.abs() <= 0.05).count();
                let share = 100.0 * right as f64 / errors.len() as f64;
                let [low, high] = [errors.len() / 20, errors.len() - 1 - errors.len() / 20]
                    .map(|at| 100.0 * errors[at]);
                println!(
                    "| {} | {} µs | {truth:.0} | {told} | {share:.0} % | {low:+.1} … {high:+.1} % | {:.0} s, {:.0} s |",
                    case.name,
                    service * 1e6,
                    times[times.len() / 2],
                    times[times.len() - 1]
                );
            }
        }
    }
}
