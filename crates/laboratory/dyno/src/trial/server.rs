//! One server process: started fresh under GNU time, watched until it is ready, stopped, and never left behind.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use campaign::{
    matrix::{Contender, Deadlines, Placeholders},
    plan::command,
    record::gnu_time::TimeLine,
};
use exchange::MadeFiles;
use procfs::process::Stat;
use rustix::process::Signal;
use tempfile::TempDir;

use crate::{
    failure::{Failure, Lost},
    port,
    process::{
        affinity::Processors,
        child, confine,
        guard::{self, Limits},
        program::{Awaited, Program},
        tree,
    },
    verify,
};

/// How long a server may take to die after SIGKILL.
const KILLED_WITHIN: Duration = Duration::from_secs(5);

/// What a server needs to be started.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Launch<'a> {
    pub(crate) contender: &'a Contender,
    /// GNU time, wherever it is installed.
    pub(crate) time: &'a Path,
    pub(crate) listen: SocketAddr,
    /// The folder of `dyno.toml`.
    pub(crate) home: &'a Path,
    /// The path at which it answers 200 when it is ready.
    pub(crate) ready: Option<&'a str>,
    /// The files of the matrix.
    pub(crate) made: &'a MadeFiles,
    /// How many workers it is to have.
    pub(crate) workers: Option<u32>,
    pub(crate) processors: Processors,
    pub(crate) deadlines: &'a Deadlines,
    /// Where its output and GNU time's line go.
    pub(crate) output: &'a Path,
}

impl<'a> Launch<'a> {
    fn placeholders(&self) -> Placeholders<'a> {
        let Self { listen, home, made, workers, .. } = *self;
        Placeholders { listen, home, made, workers }
    }
}

/// A running server. When dropped, it is killed with everything that it started.
#[derive(Debug)]
pub(crate) struct Server {
    name: String,
    listen: SocketAddr,
    /// Its only child is GNU time, whose only child is the server; the guard inherits orphans.
    program: Program,
    time_line: PathBuf,
    log: PathBuf,
    /// How long it may take to exit after SIGTERM.
    stop_within: Duration,
    /// Its working folder.
    _folder: TempDir,
}

/// How a server ended.
#[derive(Debug)]
pub(crate) struct Stopped {
    pub(crate) time: Option<TimeLine>,
    /// It ignored SIGTERM.
    pub(crate) killed: bool,
}

impl Server {
    /// Starts the contender and waits until it is ready.
    pub(crate) fn start(launch: Launch) -> anyhow::Result<Self> {
        let Launch { contender, listen, .. } = launch;
        port::await_free(listen)?;
        let server = Self::spawn(launch).map_err(|error| Lost(format!("{error:#}")))?;
        server.await_ready(launch.ready, contender.ready_within)?;
        Ok(server)
    }

    fn spawn(launch: Launch) -> anyhow::Result<Self> {
        let Launch { contender, time, processors, output, .. } = launch;
        let places = launch.placeholders();
        let log_path = output.join("server.log");
        let time_line = output.join("time.txt");
        let log = guard::file(&log_path)
            .with_context(|| format!("cannot write the server's log {}", log_path.display()))?;
        let mut words = command::gnu_time(time, &time_line);
        words.extend(confine::prefix());
        words.extend(contender.command(places));
        // What it leaves lying about is nobody's, and goes away with it.
        let folder = TempDir::with_prefix("dyno-server-")
            .context("cannot make a folder for the server to run in")?;
        let limits = Limits {
            memory_mib: Some(contender.memory_limit_mib(launch.workers)),
            processes: Some(contender.process_limit(launch.workers)),
        };
        let mut command =
            guard::command(&words, limits).context("cannot find dyno's own program")?;
        command
            .current_dir(&folder)
            .env_clear()
            .env("LANG", "C.UTF-8")
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .envs(contender.env.iter().map(|(name, value)| (name, places.fill(value))))
            .stdout(log.try_clone()?);
        let program = Program::start("GNU time", &mut command, log, processors)
            .with_context(|| format!("cannot start {}", time.display()))?;
        Ok(Self {
            name: contender.name.to_string(),
            listen: launch.listen,
            program,
            time_line,
            log: log_path,
            stop_within: launch.deadlines.stop,
            _folder: folder,
        })
    }

    fn await_ready(&self, path: Option<&str>, within: Duration) -> anyhow::Result<()> {
        let failure = |exited: bool, state: &str| {
            let state = format!("{state}; its last output: {:?}", self.last_words());
            Failure::NotReady { contender: self.name.clone(), within, exited, state }
        };
        match self.program.awaited(within, || verify::is_ready(self.listen, path))? {
            Awaited::Ready => return Ok(()),
            Awaited::Ended => return Err(failure(true, "it exited at once").into()),
            Awaited::NotReady => self.is_left_alone()?,
        }
        let lacks = path.map_or("it answers nothing".to_owned(), |path| {
            format!("GET {path} does not return 200")
        });
        Err(failure(false, &format!("it runs, but {lacks}")).into())
    }

    /// The processes of the server, parents before their children, and whatever lost its parent.
    fn processes(&self) -> anyhow::Result<Vec<Stat>> {
        Ok(self.among(&tree::all()?))
    }

    /// Its processes, which are among all these.
    pub(crate) fn among(&self, all: &[Stat]) -> Vec<Stat> {
        let mut tree = tree::below(all, self.program.guard_pid());
        // GNU time is there first.
        if !tree.is_empty() {
            tree.remove(0);
        }
        tree
    }

    /// Fails if somebody stopped a process of the server: what it does then is not its fault.
    pub(crate) fn is_left_alone(&self) -> anyhow::Result<()> {
        let stopped = self.processes()?.into_iter().find(|process| process.state == 'T');
        stopped.map_or(Ok(()), |process| {
            let (name, pid) = (process.comm, process.pid);
            Err(Lost(format!("somebody stopped the server's process {pid} ({name})")).into())
        })
    }

    /// Whether the server has ended by itself.
    pub(crate) fn has_ended(&self) -> anyhow::Result<bool> {
        self.program.ended_within(Duration::ZERO)
    }

    /// Whether the server has ended, or is just ending.
    pub(crate) fn ends_soon(&self) -> anyhow::Result<bool> {
        self.program.ended_within(Duration::from_secs(1))
    }

    /// Waits until the server ends by itself.
    pub(crate) fn wait(&self) -> anyhow::Result<()> {
        while !self.program.ended_within(Duration::from_mins(1))? {}
        Ok(())
    }

    /// The last line of its output.
    pub(crate) fn last_words(&self) -> String {
        last_line(&self.log)
    }

    /// Stops the server: SIGTERM to its root process, and SIGKILL to its whole tree if it ignores
    /// that.
    pub(crate) fn stop(self) -> anyhow::Result<Stopped> {
        let tree = self.processes()?;
        let ours: Vec<i32> = tree.iter().map(|process| process.pid).collect();
        for root in tree.iter().filter(|process| !ours.contains(&process.ppid)) {
            child::signal(root.pid, Signal::TERM);
        }
        let heeded = self.program.stopped_within(self.stop_within)?;
        if !heeded {
            self.is_left_alone()?;
            for process in self.processes()? {
                child::signal(process.pid, Signal::KILL);
            }
            self.program.stopped_within(KILLED_WITHIN)?;
        }
        self.program.end()?;
        let text = fs::read_to_string(&self.time_line).unwrap_or_default();
        Ok(Stopped { time: TimeLine::parse(&text), killed: !heeded })
    }
}

fn last_line(log: &Path) -> String {
    let bytes = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let killed = text.lines().rfind(|line| line.starts_with(guard::KILLED));
    killed
        .or_else(|| text.lines().rfind(|line| !line.trim().is_empty()))
        .unwrap_or("nothing")
        .chars()
        .take(200)
        .collect()
}
