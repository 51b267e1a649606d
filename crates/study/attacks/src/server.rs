//! A server's program, started for one test.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    process::{Child, ChildStderr, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::client::{Answer, Connection};

/// What the contract's issue allows a server under attack.
pub const MOST_MEMORY_KB: u64 = 64 << 10;

/// A running server. Dropped, it is killed.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts the server with these arguments, on a port that the system chooses.
    #[must_use]
    pub fn start(binary: &str, arguments: &[&str]) -> Self {
        let mut child = Command::new(binary)
            .args(["--listen", "127.0.0.1:0"])
            .args(arguments)
            .env("DYNO_LOG", "info")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let log = child.stderr.take().expect("a pipe");
        let address = address_in(log);
        Self { child, address }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A new connection to it.
    #[must_use]
    pub fn connect(&self) -> Connection {
        Connection::open(self.address).expect("the server takes connections")
    }

    /// Sends this on a new connection, and reads what comes first.
    pub fn ask(&self, request: &[u8]) -> std::io::Result<Answer> {
        let mut connection = self.connect();
        // A refused client may find the connection closed under its hands; the answer counts.
        let _sent = connection.send(request);
        connection.answer()
    }

    /// It still works, and has never needed more memory than it may.
    pub fn assert_unharmed(&self) {
        let answer = self.ask(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").expect("an answer");
        assert_eq!(answer.status, 200);
        let peak = self.peak_memory_kb();
        assert!(peak < MOST_MEMORY_KB, "it took {peak} KiB of memory");
    }

    fn peak_memory_kb(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .expect("the server runs");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
        peak.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("the server runs");
    }

    /// Waits for its end.
    #[must_use]
    pub fn ended_within(&mut self, within: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + within;
        loop {
            let status = self.child.try_wait().expect("a child");
            if status.is_some() || Instant::now() > deadline {
                return status;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// The address that the log's line about listening tells.
fn address_in(log: ChildStderr) -> SocketAddr {
    let mut log = BufReader::new(log);
    let mut seen = String::new();
    while log.read_line(&mut seen).expect("the log") > 0 {
        let last = seen.lines().last().unwrap_or_default();
        let told = last.split("address=").nth(1).and_then(|rest| rest.split(' ').next());
        if let Some(address) = told {
            let address = address.parse().expect("an address");
            // Read on, so that the server is never stopped by a full pipe.
            thread::spawn(move || log.read_to_end(&mut Vec::new()));
            return address;
        }
    }
    panic!("the server does not listen: {seen}");
}
