//! `dyno guard`: the process between dyno and what it starts, so that nothing is ever left running.
//!
//! dyno holds the other end of the guard's standard input. When dyno ends, however it ends, that pipe closes, and
//! the guard kills all that it started. It is a subreaper: processes that lose their parent, or leave their group, stay
//! below it.

use std::{
    env, io,
    io::Read,
    os::unix::process::{CommandExt, ExitStatusExt},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use anyhow::Context;
use clap::Parser;
use close_fds::CloseFdsBuilder;
use rustix::{
    fs::fstat,
    io::Errno,
    process::{
        self, Pid, Resource, Rlimit, Signal, WaitOptions, getpid, kill_process,
        set_child_subreaper, setrlimit,
    },
    stdio::stdout,
};

use super::tree::descendants;

/// The word of the command line that runs a guard.
pub(crate) const COMMAND: &str = "guard";
/// The beginning of the line that says why a program was killed.
pub(crate) const KILLED: &str = "killed by dyno:";
/// Limit on a program's output, in MiB.
const OUTPUT_MIB: u64 = 16;
/// How often the limits are checked: half a second costs a server about a thousandth of a CPU.
const LOOK: Duration = Duration::from_millis(500);

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
    let mut command = Command::new(env::current_exe()?);
    command.arg(COMMAND);
    if let Some(memory) = limits.memory_mib {
        command.args(["--memory-mib", &memory.to_string()]);
    }
    if let Some(processes) = limits.processes {
        command.args(["--processes", &processes.to_string()]);
    }
    command.arg("--").args(words).stdin(Stdio::piped()).process_group(0);
    Ok(command)
}

/// Runs the program to its end, or until dyno is gone or a limit is exceeded.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    set_child_subreaper(Some(getpid())).context("cannot become a subreaper")?;
    // A crash leaves no core dump behind.
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    // Whatever dyno inherited from its own parent stays here.
    CloseFdsBuilder::new().cloexecfrom(3);
    let (program, rest) = arguments.command.split_first().context("there is no program")?;
    let mut child = Command::new(program)
        .args(rest)
        .stdin(Stdio::null())
        .spawn()
        .with_context(|| format!("`{program}` cannot be started"))?;
    thread::spawn(|| {
        // Whether it ends or fails, dyno is gone.
        let _end = io::stdin().read_to_end(&mut Vec::new());
        kill_all();
    });
    let limits = Limits { memory_mib: arguments.memory_mib, processes: arguments.processes };
    if limits.memory_mib.is_some() || limits.processes.is_some() {
        thread::spawn(move || watch(limits));
    }
    let status = wait(&mut child)?;
    kill_all();
    Ok(code(status))
}

/// Waits for the program, and reaps orphans that the guard has inherited meanwhile.
fn wait(child: &mut Child) -> anyhow::Result<ExitStatus> {
    let main = Pid::from_child(child);
    loop {
        match process::wait(WaitOptions::empty()) {
            Ok(Some((pid, status))) if pid == main => {
                return Ok(ExitStatus::from_raw(status.as_raw()));
            }
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error).context("cannot wait for the program"),
        }
    }
}

/// As shells do: a program that a signal ended has 128 and the signal.
fn code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

/// Kills every process below the guard, and what those start meanwhile.
fn kill_all() {
    loop {
        let tree = descendants(getpid().as_raw_nonzero().get()).unwrap_or_default();
        let alive: Vec<Pid> = tree
            .iter()
            .filter(|process| process.state != 'Z')
            .filter_map(|process| Pid::from_raw(process.pid))
            .collect();
        if alive.is_empty() {
            return;
        }
        for pid in alive {
            let _gone = kill_process(pid, Signal::KILL);
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// How much has been written to the file that is the program's output.
fn output_mib() -> u64 {
    let size = fstat(stdout()).map_or(0, |file| file.st_size);
    u64::try_from(size).unwrap_or(0) >> 20
}

/// Kills everything once a limit is exceeded; the reason becomes the last line of the program's
/// output.
fn watch(limits: Limits) {
    let page_kib = procfs::page_size() / 1024;
    loop {
        thread::sleep(LOOK);
        let tree = descendants(getpid().as_raw_nonzero().get()).unwrap_or_default();
        let mib = tree.iter().map(|process| process.rss * page_kib).sum::<u64>() / 1024;
        let broken = if limits.memory_mib.is_some_and(|most| mib > most) {
            format!("{mib} MiB of memory")
        } else if limits.processes.is_some_and(|most| tree.len() > most) {
            format!("{} processes", tree.len())
        } else if output_mib() > OUTPUT_MIB {
            format!("{} MiB of output", output_mib())
        } else {
            continue;
        };
        eprintln!("\n{KILLED} it used {broken}, more than its limit");
        kill_all();
        return;
    }
}
