//! Hostile peers: whatever a server sends, the driver ends on time and stays small.

use std::{
    fs::{self, File},
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use test_server::{Peer, Server};
use wait4::Wait4;

use crate::user::{dyno, root};

/// What a driver may have in memory, in bytes.
const MOST: u64 = 64 << 20;

/// How a peer behaves on each connection.
#[derive(Clone, Copy)]
enum Manner {
    /// Answers each request by the first part, then the second.
    Answers,
    /// As `Answers`, once; then it closes.
    Closes,
    /// As `Closes`, without reading the request: that resets the connection.
    Resets,
    /// As `Answers`, once; then it is silent.
    Hangs,
    /// Answers the first request by the first part, then the second without end, in large pieces.
    Floods,
    /// As `Floods`, each second part in a packet of its own.
    Trickles,
    /// As `Trickles`, a hundred a second.
    Drips,
    /// As `Floods`, without waiting for a request.
    Blurts,
}
use Manner::{Answers, Blurts, Closes, Drips, Floods, Hangs, Resets, Trickles};

const PLAIN: &str = "HTTP/1.1 200 OK\r\n\r\n";
const LENGTH: &str = "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n";
const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const CONTINUE: &str = "HTTP/1.1 100 Continue\r\n\r\n";
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

const PEERS: &[(&str, Manner, &str, &str)] = &[
    ("a body until the end that never comes", Floods, PLAIN, "x"),
    ("the same, byte by byte", Trickles, PLAIN, "x"),
    ("the same, slowly", Drips, PLAIN, "x"),
    ("a body of 16 EiB", Floods, LENGTH, "x"),
    ("the same, byte by byte", Trickles, LENGTH, "x"),
    ("the same, slowly", Drips, LENGTH, "x"),
    ("the same, and silence", Hangs, LENGTH, "x"),
    ("the same, and the end", Closes, LENGTH, "x"),
    ("a refusal without end", Floods, "HTTP/1.1 500 No\r\n\r\n", "x"),
    ("chunks of one byte without end", Floods, CHUNKED, "1\r\nx\r\n"),
    ("the same, each in a packet", Trickles, CHUNKED, "1\r\nx\r\n"),
    ("the same, slowly", Drips, CHUNKED, "1\r\nx\r\n"),
    ("a chunk of 16 EiB", Floods, CHUNKED, "ffffffffffffffff\r\nx"),
    ("a chunk larger than any number", Answers, CHUNKED, "fffffffffffffffff\r\nx"),
    ("chunk sizes with zeros without end", Floods, CHUNKED, "0000000000000000"),
    ("chunk extensions without end", Floods, CHUNKED, "1;a=b;a=b"),
    ("extensions on each chunk", Floods, CHUNKED, "1;extension=\"a value\"\r\nx\r\n"),
    (
        "trailers without end",
        Floods,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
        "A: b\r\n",
    ),
    (
        "a trailer without end",
        Floods,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: ",
        "b",
    ),
    ("line feeds for chunks", Floods, CHUNKED, "\n"),
    ("a chunk with a negative size", Answers, CHUNKED, "-1\r\nx\r\n0\r\n\r\n"),
    ("a chunk without its end", Closes, CHUNKED, "5\r\nab"),
    ("a last chunk, and silence", Hangs, CHUNKED, "0\r\n"),
    ("100 Continue without end", Floods, "", CONTINUE),
    ("the same, each in a packet", Trickles, "", CONTINUE),
    ("the same, slowly", Drips, "", CONTINUE),
    ("102 Processing, then silence", Hangs, "HTTP/1.1 102 Processing\r\n\r\n", ""),
    ("101 Switching Protocols", Floods, "HTTP/1.1 101 Switching Protocols\r\n\r\n", "x"),
    ("a status line without end", Floods, "HTTP/1.1 200 ", "O"),
    ("the same, byte by byte", Trickles, "HTTP/1.1 200 ", "O"),
    ("fields without end", Floods, "HTTP/1.1 200 OK\r\n", "A: b\r\n"),
    ("the same, each in a packet", Trickles, "HTTP/1.1 200 OK\r\n", "A: b\r\n"),
    ("the same, slowly", Drips, "HTTP/1.1 200 OK\r\n", "A: b\r\n"),
    ("the name of a field without end", Floods, "HTTP/1.1 200 OK\r\n", "A"),
    ("the value of a field without end", Floods, "HTTP/1.1 200 OK\r\nA: ", "b"),
    ("empty lines without end", Floods, "", "\r\n"),
    ("the same, each in a packet", Trickles, "", "\r\n"),
    ("zeros without end", Floods, "", "\0"),
    ("the same, byte by byte", Trickles, "", "\0"),
    ("random words", Floods, "", "220 mail.example ESMTP\r\n"),
    ("half a head, and silence", Hangs, "HTTP/1.1 200 OK\r\nContent-", ""),
    ("half a head, and the end", Closes, "HTTP/1.1 200 OK\r\nContent-", ""),
    ("half a head, and a reset", Resets, "HTTP/1.1 200 OK\r\nContent-", ""),
    ("silence", Hangs, "", ""),
    ("the end", Closes, "", ""),
    ("a reset", Resets, "", ""),
    ("answers that nobody asked for, without end", Blurts, "", OK),
    ("answers without end to one request", Floods, "", OK),
    ("two answers to each request", Answers, OK, OK),
    ("an answer, and bytes behind it", Answers, OK, "x"),
    ("an answer that closes without saying so", Closes, OK, ""),
    ("a reset behind each answer", Resets, OK, ""),
    (
        "two lengths",
        Answers,
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "ok",
    ),
    (
        "a length and chunks",
        Answers,
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
        "ok",
    ),
    ("a length that is no number", Answers, "HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n", "ok"),
    (
        "a length larger than any number",
        Floods,
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "x",
    ),
    ("a negative length", Floods, "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "x"),
    ("a body where 204 has none", Answers, "HTTP/1.1 204 No Content\r\n\r\n", "a body"),
    ("HTTP/0.9", Closes, "a body without a head", ""),
    ("HTTP/2", Answers, "\0\0\x12\x04\0\0\0\0\0", "\0\x03\0\0\0\x64"),
];

fn serve(mut peer: Peer, manner: Manner, first: &str, second: &str) {
    let (first, second) = (first.as_bytes(), second.as_bytes());
    match manner {
        Resets => peer.peek(),
        Blurts => {}
        _ => {
            if peer.request().is_none() {
                return;
            }
        }
    }
    if !peer.send(first) {
        return;
    }
    let large = second.repeat((64 << 10) / second.len().max(1));
    match manner {
        Answers => while peer.send(second) && peer.request().is_some() && peer.send(first) {},
        Closes | Resets => {
            peer.send(second);
        }
        Hangs => {
            peer.send(second);
            while peer.request().is_some() {}
        }
        Floods | Blurts => while peer.send(&large) {},
        Trickles => while peer.send(second) {},
        Drips => {
            while peer.send(second) {
                thread::sleep(Duration::from_millis(10));
            }
        }
    }
}

/// The driver, in a closed loop that judges responses, and at a constant rate.
fn drivers(server: &Server) -> [Command; 2] {
    let judged: &[&str] = &["--exchanges=contract/validate.jsonl", "-c4"];
    [judged, &["--rate=200", "-c4"]].map(|words| {
        let mut command = dyno(&["drive", "-t1", "-d300ms", "--timeout", "100ms"]);
        command.args(words).arg(format!("http://{}", server.address));
        command
    })
}

/// Runs a driver to its end; what is wrong with how it ended.
fn fault(mut command: Command) -> Option<String> {
    let folder = TempDir::new().unwrap();
    let text = File::create(folder.path().join("text")).unwrap();
    command.stdout(text.try_clone().unwrap()).stderr(text);
    let (start, driver) = (Instant::now(), command.spawn().unwrap());
    let pid = Pid::from_child(&driver);
    let ended = thread::spawn(move || driver.wait4().unwrap());
    // It drives for 300 ms, and the machine may be busy.
    while !ended.is_finished() && start.elapsed() < Duration::from_secs(15) {
        thread::sleep(Duration::from_millis(5));
    }
    if !ended.is_finished() {
        kill_process(pid, Signal::KILL).unwrap();
        return Some("it did not end".to_owned());
    }
    let used = ended.join().unwrap();
    let text = fs::read_to_string(folder.path().join("text")).unwrap();
    if !used.status.success() {
        return Some(format!("{}: {text}", used.status));
    }
    (used.rusage.maxrss > MOST).then(|| format!("it took {} bytes", used.rusage.maxrss))
}

#[test]
fn what_is_kept_for_a_script_of_120_connections_stays_under_64_mib() {
    let server = Server::start(|peer| serve(peer, Hangs, LENGTH, &"x".repeat(1 << 20)));
    let script = root().join("crates/laboratory/dyno/tests/program/scripts/response.lua");
    let mut command = dyno(&["drive", "-t1", "-c120", "-d2s", "-s"]);
    command.arg(script).arg(format!("http://{}", server.address));
    assert_eq!(fault(command), None);
}

#[test]
fn against_any_peer_the_driver_ends_on_time_and_stays_under_64_mib() {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut faults = Vec::new();
        while let Some(&(name, manner, first, second)) =
            PEERS.get(next.fetch_add(1, Ordering::Relaxed))
        {
            let server = Server::start(move |peer| serve(peer, manner, first, second));
            for command in drivers(&server) {
                let words = format!("{command:?}");
                faults.extend(fault(command).map(|fault| format!("{name}: {fault}\n{words}")));
            }
        }
        faults
    };
    let faults: Vec<String> = thread::scope(|scope| {
        let workers: Vec<_> = (0..8).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(PEERS.len() >= 53);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
