//! Requests at a constant rate.

use std::{
    process::Command,
    thread,
    time::{Duration, Instant},
};

use driver::Run;

use test_server::{OK, Server};

use crate::run;

/// A server that answers nothing in the first 100 ms of each second.
fn stalling() -> Server {
    let start = Instant::now();
    Server::start(move |mut peer| {
        while peer.request().is_some() {
            let into_second = start.elapsed().as_millis() % 1000;
            if into_second < 100 {
                let left = 100 - u64::try_from(into_second).unwrap();
                thread::sleep(Duration::from_millis(left));
            }
            if !peer.send(OK) {
                return;
            }
        }
    })
}

#[test]
fn a_stall_shows_at_a_constant_rate_and_is_hidden_by_the_closed_loop() {
    let server = stalling();
    let all = Run {
        connections: 64,
        duration: Duration::from_secs(2),
        timeout: Duration::from_secs(5),
        ..run(server.address)
    };
    let open = driver::drive(&Run { rate: Some(400.0), ..all.clone() }).unwrap();
    // Requests are due evenly: one in ten falls into a stall, and one in a hundred into its first 10 ms.
    let p99 = open.tally.latency.value_at_percentile(99.0);
    assert!(p99 >= 80_000, "p99 of {p99} µs");
    assert_eq!((open.tally.due, open.unsent()), (800, 0));
    assert_eq!(open.tally.requests, 800, "the last ones are waited for");
    let closed = driver::drive(&all).unwrap();
    let hidden = closed.tally.latency.value_at_percentile(90.0);
    assert!(hidden < 50_000, "p90 of {hidden} µs");
}

/// The figures of docs/experiments/2026-11-24-driver-against-a-stall.md: `cargo test --release -p
/// driver -- --ignored --nocapture stall`.
#[test]
#[ignore = "a measurement of a minute, for a quiet machine"]
fn percentiles_at_a_constant_rate_agree_with_the_arithmetic_of_the_stall() {
    const TOLERANCE: f64 = 0.05;
    let server = stalling();
    let all = Run {
        connections: 200,
        duration: Duration::from_secs(20),
        timeout: Duration::from_secs(5),
        ..run(server.address)
    };
    let few = Run { connections: 12, ..all.clone() };
    let figures = |run: &Run| {
        let latency = driver::drive(run).unwrap().tally.latency;
        [90.0, 99.0, 99.9].map(|percent| latency.value_at_percentile(percent) as f64 / 1e3)
    };
    println!("closed loop: p90, p99, p99.9 of {:?} ms", figures(&few));
    let wrk = Command::new("wrk")
        .args(["-c12", "-t2", "-d20s", "--latency", &format!("http://{}/", server.address)])
        .output()
        .expect("wrk runs");
    println!("{}", String::from_utf8_lossy(&wrk.stdout));
    let open = figures(&Run { rate: Some(500.0), ..all });
    println!("constant rate: p90, p99, p99.9 of {open:?} ms");
    for (found, truth) in open[1..].iter().zip([90.0, 99.0]) {
        assert!((found / truth - 1.0).abs() <= TOLERANCE, "{found} ms where {truth} ms is right");
    }
}

#[test]
fn requests_that_find_no_connection_are_unsent_and_told() {
    let server = Server::start(|mut peer| {
        while peer.request().is_some() {
            thread::sleep(Duration::from_millis(100));
            if !peer.send(OK) {
                return;
            }
        }
    });
    let run = Run {
        connections: 2,
        duration: Duration::from_secs(1),
        timeout: Duration::from_secs(5),
        rate: Some(1000.0),
        ..run(server.address)
    };
    let outcome = driver::drive(&run).unwrap();
    assert_eq!(outcome.tally.due, 1000);
    assert_eq!(outcome.unsent() + outcome.tally.requests, 1000);
    assert!(outcome.tally.requests <= 22, "{} answers", outcome.tally.requests);
    // The wait for a connection is the server's doing, and latency counts from when a request was due.
    assert!(outcome.tally.latency.max() > 500_000);
}

#[test]
fn what_waits_for_a_connection_at_the_end_is_sent_in_overtime() {
    let server = Server::start(|mut peer| {
        while peer.request().is_some() {
            thread::sleep(Duration::from_millis(100));
            if !peer.send(OK) {
                return;
            }
        }
    });
    let hurried = Run {
        connections: 1,
        threads: 1,
        timeout: Duration::from_mins(1),
        rate: Some(20.0),
        ..run(server.address)
    };
    let outcome = driver::drive(&hurried).unwrap();
    assert!(outcome.unsent() > 0, "a connection answers 3 of 6 in time");
    let outcome = driver::drive(&Run { overtime: Duration::from_mins(1), ..hurried }).unwrap();
    assert_eq!((outcome.tally.due, outcome.unsent(), outcome.tally.requests), (6, 0, 6));
    assert!(outcome.tally.latency.max() > 300_000, "it counts from when the last one was due");
}

#[test]
fn the_figures_are_written_as_json_and_as_a_log_of_hdrhistogram() {
    let server = Server::answering(OK);
    let run = Run { rate: Some(500.0), ..run(server.address) };
    let outcome = driver::drive(&run).unwrap();
    let json = serde_json::to_value(&outcome).unwrap();
    assert_eq!(json["requests"], 150);
    assert_eq!(json["constant_rate"]["due"], 150);
    assert_eq!(json["latency_us"]["max"], outcome.tally.latency.max());
    let counts = json["latency_us"]["histogram"].as_array().unwrap();
    assert_eq!(counts.iter().map(|pair| pair[1].as_u64().unwrap()).sum::<u64>(), 150);
    let mut log = Vec::new();
    outcome.write_log(&mut log).unwrap();
    let log = String::from_utf8(log).unwrap();
    assert!(log.contains("Tag=latency,") && log.contains("HIST"), "{log}");
}
