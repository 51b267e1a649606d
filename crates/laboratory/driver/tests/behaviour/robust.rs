//! Whatever a server does is told by its name, and nothing hangs.

use std::{
    net::TcpListener,
    thread,
    time::{Duration, Instant},
};

use driver::{Run, Tally, answer::Fault};

use test_server::{OK, Server};

use crate::{drive, run};

/// Drives a server and makes sure that it ends in time.
fn tally(server: &Server) -> Tally {
    let start = Instant::now();
    let tally = drive(server.address).tally;
    assert!(start.elapsed() < Duration::from_secs(20), "it hung");
    tally
}

/// Every request of this server comes to this fault.
fn always(server: &Server, fault: Fault) {
    let tally = tally(server);
    assert_eq!(tally.requests, 0, "{tally:?}");
    assert!(tally.faults.contains_key(&fault), "{fault:?} is not in {:?}", tally.faults);
    assert_eq!(tally.errors.read, tally.faults.values().sum::<u64>());
}

/// Requests are answered, and nothing goes wrong.
fn well(server: &Server) {
    let tally = tally(server);
    assert!(tally.requests > 0);
    assert_eq!(tally.errors, driver::Errors::default(), "{:?}", tally.faults);
}

#[test]
fn a_plain_server_is_driven_without_an_error() {
    well(&Server::answering(OK));
}

#[test]
fn answers_in_one_byte_pieces_are_answers() {
    well(&Server::start(|mut peer| {
        while peer.request().is_some() {
            for byte in OK {
                if !peer.send(&[*byte]) {
                    return;
                }
            }
        }
    }));
}

#[test]
fn chunks_and_continues_are_read() {
    well(&Server::answering(
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
          3\r\nabc\r\n10;x=y\r\n0123456789abcdef\r\n0\r\nTrailer: x\r\n\r\n",
    ));
}

#[test]
fn a_server_that_closes_after_each_answer_is_connected_to_again() {
    for answer in [
        &b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"[..],
        b"HTTP/1.1 200 OK\r\n\r\nuntil the end",
    ] {
        well(&Server::start(move |mut peer| {
            peer.request();
            peer.send(answer);
        }));
    }
}

#[test]
fn a_server_that_closes_without_an_answer_is_told() {
    always(
        &Server::start(|mut peer| {
            peer.request();
        }),
        Fault::Unanswered,
    );
}

#[test]
fn an_answer_that_is_there_before_the_request_is_read() {
    well(&Server::start(|mut peer| {
        peer.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        peer.request();
    }));
}

#[test]
fn a_reset_is_told() {
    // Closing with bytes unread resets the connection.
    always(&Server::start(|peer| peer.peek()), Fault::Reset);
}

#[test]
fn garbage_is_told() {
    always(&Server::answering(b"220 mail.example ESMTP\r\n"), Fault::Garbage);
    always(&Server::answering(&[0; 100]), Fault::Garbage);
}

#[test]
fn less_than_declared_is_told() {
    for answer in [
        &b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"[..],
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200",
    ] {
        always(
            &Server::start(move |mut peer| {
                peer.request();
                peer.send(answer);
            }),
            Fault::ClosedEarly,
        );
    }
}

#[test]
fn more_than_declared_is_told_though_the_answer_counts() {
    let tally = tally(&Server::answering(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nok"));
    assert!(tally.requests > 0);
    assert!(tally.faults[&Fault::Extra] > 0);
}

#[test]
fn a_server_that_never_answers_is_given_up_in_time() {
    for begun in [&b""[..], b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"] {
        let server = Server::start(move |mut peer| {
            peer.request();
            peer.send(begun);
            thread::sleep(Duration::from_mins(1));
        });
        // Long beside the timeout, also where the machine is busy.
        let run = Run { duration: Duration::from_secs(3), ..run(server.address) };
        let tally = driver::drive(&run).unwrap().tally;
        assert_eq!((tally.requests, tally.errors.read), (0, 0));
        assert!(tally.errors.timeout > 0);
    }
}

#[test]
fn a_port_where_nobody_listens_is_told() {
    let address = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let tally = drive(address).tally;
    assert_eq!(tally.requests, 0);
    assert!(tally.errors.connect > 0);
}
