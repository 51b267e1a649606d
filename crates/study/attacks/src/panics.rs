//! A handler that panics. No route of the contract does, so each server is started with one that does.

use std::{
    net::{SocketAddr, TcpListener},
    thread,
    time::{Duration, Instant},
};

use crate::client::Connection;

/// An address on which nobody listens.
#[must_use]
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address")
}

/// `GET /panic` costs its connection, tells the client nothing, and every other request is answered as ever.
pub fn a_panic_costs_one_connection(address: SocketAddr) {
    let mut other = connection_when_up(address);
    let health = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    // More often than there are worker threads: none of them may be lost.
    for _ in 0..20 {
        let mut hurt = Connection::open(address).expect("a connection");
        hurt.send(b"GET /panic HTTP/1.1\r\nhost: x\r\n\r\n").expect("a request is taken");
        if let Ok(answer) = hurt.answer() {
            panic!("a panic was answered: {answer:?}");
        }
        other.send(health).expect("a request is taken");
        assert_eq!(other.answer().expect("an answer").status, 200);
    }
}

fn connection_when_up(address: SocketAddr) -> Connection {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        match Connection::open(address) {
            Ok(connection) => return connection,
            Err(error) => assert!(Instant::now() < deadline, "{error}"),
        }
        thread::sleep(Duration::from_millis(10));
    }
}
