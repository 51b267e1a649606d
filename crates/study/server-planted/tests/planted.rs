//! The program slows requests, and changes nothing else about them.

use std::time::{Duration, Instant};

use attacks::server::Server;

const HEALTH: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";

#[test]
fn every_request_takes_the_planted_time_in_addition() {
    let server = Server::start(env!("CARGO_BIN_EXE_server-planted"), &["--planted-us", "20000"]);
    for _ in 0..10 {
        let start = Instant::now();
        assert_eq!(server.ask(HEALTH).expect("an answer").status, 200);
        assert!(start.elapsed() >= Duration::from_millis(20), "{:?}", start.elapsed());
    }
}

#[test]
fn the_queue_serves_no_faster_than_its_workers() {
    let arguments = ["--queue-workers", "2", "--queue-service-us", "20000"];
    let server = Server::start(env!("CARGO_BIN_EXE_server-planted"), &arguments);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                let answer = server.ask(b"GET /queue HTTP/1.1\r\nhost: x\r\n\r\n");
                assert_eq!(answer.expect("an answer").status, 200);
            });
        }
    });
    assert!(start.elapsed() >= Duration::from_millis(60), "{:?}", start.elapsed());
}
