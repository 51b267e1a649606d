//! A program under its guard, from its start to its end.

use std::{
    fs::File,
    io,
    os::unix::fs::FileExt,
    process::{Child, Command, ExitStatus},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, anyhow};
use rustix::process::{Signal, WaitId, WaitIdOptions, waitid};
use wait4::Wait4;

use super::{affinity::Processors, child, guard, interrupt};
use crate::failure::Lost;

/// How long a guard may take to end its program.
const END_WITHIN: Duration = Duration::from_secs(5);
/// What is read of the end of a program's errors, in bytes.
const LAST_WORDS: usize = 4096;
/// How often a program is asked whether it is ready.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// A program and its guard. When dropped, both are ended.
#[derive(Debug)]
pub(crate) struct Program {
    /// What it is, for people.
    name: String,
    guard: Child,
    /// Where its errors go, and the guard's.
    errors: File,
    reaped: bool,
}

/// How a program ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// Its CPU time, user and system, in seconds.
    pub(crate) cpu_s: f64,
}

/// What came of waiting for a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Awaited {
    /// It is ready.
    Ready,
    /// It has ended.
    Ended,
    /// It runs, but was not ready in time.
    NotReady,
}

impl Program {
    /// Starts a command that [`guard::command`] made. Its errors go to the file, which must be open for reading too.
    pub(crate) fn start(
        name: &str,
        command: &mut Command,
        errors: File,
        processors: Processors,
    ) -> io::Result<Self> {
        command.stderr(errors.try_clone()?);
        let guard = processors.spawn(command)?;
        Ok(Self { name: name.to_owned(), guard, errors, reaped: false })
    }

    /// The guard's process id; the program's processes are below it.
    pub(crate) fn guard_pid(&self) -> i32 {
        child::pid_of(&self.guard).as_raw_nonzero().get()
    }

    /// Waits until the program has ended; `false` when it still runs after this time. A signal to stop dyno, or a guard
    /// that somebody killed or that failed itself, is an error.
    pub(crate) fn ended_within(&self, time: Duration) -> anyhow::Result<bool> {
        let ended = child::ended_within(&self.guard, time)?;
        if ended {
            let id = WaitId::Pid(child::pid_of(&self.guard));
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
            let status = waitid(id, options).context("cannot read how a guard ended")?;
            self.check(status.and_then(|status| status.exit_status()))?;
        }
        Ok(ended)
    }

    /// Waits until it is ready, by what `ready` says, but no longer than this. A signal to stop dyno is an error.
    pub(crate) fn awaited(
        &self,
        within: Duration,
        ready: impl Fn() -> bool,
    ) -> anyhow::Result<Awaited> {
        let deadline = Instant::now() + within;
        while Instant::now() < deadline {
            if self.ended_within(Duration::ZERO)? {
                return Ok(Awaited::Ended);
            }
            if ready() {
                return Ok(Awaited::Ready);
            }
            interrupt::check()?;
            thread::sleep(LOOK_EVERY);
        }
        Ok(Awaited::NotReady)
    }

    /// Like [`Self::ended_within`] for a program that is being stopped, which a signal must not cut short.
    pub(crate) fn stopped_within(&self, time: Duration) -> anyhow::Result<bool> {
        child::stopped_within(&self.guard, time)
    }

    /// Whether the guard's exit code, `None` if it was killed, is that of its program.
    fn check(&self, code: Option<i32>) -> Result<(), Lost> {
        let name = &self.name;
        match code {
            None => {
                Err(Lost(format!("somebody killed or stopped {name}, or dyno's guard over it")))
            }
            Some(code) if code == i32::from(guard::FAILED) => {
                let words = self.last_words().unwrap_or_default();
                let reason = words.lines().last().and_then(|line| line.strip_prefix("dyno: "));
                let reason = reason.unwrap_or("it cannot write why; is the disk full?");
                Err(Lost(format!("dyno's guard over {name} failed: {reason}")))
            }
            Some(_) => Ok(()),
        }
    }

    fn last_words(&self) -> io::Result<String> {
        let mut bytes = [0; LAST_WORDS];
        let begin = self.errors.metadata()?.len().saturating_sub(bytes.len() as u64);
        let count = self.errors.read_at(&mut bytes, begin)?;
        Ok(String::from_utf8_lossy(&bytes[..count]).into_owned())
    }

    /// Ends the program, if it has not ended by itself, and reaps its guard. That somebody killed the guard, or that it
    /// failed itself, is an error.
    pub(crate) fn end(mut self) -> anyhow::Result<Ended> {
        self.close()?;
        self.reaped = true;
        let used = self.guard.try_wait4().context("cannot reap a guard")?;
        let used = used.context("a guard that has ended still runs")?;
        self.check(used.status.code())?;
        let cpu_s = (used.rusage.utime + used.rusage.stime).as_secs_f64();
        Ok(Ended { status: used.status, cpu_s })
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
