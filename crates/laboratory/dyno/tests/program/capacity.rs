//! `dyno drive`: windows that are judged by an objective, and the search for a capacity.

use std::{
    fs,
    path::Path,
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use test_server::{OK, Server};

use crate::user::{dyno, run};

/// A server whose one worker takes so long for each request.
fn one_worker(service: Duration) -> Server {
    let free = Mutex::new(Instant::now());
    Server::start(move |mut peer| {
        while peer.request().is_some() {
            let done = {
                let mut free = free.lock().unwrap();
                *free = Instant::now().max(*free) + service;
                *free
            };
            thread::sleep(done.saturating_duration_since(Instant::now()));
            if !peer.send(OK) {
                return;
            }
        }
    })
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn a_capacity_is_found_confirmed_and_written_with_every_probe() {
    let server = one_worker(Duration::from_millis(5));
    let folder = TempDir::new().unwrap();
    let result = folder.path().join("result.json");
    let mut command = dyno(&["drive", "--capacity", "p99 < 50ms", "--arrivals", "even"]);
    let ended = run(command.arg("--result").arg(&result).arg(format!("http://{}", server.address)));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.contains("requests/s with p99 ≤ 50 ms, confirmed by probe"), "{ended:?}");
    let result = read(&result);
    let capacity = &result["answer"]["capacity"];
    let per_s = capacity["per_s"].as_f64().unwrap();
    // A machine with other work finds less, but none finds more than the worker can do.
    assert!((1.0..=210.0).contains(&per_s), "{capacity}");
    let probes = result["probes"].as_array().unwrap();
    let confirming = |probe: &&Value| probe["number"] == capacity["confirmed_by"];
    let confirming = probes.iter().find(confirming).unwrap();
    assert_eq!(confirming["confirms"], true);
    assert_eq!(confirming["judgement"]["failure"], Value::Null);
    let rate = confirming["constant_rate"]["rate"].as_f64().unwrap();
    assert!((0.999..1.026).contains(&(per_s / rate)), "{capacity}, {confirming}");
    assert_eq!(ended.stdout.lines().count(), probes.len() + 3, "a line for each: {ended:?}");
}

#[test]
fn an_objective_that_no_rate_meets_is_told_with_an_exit_code_of_its_own() {
    let server = one_worker(Duration::from_millis(30));
    let mut command = dyno(&["drive", "--capacity", "p99 < 10ms"]);
    let ended = run(command.arg(format!("http://{}", server.address)));
    assert_eq!(ended.code, Some(31), "{ended:?}");
    assert!(ended.error().contains("misses p99 ≤ 10 ms even at 1 requests/s"), "{ended:?}");
}

#[test]
fn a_window_that_misses_its_objective_by_far_ends_early_and_the_result_says_what_was_seen() {
    let server = one_worker(Duration::from_millis(20));
    let folder = TempDir::new().unwrap();
    let result = folder.path().join("result.json");
    let mut command = dyno(&["drive", "--rate", "80", "-d6s", "--lead-in", "200ms"]);
    command.args(["--objective", "p50 < 10ms, p99 < 50ms", "--arrivals", "poisson", "--seed", "7"]);
    let ended = run(command.arg("--result").arg(&result).arg(format!("http://{}", server.address)));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let result = read(&result);
    assert_eq!(result["constant_rate"]["gave_up"], true);
    assert_eq!(result["constant_rate"]["arrivals"], "poisson");
    assert_eq!(result["constant_rate"]["seed"], 7);
    let seen = &result["judgement"]["seen"];
    assert_eq!(seen["beyond"].as_array().unwrap().len(), 2, "{seen}");
    assert!(result["judgement"]["failure"].as_str().unwrap().contains("came later"), "{result}");
}

#[test]
fn a_search_that_needs_more_files_than_are_allowed_is_told_before_it_begins() {
    let mut command = dyno(&["drive", "--capacity", "p99 < 50ms", "-c", "4000000000"]);
    let ended = run(command.arg("http://127.0.0.1:1"));
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.error().contains("open files"), "{ended:?}");
}
