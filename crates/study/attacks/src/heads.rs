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
