//! Connections at a constant rate: opened when they are needed, closed when they are not.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use driver::{Errors, Run, Tally};
use rustix::{
    fd::OwnedFd,
    net::{AddressFamily, SocketType, bind, getsockname, listen, socket},
};

use test_server::{OK, Server};

use crate::run;

/// A port that is taken, and on which nobody listens yet.
fn silent_port() -> (OwnedFd, SocketAddr) {
    let socket = socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
    bind(&socket, &SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let address = getsockname(&socket).unwrap().try_into().unwrap();
    (socket, address)
}

fn paced(server: &Server, rate: f64, duration_ms: u64) -> Tally {
    let run = Run {
        rate: Some(rate),
        threads: 1,
        duration: Duration::from_millis(duration_ms),
        timeout: Duration::from_secs(5),
        ..run(server.address)
    };
    driver::drive(&run).unwrap().tally
}

#[test]
fn one_connection_serves_a_rate_that_needs_no_more() {
    let tally = paced(&Server::answering(OK), 20.0, 400);
    assert_eq!((tally.requests, tally.errors), (8, Errors::default()));
    assert!(tally.opened < 4, "{} of 4 were opened", tally.opened);
    assert!(tally.peak_open <= tally.opened);
}

#[test]
fn no_more_connections_are_opened_than_allowed() {
    let server = Server::start(|mut peer| {
        while peer.request().is_some() {
            thread::sleep(Duration::from_millis(100));
            if !peer.send(OK) {
                return;
            }
        }
    });
    let tally = paced(&server, 200.0, 400);
    assert_eq!((tally.opened, tally.peak_open), (4, 4));
    assert_eq!(tally.errors, Errors::default());
}

/// As gunicorn's sync worker does: one connection at a time, each for one request.
#[test]
fn a_server_that_serves_one_connection_at_a_time_is_not_blocked_by_idle_ones() {
    let one = Mutex::new(());
    let server = Server::start(move |mut peer| {
        let _busy = one.lock().unwrap();
        peer.request();
        peer.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
    });
    let tally = paced(&server, 50.0, 400);
    assert_eq!((tally.requests, tally.errors), (20, Errors::default()));
    assert_eq!(tally.opened, 20, "one for each request");
}

#[test]
fn a_connection_that_is_idle_for_long_is_closed() {
    // Due at 0 and at 1 s.
    let tally = paced(&Server::answering(OK), 1.0, 1200);
    assert_eq!((tally.requests, tally.opened, tally.peak_open), (2, 2, 1));
    assert_eq!((tally.repeated, tally.errors), (0, Errors::default()));
}

#[test]
fn a_request_on_a_connection_that_the_server_closes_meanwhile_is_sent_again() {
    // Answers one request, and closes only when it has read the next one.
    let server = Server::start(|mut peer| {
        if peer.request().is_some() && peer.send(OK) {
            peer.request();
        }
    });
    let tally = paced(&server, 50.0, 400);
    assert_eq!((tally.requests, tally.errors), (20, Errors::default()));
    assert!(tally.repeated > 0);
    assert!(tally.opened > tally.repeated);
    assert_eq!(tally.sent, tally.requests + tally.in_flight);
}

#[test]
fn a_server_that_never_answers_is_not_asked_twice() {
    let server = Server::start(|mut peer| {
        peer.request();
    });
    let tally = paced(&server, 50.0, 200);
    assert_eq!((tally.requests, tally.repeated), (0, 0));
    assert_eq!(tally.errors.read, 10);
}

#[test]
fn opening_a_connection_is_part_of_the_latency() {
    // The server comes 200 ms late.
    let (socket, address) = silent_port();
    let late = thread::spawn(move || {
        thread::sleep(Duration::from_millis(200));
        listen(&socket, 1).unwrap();
        let listener = TcpListener::from(socket);
        let (mut stream, _) = listener.accept().unwrap();
        assert!(stream.read(&mut [0; 1000]).unwrap() > 0);
        stream.write_all(OK).unwrap();
        // Until the driver closes.
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let run = Run {
        rate: Some(1.0),
        threads: 1,
        duration: Duration::from_millis(900),
        timeout: Duration::from_secs(5),
        ..run(address)
    };
    let tally = driver::drive(&run).unwrap().tally;
    late.join().unwrap();
    assert_eq!(tally.requests, 1);
    assert!(tally.errors.connect > 0);
    assert!(tally.latency.max() >= 150_000, "{} µs", tally.latency.max());
}

#[test]
fn extreme_rates_are_driven_or_refused_with_a_sentence() {
    let server = Server::answering(OK);
    for rate in [1e-308, 1e9] {
        let run = Run { rate: Some(rate), ..run(server.address) };
        assert!(driver::drive(&run).unwrap().tally.requests > 0, "{rate}");
    }
    for rate in [0.0, -1.0, 1e308, f64::NAN, f64::INFINITY] {
        let refused = driver::drive(&Run { rate: Some(rate), ..run(server.address) });
        let sentence = refused.unwrap_err().to_string();
        assert!(sentence.contains("the rate must be above 0"), "{sentence}");
    }
}

#[test]
fn at_a_constant_rate_nobody_who_listens_is_told_and_ends_in_time() {
    let (_socket, address) = silent_port();
    let start = Instant::now();
    let run = Run { rate: Some(100.0), timeout: Duration::from_mins(1), ..run(address) };
    let outcome = driver::drive(&run).unwrap();
    assert!(start.elapsed() < Duration::from_secs(20), "it waited for what cannot come");
    assert!(outcome.tally.errors.connect > 0);
    assert_eq!((outcome.tally.due, outcome.unsent(), outcome.tally.requests), (30, 30, 0));
}
