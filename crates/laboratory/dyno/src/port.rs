//! The port that contenders listen on: a free one, and otherwise who has it.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    thread,
    time::{Duration, Instant},
};

use anyhow::Context;
use campaign::{plan::loopback, text::plain};
use procfs::{
    net::{TcpState, tcp, tcp6},
    process::{FDTarget, Process, all_processes},
};

use crate::{
    failure::Failure,
    process::{interrupt, mark},
};

/// How long a port may stay in use after the previous server.
const FREE_WITHIN: Duration = Duration::from_secs(3);
/// Of a command line, this much is shown.
const SHOWN: usize = 100;

/// The port itself, or a free one instead of 0.
pub(crate) fn chosen(port: u16) -> anyhow::Result<u16> {
    if port != 0 {
        return Ok(port);
    }
    let free = TcpListener::bind(loopback(0)).and_then(|listener| listener.local_addr());
    Ok(free.context("no port is free")?.port())
}

/// Waits for the port, which the previous server may have left a moment ago. What an earlier dyno left on it, because it
/// was killed together with its guard, is ended.
pub(crate) fn await_free(address: SocketAddr) -> anyhow::Result<()> {
    let deadline = Instant::now() + FREE_WITHIN;
    loop {
        match TcpListener::bind(address) {
            Ok(_) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error).with_context(|| format!("cannot listen on {address}")),
        }
        if Instant::now() > deadline {
            return Err(in_use(address).into());
        }
        // With all that was started beside it: something may start it again.
        if let Some(mark) = listener(address).and_then(|process| mark::of_left(&process)) {
            mark::end(&mark);
        }
        interrupt::check()?;
        thread::sleep(Duration::from_millis(50));
    }
}

/// The failure that names who listens there.
pub(crate) fn in_use(address: SocketAddr) -> Failure {
    let holder = listener(address).map(|process| shown(&process));
    let holder = holder.unwrap_or_else(|| "a process of another user".to_owned());
    Failure::PortInUse { address, holder }
}

/// The process that listens there, if it can be seen.
fn listener(address: SocketAddr) -> Option<Process> {
    // A socket of IPv6 may take connections of IPv4 too.
    let listens = |local: SocketAddr| {
        let ip = local.ip().to_canonical();
        local.port() == address.port() && (ip == address.ip() || ip.is_unspecified())
    };
    let sockets = tcp().into_iter().chain(tcp6()).flatten();
    let socket = { sockets }
        .find(|socket| socket.state == TcpState::Listen && listens(socket.local_address))?;
    let holds = |process: &Process| {
        let mut descriptors = process.fd().into_iter().flatten().flatten();
        descriptors.any(|it| matches!(it.target, FDTarget::Socket(inode) if inode == socket.inode))
    };
    all_processes().ok()?.flatten().find(holds)
}

fn shown(process: &Process) -> String {
    let words = process.cmdline().unwrap_or_default();
    let line: String = plain(&words.join(" ")).chars().take(SHOWN).collect();
    format!("process {} ({line})", process.pid)
}
