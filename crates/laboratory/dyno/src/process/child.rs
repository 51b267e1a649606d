//! Waiting for child processes with a deadline, and ending whole trees of them.

use std::{
    process::Child,
    time::{Duration, Instant},
};

use anyhow::Context;
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
    process::{Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, kill_process, pidfd_open, waitid},
};

use super::interrupt;
use crate::failure::Failure;

/// How long one wait lasts before it checks for a signal to stop.
const STEP: Duration = Duration::from_millis(100);

/// The process id of a child.
pub(crate) fn pid_of(child: &Child) -> Pid {
    Pid::from_child(child)
}

/// Waits until the child has ended, without reaping it; `false` when it still runs at the deadline. A signal to
/// stop dyno ends the wait as an error.
pub(crate) fn ended_within(child: &Child, time: Duration) -> anyhow::Result<bool> {
    wait(child, time, interrupt::check)
}

/// The same for a child that is being stopped, which a signal must not cut short.
pub(crate) fn stopped_within(child: &Child, time: Duration) -> anyhow::Result<bool> {
    wait(child, time, || Ok(()))
}

fn wait(child: &Child, time: Duration, check: fn() -> Result<(), Failure>) -> anyhow::Result<bool> {
    let deadline = Instant::now() + time;
    let descriptor = pidfd_open(pid_of(child), PidfdFlags::empty())
        .context("cannot watch a child process: dyno needs Linux 5.3 or newer")?;
    loop {
        continue_if_stopped(pid_of(child));
        let left = deadline.saturating_duration_since(Instant::now());
        let step = Timespec::try_from(left.min(STEP)).context("a wait of at most 100 ms")?;
        let mut watched = [PollFd::new(&descriptor, PollFlags::IN)];
        match poll(&mut watched, Some(&step)) {
            Ok(0) | Err(Errno::INTR) => {}
            Ok(_) => return Ok(true),
            Err(error) => return Err(error).context("cannot wait for a child process"),
        }
        check()?;
        if left.is_zero() {
            return Ok(false);
        }
    }
}

/// A child that somebody stopped would never end: it goes on.
fn continue_if_stopped(child: Pid) {
    let options = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG;
    if let Ok(Some(_)) = waitid(WaitId::Pid(child), options) {
        let _gone = kill_process(child, Signal::CONT);
    }
}

/// Sends a signal to a process that may already be gone.
pub(crate) fn signal(pid: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid) {
        let _gone = kill_process(pid, signal);
    }
}
