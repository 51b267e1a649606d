//! Requests that two readers could cut at different places.

use std::io;

use crate::{client::registration, server::Server};

/// RFC 9112, 6.3: refused, or answered by the chunks alone with the connection closed after it. A second answer
/// would be to a request that a proxy in front took for a body.
pub fn requests_of_disputed_length_are_refused_or_the_last_on_their_connection(binary: &str) {
    let server = Server::start(binary, &[]);
    for lengths in [
        "content-length: 0\r\ncontent-length: 5\r\n",
        "content-length: 5\r\ncontent-length: 0\r\n",
        "content-length: 5, 0\r\n",
        "content-length: +5\r\n",
        "content-length: 5x\r\n",
        "content-length: -5\r\n",
        "content-length: 0x5\r\n",
        "content-length: 5\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 5\r\n",
        "content-length: 5\r\ntransfer-encoding : chunked\r\n",
        "transfer-encoding: chunked, identity\r\n",
        "transfer-encoding: identity, chunked, gzip\r\n",
        "transfer-encoding: xchunked\r\n",
        "transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n",
        "transfer-encoding: \u{b}chunked\r\n",
    ] {
        let mut connection = server.connect();
        let request = format!(
            "POST /validate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{lengths}\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"
        );
        connection.send(request.as_bytes()).expect("a request is taken");
        let first = connection.answer();
        if let Ok(first) = &first {
            assert!((400..500).contains(&first.status), "{lengths:?}: {first:?}");
        }
        let second = connection.answer();
        assert!(second.is_err(), "{lengths:?}: {first:?}, and then {second:?}");
    }
    server.assert_unharmed();
}

/// Folded lines, spaces before the colon, lines without a name.
pub fn malformed_header_lines_are_refused(binary: &str) {
    let server = Server::start(binary, &[]);
    for line in [
        "x: folded\r\n value\r\n",
        "x: folded\r\n\tvalue\r\n",
        "x : y\r\n",
        ": y\r\n",
        "x\r\n",
        "x\0: y\r\n",
        "x: y\0\r\n",
        "x: y\rz: z\r\n",
        " host: y\r\n",
    ] {
        let request = format!("GET /healthz HTTP/1.1\r\nhost: x\r\n{line}\r\n");
        let answer = server.ask(request.as_bytes());
        assert_eq!(answer.map(|answer| answer.status).ok(), Some(400), "{line:?}");
    }
    server.assert_unharmed();
}

/// Many requests in one write, of several kinds.
pub fn pipelined_requests_are_answered_in_order(binary: &str) {
    const TIMES: usize = 50;
    let server = Server::start(binary, &[]);
    let kinds = [
        (b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n".to_vec(), 200),
        (registration(b"{}"), 422),
        (b"GET /nowhere HTTP/1.1\r\nhost: x\r\n\r\n".to_vec(), 404),
        (registration(b"no JSON"), 400),
        (b"DELETE /static HTTP/1.1\r\nhost: x\r\n\r\n".to_vec(), 405),
    ];
    let requests: Vec<u8> = kinds.iter().flat_map(|(request, _)| request.clone()).collect();
    let mut connection = server.connect();
    connection.send(&requests.repeat(TIMES)).expect("requests are taken");
    for (_, status) in kinds.iter().cycle().take(TIMES * kinds.len()) {
        assert_eq!(connection.answer().map(|answer| answer.status).ok(), Some(*status));
    }
    connection.finish_sending();
    let end = connection.answer().expect_err("nothing more was asked");
    assert_eq!(end.kind(), io::ErrorKind::UnexpectedEof);
    server.assert_unharmed();
}
