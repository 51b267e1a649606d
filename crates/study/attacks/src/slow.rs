//! Clients that take their time.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::{
    client::{Connection, registration},
    server::Server,
};

const IDLE_TIMEOUT: [&str; 2] = ["--idle-timeout", "2"];
const WHOLE: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";

/// While a thousand clients send their heads byte by byte, the others are answered as ever; and in the end the
/// slow ones are gone.
pub fn a_thousand_slow_heads_neither_stay_nor_slow_down_the_others(binary: &str) {
    rlimit::increase_nofile_limit(u64::MAX).expect("a thousand files may be open");
    let server = Server::start(binary, &IDLE_TIMEOUT);
    let mut slow: Vec<Connection> = (0..1000).map(|_| server.connect()).collect();
    for connection in &mut slow {
        connection.send(b"GET /healthz HTTP/1.1\r\nx: ").expect("half a head is taken");
    }
    let start = Instant::now();
    let mut latencies = Vec::new();
    while start.elapsed() < Duration::from_secs(5) {
        for part in slow.chunks_mut(50) {
            for connection in part {
                // Fails once the server has closed.
                let _sent = connection.send(b"x");
            }
            let sent = Instant::now();
            assert_eq!(server.ask(WHOLE).expect("an answer").status, 200);
            latencies.push(sent.elapsed());
        }
        thread::sleep(Duration::from_millis(100));
    }
    latencies.sort_unstable();
    let median = latencies[latencies.len() / 2];
    // A healthy answer takes well under a millisecond; machines that test are busy.
    assert!(median < Duration::from_millis(100), "half of the requests took {median:?} or more");
    for mut connection in slow {
        assert!(connection.closes(), "a slow client still holds its connection");
    }
    server.assert_unharmed();
}

/// The first request was in time; that buys nothing.
pub fn a_slow_second_head_is_no_way_around(binary: &str) {
    let server = Server::start(binary, &IDLE_TIMEOUT);
    let mut connection = server.connect();
    connection.send(WHOLE).expect("a request is taken");
    assert_eq!(connection.answer().expect("an answer").status, 200);
    assert_cut_off(connection, b"GET /healthz HTTP/1.1\r\nx: ");
    server.assert_unharmed();
}

/// A body byte by byte.
pub fn a_slow_body_ends_the_connection(binary: &str) {
    let server = Server::start(binary, &IDLE_TIMEOUT);
    let request = registration(&[b' '; 1000]);
    assert_cut_off(server.connect(), &request[..request.len() - 999]);
    server.assert_unharmed();
}

/// Sends the start of a request, and then a byte now and then, until the server has had enough.
fn assert_cut_off(mut connection: Connection, start: &[u8]) {
    connection.send(start).expect("the start of a request is taken");
    let begin = Instant::now();
    while connection.send(b" ").is_ok() {
        assert!(begin.elapsed() < Duration::from_secs(15), "the connection is still there");
        thread::sleep(Duration::from_millis(100));
    }
}

/// Asks for megabytes again and again, and reads none of them.
pub fn a_client_that_does_not_read_ends_its_connection(binary: &str) {
    let server = Server::start(binary, &IDLE_TIMEOUT);
    let mut connections: Vec<Connection> = (0..100).map(|_| server.connect()).collect();
    for connection in &mut connections {
        connection
            .send(&b"GET /static HTTP/1.1\r\nhost: x\r\n\r\n".repeat(20))
            .expect("requests are taken");
    }
    thread::sleep(Duration::from_secs(4));
    for mut connection in connections {
        assert!(connection.closes(), "a client that does not read still holds its connection");
    }
    server.assert_unharmed();
}

/// A client that sends nothing more still wants its answer.
pub fn half_closed_connections_get_their_whole_answer(binary: &str) {
    let server = Server::start(binary, &[]);
    let ask = |request: &[u8]| {
        let mut connection = server.connect();
        connection.send(request).expect("a request is taken");
        connection.finish_sending();
        let answer = connection.answer().expect("an answer");
        assert!(connection.closes(), "nobody can ask anything more");
        answer
    };
    assert_eq!(ask(WHOLE).status, 200);
    assert_eq!(ask(&registration(b"{}")).status, 422);
    let payload = ask(b"GET /static HTTP/1.1\r\nhost: x\r\n\r\n");
    assert!(payload.body == contract::payload::bytes(), "the payload arrives whole");
    server.assert_unharmed();
}
