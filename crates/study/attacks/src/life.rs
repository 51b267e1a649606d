//! A server's start and end.

use std::{
    net::TcpListener,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use rustix::process::Signal;

use crate::{client::registration, server::Server};

const GET_PAYLOAD: &[u8] = b"GET /static HTTP/1.1\r\nhost: x\r\n\r\n";
/// Far longer than a server with nothing to do needs, and shorter than the default time of grace.
const AT_ONCE: Duration = Duration::from_millis(2500);

/// Either signal means the same: stop in good order.
pub fn it_stops_with_success_on_sigterm_and_on_sigint(binary: &str) {
    for signal in [Signal::TERM, Signal::INT] {
        let mut server = Server::start(binary, &[]);
        server.assert_unharmed();
        server.signal(signal);
        let status = server.ended_within(AT_ONCE).expect("it stops");
        assert!(status.success(), "{signal:?}: {status}");
    }
}

/// The next server can start while the last answers of this one are still under way.
pub fn a_running_answer_is_finished_after_sigterm_and_the_port_is_free_at_once(binary: &str) {
    let mut server = Server::start(binary, &["--grace", "20"]);
    let mut connection = server.connect();
    connection.send(GET_PAYLOAD).expect("a request is taken");
    connection.receive(1000);
    server.signal(Signal::TERM);
    let deadline = Instant::now() + Duration::from_secs(2);
    while TcpListener::bind(server.address()).is_err() {
        assert!(Instant::now() < deadline, "the port is still taken");
        thread::sleep(Duration::from_millis(10));
    }
    let answer = connection.answer().expect("the rest of the answer");
    assert!(answer.body == contract::payload::bytes(), "the payload arrives whole");
    assert!(connection.closes(), "there is no next request");
    let status = server.ended_within(AT_ONCE).expect("it stops with its last answer");
    assert!(status.success(), "{status}");
}

/// Open connections with nothing asked are no running requests.
pub fn idle_connections_do_not_hold_up_the_stop(binary: &str) {
    let mut server = Server::start(binary, &["--grace", "20"]);
    let _fresh = server.connect();
    let mut used = server.connect();
    used.send(&registration(b"{}")).expect("a request is taken");
    assert_eq!(used.answer().expect("an answer").status, 422);
    server.signal(Signal::TERM);
    let status = server.ended_within(AT_ONCE * 2).expect("it stops");
    assert!(status.success(), "{status}");
}

/// The time of grace is a limit.
pub fn a_client_that_does_not_read_cannot_hold_up_the_stop_beyond_the_deadline(binary: &str) {
    let mut server = Server::start(binary, &["--grace", "1"]);
    let mut connection = server.connect();
    connection.send(&GET_PAYLOAD.repeat(4)).expect("requests are taken");
    connection.receive(1000);
    server.signal(Signal::TERM);
    let status = server.ended_within(Duration::from_secs(1) + AT_ONCE).expect("it stops");
    assert!(status.success(), "{status}");
}

/// One word is better than silence.
pub fn a_connection_beyond_the_limit_is_told_so(binary: &str) {
    let server = Server::start(binary, &["--connections", "3"]);
    let health = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut held: Vec<_> = (0..3).map(|_| server.connect()).collect();
    for connection in &mut held {
        connection.send(health).expect("a request is taken");
        assert_eq!(connection.answer().expect("an answer").status, 200);
    }
    let refused = server.ask(health).expect("a refusal");
    assert_eq!(refused.status, 503);
    assert_eq!(refused.header("connection"), Some("close"));
    drop(held.pop());
    let deadline = Instant::now() + Duration::from_secs(5);
    while server.ask(health).map_or(0, |answer| answer.status) != 200 {
        assert!(Instant::now() < deadline, "a place that was left stays taken");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Also when backtraces are wanted.
pub fn a_port_in_use_is_a_sentence_and_no_backtrace(binary: &str) {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let output = Command::new(binary)
        .args(["--listen", &address])
        .env("RUST_BACKTRACE", "1")
        .output()
        .expect("the server starts");
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).expect("text");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains(&address) && said.contains("--listen"), "{said}");
}

/// `--help` names every option and its variable, `--version` the stack.
pub fn it_explains_itself(binary: &str) {
    let told = |argument| {
        let output = Command::new(binary).arg(argument).output().expect("the server starts");
        assert!(output.status.success());
        String::from_utf8(output.stdout).expect("text")
    };
    let help = told("--help");
    for part in ["listen", "workers", "connections", "idle-timeout", "grace", "log"] {
        assert!(help.contains(&format!("--{part} ")), "{help}");
        assert!(
            help.contains(&format!("DYNO_{}", part.to_uppercase().replace('-', "_"))),
            "{help}"
        );
    }
    assert!(told("--version").contains("tokio"));
}
