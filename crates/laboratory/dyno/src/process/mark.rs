//! The mark of what dyno starts: a variable of its environment, which the processes below it inherit. By it what dyno
//! left is told from what others run.

use std::ffi::OsStr;

use anyhow::Context;
use procfs::{
    ProcResult,
    process::{ProcState, Process, all_processes},
};
use rustix::process::{Signal, getppid};

use super::child;

/// The variable; its value names the dyno that started the process.
pub(crate) const VARIABLE: &str = "DYNO_STARTED_BY";

/// The mark for what this process's parent starts: a guard's parent is dyno.
pub(crate) fn of_parent() -> anyhow::Result<String> {
    let parent = getppid().context("dyno is gone")?;
    let parent = Process::new(parent.as_raw_nonzero().get()).and_then(|it| mark(&it));
    parent.context("cannot read dyno's own entry in /proc")
}

/// The mark of a process that was left by a dyno which is no more; `None` for any other process.
pub(crate) fn of_left(process: &Process) -> Option<String> {
    let environment = process.environ().ok()?;
    let mark = environment.get(OsStr::new(VARIABLE))?.to_str()?;
    (!is_alive(mark)).then(|| mark.to_owned())
}

/// Kills every process with this mark.
pub(crate) fn end(mark: &str) {
    let all = all_processes().into_iter().flatten().flatten();
    for process in all.filter(|process| of_left(process).as_deref() == Some(mark)) {
        child::signal(process.pid, Signal::KILL);
    }
}

/// A process id is used again; with the time of its start it is not.
fn mark(process: &Process) -> ProcResult<String> {
    Ok(format!("{}-{}", process.pid, process.stat()?.starttime))
}

fn is_alive(owner: &str) -> bool {
    let pid = owner.split('-').next().and_then(|pid| pid.parse().ok());
    let Some(process) = pid.and_then(|pid| Process::new(pid).ok()) else { return false };
    let ended = process.stat().and_then(|stat| stat.state());
    mark(&process).is_ok_and(|it| it == owner) && !matches!(ended, Ok(ProcState::Zombie))
}
