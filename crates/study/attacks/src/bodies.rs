//! Hostile bodies.

use std::{io, thread, time::Duration};

use contract::BODY_LIMIT;

use crate::{client::registration, server::Server};

const VALID: &str = r#"{"name":"Ada","email":"ada@example.org","age":36,"country":"GB","tags":["a"],"address":{"street":"St James's Square 12","city":"London","postcode":"SW1Y 4JH"}}"#;

/// As large as a body may be.
fn filled(open: &str, part: &str, close: &str) -> Vec<u8> {
    let times = (BODY_LIMIT - open.len() - close.len()) / part.len();
    [open, &part.repeat(times), close].concat().into_bytes()
}

/// Deep, huge, broken and repeated: whatever comes, the answer is the contract's own.
pub fn hostile_json_is_answered_as_the_contract_says(binary: &str) {
    let server = Server::start(binary, &[]);
    let with = |part: &str, replacement: &str| VALID.replacen(part, replacement, 1).into_bytes();
    let bytes_in_name = |bytes: &[u8]| {
        let (before, after) = VALID.split_once("Ada").expect("the name");
        [before.as_bytes(), bytes, after.as_bytes()].concat()
    };
    let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let deep_object = r#"{"a":"#.repeat(10_000) + "1" + &"}".repeat(10_000);
    let bodies = [
        VALID.as_bytes().to_vec(),
        deep(10_000).into_bytes(),
        with("36", &deep(10_000)),
        "[".repeat(BODY_LIMIT).into_bytes(),
        deep_object.into_bytes(),
        with("36", &"9".repeat(10_000)),
        with("36", "1e999999999"),
        with("36", "-1e-999999999"),
        with("36", &format!("0.{}", "1".repeat(50_000))),
        with("Ada", r"\ud800"),
        with("Ada", r"\udc00\ud800"),
        with("Ada", r"\ud800\u0041"),
        with("Ada", r"\u0000"),
        bytes_in_name(b"\0"),
        bytes_in_name(b"\xff\xfe"),
        bytes_in_name(b"\xc0\xaf"),
        bytes_in_name(b"\xed\xa0\x80"),
        bytes_in_name(b"\xf0\x9f\x98"),
        vec![0; BODY_LIMIT],
        vec![0xff; BODY_LIMIT],
        filled("", "{\"age\":1,", "}"),
        filled("{", r#""age":1,"#, r#""age":1}"#),
        filled(&VALID[..VALID.len() - 1], r#","age":36"#, "}"),
        filled(r#"{"name":"a","#, r#""age":1,"#, r#""name":"b"}"#),
        filled("[", "1,", "1]"),
        filled("[", "[],", "[]]"),
        filled(r#"{"tags":["#, r#""a","#, r#""a"]}"#),
        VALID.replace(r#"["a"]"#, &format!("[{}\"a\"]", r#""","#.repeat(15_000))).into_bytes(),
        filled(r#"{"name":""#, r"\u00e4", r#""}"#),
        filled("", " ", "1"),
        filled("\"", "\\", "\""),
    ];
    for body in bodies {
        assert!(body.len() <= BODY_LIMIT);
        let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
        let answer = server.ask(&registration(&body)).expect(&shown);
        let (status, expected) = contract::answer(&body);
        assert_eq!((answer.status, answer.body), (status, expected), "{shown}");
    }
    server.assert_unharmed();
}

/// The limit holds while the body is read, and not after.
pub fn a_chunked_body_without_end_is_refused_at_the_limit(binary: &str) {
    let server = Server::start(binary, &[]);
    let mut connection = server.connect();
    connection
        .send(b"POST /validate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
        .expect("a head is taken");
    let chunk = [b"1000\r\n".as_slice(), &[b' '; 4096], b"\r\n"].concat();
    // Until the server has had enough, at most a hundred times what is allowed.
    let _sent = (0..100 * BODY_LIMIT / 4096).try_for_each(|_| connection.send(&chunk));
    refused_with(connection.answer(), 413);
    server.assert_unharmed();
}

/// The client said it itself: there is no need to wait for it.
pub fn a_content_length_beyond_the_limit_is_refused_before_the_body(binary: &str) {
    let server = Server::start(binary, &[]);
    for length in ["65537", "1073741824", "9223372036854775807", "18446744073709551614"] {
        let head = format!(
            "POST /validate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        );
        let status = server.ask(head.as_bytes()).map(|answer| answer.status);
        // Another refusal where the number is more than any body can be.
        assert!(matches!(status, Ok(413 | 400 | 431)), "{length}: {status:?}");
    }
    server.assert_unharmed();
}

/// Half a registration may be a whole JSON text; it is still half a body.
pub fn a_body_shorter_than_its_content_length_gets_no_success(binary: &str) {
    let server = Server::start(binary, &[]);
    let mut connection = server.connect();
    let request = registration(format!("{VALID}     ").as_bytes());
    connection.send(&request[..request.len() - 5]).expect("a request is taken");
    connection.finish_sending();
    match connection.answer() {
        Ok(answer) => assert!((400..500).contains(&answer.status), "{answer:?}"),
        Err(error) => assert_ne!(error.kind(), io::ErrorKind::WouldBlock, "a hang"),
    }
    server.assert_unharmed();
}

/// What is left over is the start of the next request, and a bad one.
pub fn a_body_longer_than_its_content_length_is_no_part_of_the_request(binary: &str) {
    let server = Server::start(binary, &[]);
    let mut connection = server.connect();
    connection
        .send(&[registration(VALID.as_bytes()), b"{}\r\n\r\n".to_vec()].concat())
        .expect("sent");
    assert_eq!(connection.answer().expect("an answer").status, 200);
    match connection.answer() {
        Ok(answer) => assert_eq!(answer.status, 400),
        Err(error) => assert_ne!(error.kind(), io::ErrorKind::WouldBlock, "a hang"),
    }
    server.assert_unharmed();
}

/// A server that closes over an untaken body, and has not said so, fails the client's next request.
pub fn an_answer_leaves_the_connection_usable_or_announces_its_end(binary: &str) {
    let server = Server::start(binary, &[]);
    let late = || thread::sleep(Duration::from_millis(30));
    for (request, content_type, status) in [
        ("GET /healthz", "application/json", 200),
        ("GET /static", "application/json", 200),
        ("POST /validate", "text/plain", 415),
        ("POST /static", "application/json", 405),
        ("POST /nowhere", "application/json", 404),
    ] {
        let length = VALID.len();
        let head = format!(
            "{request} HTTP/1.1\r\nhost: x\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n"
        );
        let mut connection = server.connect();
        connection.send(head.as_bytes()).expect("a head is taken");
        late();
        connection.send(VALID.as_bytes()).expect("a body is taken");
        let answer = connection.answer().expect("an answer");
        assert_eq!(answer.status, status, "{request}");
        if answer.header("connection") == Some("close") {
            continue;
        }
        late();
        connection.send(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").expect("an open connection");
        assert_eq!(connection.answer().expect(request).status, 200, "{request}");
    }
    server.assert_unharmed();
}

/// Sizes that are no hexadecimal numbers, or too large for any machine.
pub fn malformed_chunks_are_refused(binary: &str) {
    let server = Server::start(binary, &[]);
    for size in ["x", "-1", "0x10", "fffffffffffffffff", "", " ", "1\n", "1;\u{0}"] {
        let request = format!(
            "POST /validate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n{size}\r\n{{\r\n0\r\n\r\n"
        );
        let mut connection = server.connect();
        connection.send(request.as_bytes()).expect("a request is taken");
        connection.finish_sending();
        match connection.answer() {
            Ok(answer) => assert!((400..500).contains(&answer.status), "{size:?}: {answer:?}"),
            Err(error) => assert_ne!(error.kind(), io::ErrorKind::WouldBlock, "{size:?}: a hang"),
        }
    }
    server.assert_unharmed();
}

fn refused_with(answer: io::Result<crate::client::Answer>, status: u16) {
    match answer {
        Ok(answer) => assert_eq!(answer.status, status),
        // It was still sending when the server closed, and the reset overtook the answer.
        Err(error) => assert!(
            matches!(error.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof),
            "{error}"
        ),
    }
}
