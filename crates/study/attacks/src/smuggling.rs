//! Requests that two readers could cut at different places.

use std::io;

use crate::{client::registration, server::Server};

const HEALTH: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";

/// An empty registration in one chunk, said to be in these codings.
fn chunked(codings: &str) -> Vec<u8> {
    format!(
        "POST /validate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: {codings}\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n"
    )
    .into_bytes()
}

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

/// RFC 9112, 6.1: a body in a coding that the server does not undo is no registration, and one that is chunked
/// twice has two ends.
pub fn bodies_in_other_codings_than_chunked_are_refused(binary: &str) {
    let server = Server::start(binary, &[]);
    for codings in [
        "chunked, chunked",
        "gzip, chunked",
        "identity, chunked",
        ", chunked",
        "chunked\r\ntransfer-encoding: chunked",
        "identity\r\ntransfer-encoding: chunked",
    ] {
        let request = [chunked(codings).as_slice(), HEALTH].concat();
        let mut connection = server.connect();
        connection.send(&request).expect("a request is taken");
        assert_eq!(connection.answer().expect(codings).status, 400, "{codings}");
        assert!(connection.answer().is_err(), "{codings}: what is behind it was answered");
    }
    server.assert_unharmed();
}

/// RFC 9112, 6.3: two lengths may be refused, or the chunks count and the connection ends; actix-http does the one,
/// hyper the other.
pub fn a_chunked_body_with_a_length_is_the_last_on_its_connection(binary: &str) {
    let server = Server::start(binary, &[]);
    for lengths in ["chunked\r\ncontent-length: 5", "chunked\r\ncontent-length: 12"] {
        let mut connection = server.connect();
        connection.send(&[chunked(lengths).as_slice(), HEALTH].concat()).expect("taken");
        let answer = connection.answer().expect(lengths);
        assert!(matches!(answer.status, 400 | 422), "{answer:?}");
        assert_eq!(answer.header("connection"), Some("close"), "{answer:?}");
        assert!(connection.answer().is_err(), "{lengths}: what is behind it was answered");
    }
    server.assert_unharmed();
}

/// RFC 9112, 9.6: a client that announces its last request gets one answer more, whatever it sends then.
pub fn nothing_behind_the_last_request_is_answered(binary: &str) {
    let server = Server::start(binary, &[]);
    let registration = String::from_utf8(registration(b"{}")).expect("text");
    let last = registration.replacen("host: x\r\n", "host: x\r\nconnection: close\r\n", 1);
    for (last, status) in [
        ("GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", 200),
        ("GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: x, Close\r\n\r\n", 200),
        ("GET /static HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", 200),
        ("GET /healthz HTTP/1.0\r\n\r\n", 200),
        (&last, 422),
    ] {
        for behind in [HEALTH, b"no HTTP\r\n\r\n", &HEALTH.repeat(100)] {
            let mut connection = server.connect();
            connection.send(&[HEALTH, last.as_bytes(), behind].concat()).expect("taken");
            assert_eq!(connection.answer().expect("the first answer").status, 200);
            let answer = connection.answer().expect(last);
            assert_eq!(answer.status, status, "{last}");
            let length = answer.header("content-length").and_then(|length| length.parse().ok());
            assert_eq!(Some(answer.body.len()), length, "{last}");
            let next = connection.answer();
            assert!(next.is_err(), "{last}, and then {next:?}");
        }
    }
    server.assert_unharmed();
}

/// No route speaks another protocol: what follows is a request, or nothing.
pub fn an_upgrade_is_ignored_or_the_last_request(binary: &str) {
    let server = Server::start(binary, &[]);
    let registration = String::from_utf8(registration(b"{}")).expect("text");
    let with_upgrade = |request: &str, protocol: &str| {
        let fields = format!("host: x\r\nconnection: upgrade\r\nupgrade: {protocol}\r\n");
        request.replacen("host: x\r\n", &fields, 1)
    };
    for protocol in ["websocket", "h2c"] {
        for request in ["GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n", &registration] {
            let mut connection = server.connect();
            let request = with_upgrade(request, protocol);
            connection.send(&[request.as_bytes(), HEALTH].concat()).expect("taken");
            let answer = connection.answer().expect(&request);
            assert!(matches!(answer.status, 200 | 400 | 422), "{answer:?}");
            if answer.header("connection") != Some("close") {
                assert_eq!(connection.answer().expect(&request).status, 200);
            }
        }
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
