//! What a probe of a search asks of the driver beside a constant rate.

use std::{
    fs,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use driver::{Arrivals, GiveUp, Run};
use tempfile::TempDir;

use test_server::{OK, Peer, Server};

use crate::run;

/// A server that takes 100 ms for each of so many requests, and then none.
fn slow_at_first(requests: u64) -> Server {
    let seen = AtomicU64::new(0);
    Server::start(move |mut peer: Peer| {
        while peer.request().is_some() {
            if seen.fetch_add(1, Ordering::SeqCst) < requests {
                thread::sleep(Duration::from_millis(100));
            }
            if !peer.send(OK) {
                return;
            }
        }
    })
}

#[test]
fn what_is_due_in_the_lead_in_is_answered_and_not_counted() {
    let server = Server::answering(OK);
    let lead_in = Duration::from_millis(200);
    let run = Run { rate: Some(200.0), lead_in, ..run(server.address) };
    let outcome = driver::drive(&run).unwrap();
    let tally = &outcome.tally;
    assert_eq!((tally.due, tally.lead_in_due, outcome.unsent()), (100, 40, 0));
    assert_eq!((tally.requests, tally.latency.len()), (100, 60));
    assert_eq!((outcome.counted(), outcome.later_than(Duration::from_secs(5))), (60, 0));
    let json = serde_json::to_value(&outcome).unwrap();
    assert_eq!(json["constant_rate"]["lead_in_us"], 200_000);
    assert_eq!(json["constant_rate"]["lead_in_due"], 40);
}

#[test]
fn a_request_that_is_never_answered_is_later_than_any_limit() {
    let server = slow_at_first(u64::MAX);
    let run = Run { rate: Some(100.0), ..run(server.address) };
    let outcome = driver::drive(&run).unwrap();
    assert!(outcome.unsent() > 0, "4 connections answer 40 in a second");
    assert_eq!(outcome.counted(), 30);
    assert_eq!(outcome.later_than(Duration::from_millis(50)), 30);
    let answered = outcome.tally.latency.len();
    assert_eq!(outcome.later_than(Duration::from_secs(100)), 30 - answered);
}

#[test]
fn random_requests_are_as_many_as_the_seed_says_and_the_result_names_it() {
    let server = Server::answering(OK);
    let of = |seed| {
        let run =
            Run { rate: Some(1000.0), arrivals: Arrivals::Poisson { seed }, ..run(server.address) };
        let outcome = driver::drive(&run).unwrap();
        assert_eq!(outcome.tally.due, outcome.tally.requests + outcome.unsent());
        outcome
    };
    let [one, again, other] = [1, 1, 2].map(of);
    assert_eq!(one.tally.due, again.tally.due);
    assert_ne!(one.tally.due, other.tally.due);
    let json = serde_json::to_value(&other).unwrap();
    assert_eq!(json["constant_rate"]["arrivals"], "poisson");
    assert_eq!(json["constant_rate"]["seed"], 2);
}

#[test]
fn a_run_that_shows_nothing_more_ends_early() {
    let server = slow_at_first(u64::MAX);
    let start = Instant::now();
    let run = Run {
        rate: Some(100.0),
        duration: Duration::from_mins(1),
        give_up: Some(GiveUp { later_than: Duration::from_millis(50), requests: 6 }),
        ..run(server.address)
    };
    let outcome = driver::drive(&run).unwrap();
    assert!(start.elapsed() < Duration::from_secs(20));
    assert!(outcome.tally.gave_up);
    // Nobody was to wait for more than was due by then.
    assert!(outcome.tally.due < 2_000, "{} due", outcome.tally.due);
    assert_eq!(outcome.later_than(Duration::from_millis(50)), outcome.counted());
}

#[test]
fn a_queue_is_drained_when_a_request_is_answered_in_time_or_as_late_as_the_one_before() {
    let within = Duration::from_millis(60);
    let drain = |server: &Server, at_most| {
        driver::drain(&run(server.address), within, Duration::from_millis(at_most)).unwrap()
    };
    let once = drain(&slow_at_first(1), 60_000).unwrap();
    assert!(once >= Duration::from_millis(100), "{once:?}");
    let twice = drain(&slow_at_first(u64::MAX), 60_000).unwrap();
    assert!(twice >= Duration::from_millis(200), "{twice:?}");
    assert_eq!(drain(&slow_at_first(u64::MAX), 50), None);
}

#[test]
fn a_script_that_starts_slowly_is_not_taken_for_a_queue() {
    let folder = TempDir::new().unwrap();
    let script = folder.path().join("slow.lua");
    fs::write(&script, "local begun = os.clock() while os.clock() - begun < 0.4 do end").unwrap();
    let server = Server::answering(OK);
    let run = Run { script: Some(script), ..run(server.address) };
    let within = Duration::from_millis(350);
    driver::drain(&run, within, Duration::from_mins(1)).unwrap().unwrap();
    assert_eq!(server.served(), 1);
}
