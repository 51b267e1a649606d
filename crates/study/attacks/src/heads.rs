//! Hostile heads.

use std::io;

use crate::server::Server;

const MEGABYTE: usize = 1 << 20;

/// A refusal, or a connection closed while the client was still sending. Many at once, for the memory.
fn assert_refused(server: &Server, request: &[u8]) {
    let mut connections: Vec<_> = (0..50).map(|_| server.connect()).collect();
    for connection in &mut connections {
        // Stops when the server closes.
        let _sent = connection.send(request);
    }
    for mut connection in connections {
        match connection.answer() {
            Ok(answer) => assert!((400..500).contains(&answer.status), "{answer:?}"),
            Err(error) => assert!(
                matches!(
                    error.kind(),
                    io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof
                ),
                "{error}"
            ),
        }
    }
    server.assert_unharmed();
}

/// One field without end.
pub fn a_header_of_one_megabyte_is_refused(binary: &str) {
    let server = Server::start(binary, &[]);
    let request =
        format!("GET /healthz HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n", "x".repeat(MEGABYTE));
    assert_refused(&server, request.as_bytes());
}

/// Fields without end.
pub fn ten_thousand_headers_are_refused(binary: &str) {
    let server = Server::start(binary, &[]);
    let request = format!("GET /healthz HTTP/1.1\r\nhost: x\r\n{}\r\n", "x: y\r\n".repeat(10_000));
    assert_refused(&server, request.as_bytes());
}

/// A path without end.
pub fn a_target_of_one_megabyte_is_refused(binary: &str) {
    let server = Server::start(binary, &[]);
    let request = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "x".repeat(MEGABYTE));
    assert_refused(&server, request.as_bytes());
}

/// What is no HTTP at all, a TLS greeting among it.
pub fn noise_is_refused(binary: &str) {
    let server = Server::start(binary, &[]);
    for noise in [
        b"\0\0\0\0\r\n\r\n".as_slice(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /healthz HTTP/3.0\r\n\r\n",
        b"GET  /healthz  HTTP/1.1\r\n\r\n",
        b"GET /hea\0lthz HTTP/1.1\r\nhost: x\r\n\r\n",
        b"\r\n\r\n\r\n\r\nnoise\r\n\r\n",
    ] {
        assert_refused(&server, noise);
    }
}

/// RFC 9112, 3.2: one `Host` and a valid one, which only HTTP/1.0 may lack. Two could be two sites to two readers.
pub fn a_request_without_one_valid_host_is_refused(binary: &str) {
    let server = Server::start(binary, &[]);
    let status = |target: &str, version: &str, hosts: &str| {
        let request = format!("GET {target} HTTP/{version}\r\n{hosts}\r\n");
        server.ask(request.as_bytes()).expect(&request).status
    };
    for hosts in [
        "",
        "host: x\r\nhost: x\r\n",
        "host: x\r\nhost: y\r\n",
        "host: a b\r\n",
        "host: x/y\r\n",
        "host: u@x\r\n",
        "host: x:80:80\r\n",
        "host: [::1\r\n",
        "host: \u{e4}\r\n",
    ] {
        assert_eq!(status("/healthz", "1.1", hosts), 400, "{hosts:?}");
        // A target that names the host itself is no excuse.
        assert_eq!(status("http://x/healthz", "1.1", hosts), 400, "{hosts:?}");
    }
    assert_eq!(status("/healthz", "1.0", ""), 200);
    assert_eq!(status("/healthz", "1.0", "host: x\r\nhost: y\r\n"), 400);
    for host in ["", "x", "x:80", "127.0.0.1:5000", "[::1]:5000"] {
        assert_eq!(status("/healthz", "1.1", &format!("host: {host}\r\n")), 200, "{host}");
    }
    // RFC 9112, 3.2.2: the target's host counts, and `Host` is ignored.
    assert_eq!(status("http://y/healthz", "1.1", "host: x\r\n"), 200);
    server.assert_unharmed();
}

/// The frameworks' own limits are 96 and 100.
pub fn ninety_six_fields_are_taken_and_a_hundred_and_one_are_not(binary: &str) {
    let server = Server::start(binary, &[]);
    for (fields, status) in [(96, 200), (101, 431)] {
        let others = "x: y\r\n".repeat(fields - 1);
        let request = format!("GET /healthz HTTP/1.1\r\nhost: x\r\n{others}\r\n");
        assert_eq!(server.ask(request.as_bytes()).expect("an answer").status, status, "{fields}");
    }
}
