//! What is counted is what happened, and what is wrong is seen.

use std::{
    fs,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use driver::{Outcome, ResponseValidator};
use tempfile::TempDir;

use test_server::{OK, Server};

use crate::run;

/// Waits for the server to have read all that was sent.
fn settled(server: &Server, expected: u64) -> u64 {
    let deadline = Instant::now() + Duration::from_secs(10);
    while server.served() < expected && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(5));
    }
    server.served()
}

#[test]
fn requests_counted_are_requests_served_to_the_last_one_under_way() {
    for rate in [None, Some(2000.0)] {
        let server = Server::answering(OK);
        let outcome = driver::drive(&driver::Run { rate, ..run(server.address) }).unwrap();
        let counted = outcome.tally.requests + outcome.tally.in_flight;
        assert!(outcome.tally.requests > 0);
        assert_eq!(outcome.tally.sent, counted);
        assert_eq!(settled(&server, counted), counted);
        assert_eq!(outcome.tally.latency.len(), outcome.tally.requests);
        let answers = (OK.len() as u64) * outcome.tally.requests;
        assert!(outcome.tally.bytes >= answers, "{} of {answers} bytes", outcome.tally.bytes);
    }
}

fn expecting(status: u16, server: &Server) -> Outcome {
    let folder = TempDir::new().unwrap();
    let script = folder.path().join("script.lua");
    fs::write(&script, format!("function expect() return {status} end")).unwrap();
    driver::drive(&driver::Run { script: Some(script), ..run(server.address) }).unwrap()
}

#[test]
fn every_status_is_compared_with_what_the_script_expects() {
    let server = Server::answering(b"HTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\ngone");
    let right = expecting(404, &server).tally;
    assert!(right.requests > 0);
    assert_eq!((right.checks.statuses, right.checks.wrong_statuses), (right.requests, 0));
    assert_eq!(right.errors.status, right.requests, "wrk's count of what is over 399");
    let wrong = expecting(200, &server).tally;
    assert_eq!(wrong.checks.wrong_statuses, wrong.requests);
    let first = &wrong.mismatches[0];
    assert_eq!(first.fault, "status 404 instead of 200");
    assert!(first.request.starts_with("GET /path HTTP/1.1\r\n"), "{first:?}");
    assert!(first.answer.ends_with("\r\n\r\ngone"), "{first:?}");
    assert!(wrong.mismatches.len() <= 10);
}

#[test]
fn a_driver_whose_clock_stood_still_tells_for_how_long() {
    let server = Server::answering(OK);
    let folder = TempDir::new().unwrap();
    let script = folder.path().join("script.lua");
    let text = "local n, fixed = 0
        function request()
          n = n + 1; fixed = fixed or wrk.format()
          local start = os.clock()
          while n == 20 and os.clock() - start < 0.5 do end
          return fixed
        end";
    fs::write(&script, text).unwrap();
    // One thread, so that processor time, which Lua's clock reads, passes no faster than time.
    let run = driver::Run { script: Some(script), threads: 1, ..run(server.address) };
    let outcome = driver::drive(&run).unwrap();
    // A turn begins 100 ms after the one before it at the latest.
    let gap = outcome.tally.largest_gap;
    assert!(gap >= Duration::from_millis(380), "{gap:?}");
    assert!(outcome.stood_still());
}

struct OnlyOk;

impl ResponseValidator for OnlyOk {
    fn fault(&self, _: &[u8], _: u16, head: &[u8], body: Option<&[u8]>) -> Option<String> {
        assert!(head.ends_with(b"\r\n\r\n"));
        (body != Some(b"ok")).then(|| "not ok".to_owned())
    }
}

#[test]
fn a_sample_is_read_whole_and_judged() {
    let sampled = |answer| {
        let server = Server::answering(answer);
        let run = driver::Run { validator: Some(Arc::new(OnlyOk)), ..run(server.address) };
        driver::drive(&run).unwrap().tally
    };
    let right = sampled(OK);
    assert!(right.checks.bodies >= 4, "the first of each connection at least");
    assert!(right.checks.bodies <= right.requests / 10 + 6, "and 1 in 10");
    assert_eq!(right.checks.wrong_bodies, 0);
    let wrong =
        sampled(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n");
    assert!(wrong.checks.bodies > 0);
    assert_eq!(wrong.checks.wrong_bodies, wrong.checks.bodies);
}

#[test]
fn large_bodies_are_discarded_to_the_byte() {
    const BODY: usize = 3_000_000;
    let server = Server::start(|mut peer| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {BODY}\r\n\r\n");
        let body = vec![b'x'; BODY];
        while peer.request().is_some() && peer.send(head.as_bytes()) && peer.send(&body) {}
    });
    let tally = driver::drive(&driver::Run {
        duration: Duration::from_secs(1),
        timeout: Duration::from_secs(10),
        ..run(server.address)
    })
    .unwrap()
    .tally;
    assert!(tally.requests > 0);
    assert!(tally.bytes >= tally.requests * BODY as u64);
    assert!(tally.bytes <= (tally.requests + 4) * (BODY as u64 + 100));
    assert_eq!(tally.errors, driver::Errors::default());
}
