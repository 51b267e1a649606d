//! Requests without end, in the parts that count for no body.

use std::io;

use crate::{
    client::{Answer, Connection},
    server::Server,
};

/// The servers read 2 MiB, and the sockets between hold a few more.
const MOST_BYTES: usize = 16 << 20;

const CHUNKED: &str =
    "host: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";

/// A chunk's extension: the size is there, the line goes on.
pub fn a_chunk_extension_without_end_is_cut_off(binary: &str) {
    assert_refused(binary, &format!("POST /validate HTTP/1.1\r\n{CHUNKED}2;"), b"x");
}

/// One trailer field: the body is there, its end is not.
pub fn a_trailer_without_end_is_cut_off(binary: &str) {
    assert_refused(
        binary,
        &format!("POST /validate HTTP/1.1\r\n{CHUNKED}2\r\n{{}}\r\n0\r\nx: "),
        b"x",
    );
}

/// Trailer fields, each a short one.
pub fn trailers_without_end_are_cut_off(binary: &str) {
    let start = format!("POST /validate HTTP/1.1\r\n{CHUNKED}2\r\n{{}}\r\n0\r\n");
    assert_refused(binary, &start, b"x: y\r\n");
}

/// The answer needs no body, and may come before its end.
pub fn a_body_that_nobody_asked_for_is_cut_off(binary: &str) {
    for request in ["POST /nowhere", "POST /static", "GET /healthz"] {
        let _early =
            assert_cut_off(binary, &format!("{request} HTTP/1.1\r\n{CHUNKED}"), b"1\r\nx\r\n");
    }
}

/// Nobody reads the answers, and the next requests come all the same.
pub fn pipelined_requests_without_end_are_cut_off(binary: &str) {
    let _first = assert_cut_off(binary, "", b"GET /static HTTP/1.1\r\nhost: x\r\n\r\n");
}

/// A client may find the connection closed under its hands, but never hears of a success.
fn assert_refused(binary: &str, start: &str, part: &[u8]) {
    if let Ok(answer) = assert_cut_off(binary, start, part) {
        assert!((400..500).contains(&answer.status), "{answer:?}");
    }
}

/// Sends a start and then a part again and again, until the server has closed. Returns its first answer, if it
/// arrived.
fn assert_cut_off(binary: &str, start: &str, part: &[u8]) -> io::Result<Answer> {
    let server = Server::start(binary, &["--idle-timeout", "2"]);
    let mut connection = server.connect();
    connection.send(start.as_bytes()).expect("the start of a request is taken");
    let parts = part.repeat((64 << 10) / part.len());
    let sent = bytes_taken(&mut connection, &parts);
    assert!(sent < MOST_BYTES, "it took {sent} bytes: {start}");
    server.assert_unharmed();
    connection.answer()
}

fn bytes_taken(connection: &mut Connection, parts: &[u8]) -> usize {
    let mut taken = 0;
    while taken < 4 * MOST_BYTES && connection.send(parts).is_ok() {
        taken += parts.len();
    }
    taken
}
