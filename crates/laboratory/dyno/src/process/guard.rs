//! `dyno guard`: the process between dyno and what it starts, so that nothing is ever left running.
//!
//! dyno holds the other end of the guard's standard input. When dyno ends, however it ends, that pipe closes, and
//! the guard kills all that it started. It is a subreaper: processes that lose their parent, or leave their group, stay
//! below it.

mod kept;

use std::{
    env,
    fs::File,
    io::{self, Read, Write},
    os::unix::process::{CommandExt, ExitStatusExt},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use anyhow::{Context, anyhow};
use campaign::text::visible;
use clap::Parser;
use close_fds::CloseFdsBuilder;
use rustix::{
    io::Errno,
    process::{self, Pid, Resource, Rlimit, Signal, WaitOptions, setrlimit},
};

use super::{
    child, interrupt, mark, sweep,
    tree::{ids_below, resident_mib, this_process},
};

/// The word of the command line that runs a guard.
pub(crate) const COMMAND: &str = "guard";
/// dyno's program as it was when dyno was started, even if the file has been replaced since.
pub(crate) const OWN_PROGRAM: &str = "/proc/self/exe";
/// The beginning of the line that says why a program was killed.
pub(crate) const KILLED: &str = "killed by dyno:";
/// The exit code of a guard that failed itself, of which the program is not to blame. It is never the program's own.
pub(crate) const FAILED: u8 = 117;
/// The exit code where the program cannot be started, and of a program that ended with [`FAILED`].
const OTHERWISE: u8 = 1;
/// What to do then.
const NO_THREAD: &str = "cannot start a thread: raise the limit on processes (ulimit -u)";
/// What the kernel says when the machine has too little of something: the program is not to blame.
const SCARCE: [Errno; 4] = [Errno::AGAIN, Errno::NOMEM, Errno::MFILE, Errno::NFILE];

/// How often the limits are checked while they are far.
const LOOK: Duration = Duration::from_millis(500);
/// How often they are checked when the memory limit is near.
const NEAR: Duration = Duration::from_millis(1);
/// A program fills no more memory than this in a millisecond, in MiB.
const GROWTH: u64 = 10;

/// How long what a program leaves behind may take to die.
const SWEPT_WITHIN: Duration = Duration::from_mins(1);
/// The signals by which others end a program. The rest come from its own faults.
const FROM_OTHERS: [Signal; 4] = [Signal::KILL, Signal::TERM, Signal::INT, Signal::HUP];

/// The guard itself is ending the program.
static ENDING: AtomicBool = AtomicBool::new(false);

/// What the guard is told.
#[derive(Debug, Parser)]
pub(crate) struct Arguments {
    /// Memory limit of all processes together, in MiB
    #[arg(long)]
    memory_mib: Option<u64>,
    /// Limit on the number of processes
    #[arg(long)]
    processes: Option<usize>,
    /// The program and its arguments
    #[arg(last = true, required = true)]
    command: Vec<String>,
}

/// What a guarded program may use.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Limits {
    pub(crate) memory_mib: Option<u64>,
    pub(crate) processes: Option<usize>,
}

/// A command that runs the words under a guard, in its own process group. Its standard input
/// belongs to the guard: dropping it ends the program.
pub(crate) fn command(words: &[String], limits: Limits) -> io::Result<Command> {
    let mut command = Command::new(OWN_PROGRAM);
    // What `ps` shows.
    command.arg0(env::current_exe()?).arg(COMMAND);
    if let Some(memory) = limits.memory_mib {
        command.args(["--memory-mib", &memory.to_string()]);
    }
    if let Some(processes) = limits.processes {
        command.args(["--processes", &processes.to_string()]);
    }
    command.arg("--").args(words).stdin(Stdio::piped()).process_group(0);
    Ok(command)
}

/// A new file for a program's output.
pub(crate) fn file(path: &Path) -> io::Result<File> {
    File::options().read(true).write(true).create(true).truncate(true).open(path)
}

/// Runs the program to its end, or until dyno is gone or a limit is exceeded. The exit code is the program's, or
/// [`FAILED`].
pub(crate) fn run(arguments: &Arguments) -> u8 {
    guard(arguments).unwrap_or_else(|error| {
        tell(&error);
        FAILED
    })
}

/// Into the program's output.
fn tell(error: &anyhow::Error) {
    let _full = writeln!(io::stderr(), "dyno: {}", visible(&format!("{error:#}")));
}

fn guard(arguments: &Arguments) -> anyhow::Result<u8> {
    interrupt::ignore().context("cannot watch for signals")?;
    sweep::adopt_orphans()?;
    // A crash leaves no core dump behind.
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    // Whatever dyno inherited from its own parent stays here.
    CloseFdsBuilder::new().cloexecfrom(3);
    let (program, rest) = arguments.command.split_first().context("there is no program")?;
    let (output, keeping_output) = kept::pipe(io::stdout())?;
    let (errors, keeping_errors) = kept::pipe(io::stderr())?;
    // Before there is a program: one that could not be watched must not run.
    start_watching(Limits { memory_mib: arguments.memory_mib, processes: arguments.processes })
        .context(NO_THREAD)?;
    let mut command = Command::new(program);
    command.args(rest).env(mark::VARIABLE, mark::of_parent()?);
    command.stdin(Stdio::null()).stdout(output).stderr(errors);
    let child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            let scarce = Errno::from_io_error(&error).is_some_and(|it| SCARCE.contains(&it));
            let error = anyhow!(error).context(format!("`{program}` cannot be started"));
            if scarce {
                return Err(error);
            }
            tell(&error);
            return Ok(OTHERWISE);
        }
    };
    // It holds the other ends of the pipes.
    drop(command);
    let ended = wait(&child)?;
    sweep::end_all_but(&[], SWEPT_WITHIN);
    let Some(status) = ended else {
        // dyno takes it for the loss of its guard: the trial is nobody's.
        child::signal(this_process(), Signal::KILL);
        anyhow::bail!("somebody ended or stopped `{program}`");
    };
    // Nobody writes any longer.
    for keeping in [keeping_output, keeping_errors] {
        let kept = keeping.join().map_err(|_| anyhow!("the thread that keeps output ended"))?;
        kept.context("cannot keep the program's output: free some space")?;
    }
    Ok(code(status))
}

/// Watches for the end of dyno, and that the limits are kept.
fn start_watching(limits: Limits) -> io::Result<()> {
    thread::Builder::new().spawn(|| {
        // Whether it ends or fails, dyno is gone.
        let _end = io::stdin().read_to_end(&mut Vec::new());
        kill_all();
    })?;
    if limits.memory_mib.is_some() || limits.processes.is_some() {
        thread::Builder::new().spawn(move || watch(limits))?;
    }
    Ok(())
}

/// Waits for the program, and reaps orphans that the guard has inherited meanwhile. `None` when somebody else ended or
/// stopped the program.
fn wait(child: &Child) -> anyhow::Result<Option<ExitStatus>> {
    let main = Pid::from_child(child);
    loop {
        let (pid, status) = match process::wait(WaitOptions::UNTRACED) {
            Ok(Some(changed)) => changed,
            Ok(None) | Err(Errno::INTR) => continue,
            Err(error) => return Err(error).context("cannot wait for the program"),
        };
        if pid != main {
            continue;
        }
        let by_guard = ENDING.load(Ordering::SeqCst);
        if status.stopped() {
            if by_guard {
                continue;
            }
            return Ok(None);
        }
        let status = ExitStatus::from_raw(status.as_raw());
        let from_others = FROM_OTHERS.map(Signal::as_raw);
        let by_others = status.signal().is_some_and(|signal| from_others.contains(&signal));
        return Ok((by_guard || !by_others).then_some(status));
    }
}

/// As shells do: a program that a signal ended has 128 and the signal.
fn code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok())
        .filter(|&code| code != FAILED)
        .unwrap_or(OTHERWISE)
}

/// Kills every process below the guard; the guard ends when it has reaped them.
fn kill_all() -> ! {
    ENDING.store(true, Ordering::SeqCst);
    sweep::kill_for_ever()
}

/// As soon as the memory limit could be reached.
fn until_next_look(most: Option<u64>, mib: u64) -> Duration {
    let left = most.map_or(u64::MAX, |most| most.saturating_sub(mib));
    Duration::from_millis(left / GROWTH).clamp(NEAR, LOOK)
}

/// Kills everything once a limit is exceeded; the reason becomes the last line of the program's
/// output.
fn watch(limits: Limits) {
    let mut pause = NEAR;
    loop {
        thread::sleep(pause);
        let tree = ids_below(this_process());
        let mib = resident_mib(&tree);
        pause = until_next_look(limits.memory_mib, mib);
        let broken = if limits.memory_mib.is_some_and(|most| mib > most) {
            format!("{mib} MiB of memory")
        } else if limits.processes.is_some_and(|most| tree.len() > most) {
            format!("{} processes", tree.len())
        } else if let Some(mib) = kept::too_much() {
            format!("{mib} MiB of output")
        } else {
            continue;
        };
        let line = format!("\n{KILLED} it used {broken}, more than its limit\n");
        // In one piece, between those of the program.
        let _full = io::stderr().write_all(line.as_bytes());
        kill_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearer_the_memory_limit_the_sooner_is_the_next_look() {
        assert_eq!(until_next_look(None, 1 << 20), LOOK);
        assert_eq!(until_next_look(Some(8192), 10), LOOK);
        assert_eq!(until_next_look(Some(200), 0), Duration::from_millis(20));
        assert_eq!(until_next_look(Some(200), 199), NEAR);
        assert_eq!(until_next_look(Some(200), 300), NEAR);
    }
}
