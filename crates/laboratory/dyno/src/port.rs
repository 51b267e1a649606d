//! The port that contenders listen on: a free one, and otherwise who has it.

use std::{
    ffi::OsStr,
    io,
    net::{SocketAddr, TcpListener},
    thread,
    time::{Duration, Instant},
};

use anyhow::Context;
use campaign::{plan::loopback, text::plain};
use procfs::{
    net::{TcpState, tcp},
    process::{FDTarget, Process, all_processes},
};
use rustix::process::Signal;

use crate::{
    failure::Failure,
    process::{child, guard, interrupt, tree::descendants},
};

/// How long a port may stay in use after the previous server.
const FREE_WITHIN: Duration = Duration::from_secs(3);
/// Of a command line, this much is shown.
const SHOWN: usize = 100;
/// How the name of the folder begins in which a trial's server runs.
pub(crate) const SERVER_FOLDER: &str = "dyno-server-";

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
        if let Some(leftover) = listener(address).filter(is_leftover) {
            end(leftover.pid);
        } else if Instant::now() > deadline {
            return Err(in_use(address).into());
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
    let listens = |local: SocketAddr| {
        local.port() == address.port()
            && (local.ip() == address.ip() || local.ip().is_unspecified())
    };
    let sockets = tcp().ok()?;
    let socket = sockets
        .into_iter()
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

/// Whether a dyno that is no more started it: it runs where servers of trials run, under no guard.
fn is_leftover(process: &Process) -> bool {
    let folder = process.cwd().unwrap_or_default();
    let name = folder.file_name().and_then(OsStr::to_str).unwrap_or_default();
    name.starts_with(SERVER_FOLDER) && !is_guarded(process)
}

fn is_guarded(process: &Process) -> bool {
    let mut above = process.stat().ok();
    while let Some(process) = above.and_then(|stat| Process::new(stat.ppid).ok()) {
        let words = process.cmdline().unwrap_or_default();
        if words.get(1).is_some_and(|word| word == guard::COMMAND) {
            return true;
        }
        above = process.stat().ok();
    }
    false
}

fn end(pid: i32) {
    let below = descendants(pid).unwrap_or_default();
    for pid in below.iter().map(|process| process.pid).chain([pid]) {
        child::signal(pid, Signal::KILL);
    }
}
