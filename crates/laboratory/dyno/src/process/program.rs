//! A program under its guard, from its start to its end.

use std::{
    io,
    process::{Child, Command, ExitStatus},
    time::Duration,
};

use anyhow::{Context, anyhow};
use rustix::process::{Signal, WaitId, WaitIdOptions, waitid};
use wait4::Wait4;

use super::{affinity::Processors, child};
use crate::failure::Lost;

/// How long a guard may take to end its program.
const END_WITHIN: Duration = Duration::from_secs(5);

/// A program and its guard. When dropped, both are ended.
#[derive(Debug)]
pub(crate) struct Program {
    /// What it is, for people.
    name: String,
    guard: Child,
    reaped: bool,
}

/// How a program ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// Its CPU time, user and system, in seconds.
    pub(crate) cpu_s: f64,
}

impl Program {
    /// Starts a command that [`super::guard::command`] made.
    pub(crate) fn start(
        name: &str,
        command: &mut Command,
        processors: Processors,
    ) -> io::Result<Self> {
        Ok(Self { name: name.to_owned(), guard: processors.spawn(command)?, reaped: false })
    }

    /// The guard's process id; the program's processes are below it.
    pub(crate) fn guard_pid(&self) -> i32 {
        child::pid_of(&self.guard).as_raw_nonzero().get()
    }

    /// Waits until the program has ended; `false` when it still runs after this time. A signal to stop dyno, or a guard
    /// that somebody killed, is an error.
    pub(crate) fn ended_within(&self, time: Duration) -> anyhow::Result<bool> {
        let ended = child::ended_within(&self.guard, time)?;
        if ended && self.guard_was_killed() {
            return Err(self.lost().into());
        }
        Ok(ended)
    }

    /// The same for a program that is being stopped, which a signal must not cut short.
    pub(crate) fn stopped_within(&self, time: Duration) -> anyhow::Result<bool> {
        child::stopped_within(&self.guard, time)
    }

    fn guard_was_killed(&self) -> bool {
        let id = WaitId::Pid(child::pid_of(&self.guard));
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        waitid(id, options).is_ok_and(|status| status.is_some_and(|status| status.killed()))
    }

    /// Ends the program, if it has not ended by itself, and reaps its guard. That somebody killed the guard is an error.
    pub(crate) fn end(mut self) -> anyhow::Result<Ended> {
        self.close()?;
        self.reaped = true;
        let used = self.guard.try_wait4().context("cannot reap a guard")?;
        let used = used.context("a guard that has ended still runs")?;
        if used.status.code().is_none() {
            return Err(self.lost().into());
        }
        let cpu_s = (used.rusage.utime + used.rusage.stime).as_secs_f64();
        Ok(Ended { status: used.status, cpu_s })
    }

    fn lost(&self) -> Lost {
        Lost(format!("somebody killed or stopped {}, or dyno's guard over it", self.name))
    }

    /// Without its input the guard ends the program and itself. One that does not is killed.
    fn close(&mut self) -> anyhow::Result<()> {
        drop(self.guard.stdin.take());
        if self.stopped_within(END_WITHIN)? {
            return Ok(());
        }
        for signal in [Signal::CONT, Signal::KILL] {
            child::signal(self.guard_pid(), signal);
        }
        if self.stopped_within(END_WITHIN)? {
            return Ok(());
        }
        Err(anyhow!("process {} cannot be killed", self.guard_pid()))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if !self.reaped && self.close().is_ok() {
            let _reaped = self.guard.wait();
        }
    }
}
