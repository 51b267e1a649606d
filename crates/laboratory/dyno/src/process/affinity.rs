//! Server and driver on separate CPUs.

use std::{
    io,
    process::{Child, Command},
    thread,
};

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Which CPUs a process may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Processors {
    /// All that dyno may use.
    #[default]
    All,
    /// The first half of them.
    First,
    /// The other half; the larger one if their number is odd.
    Second,
}

impl Processors {
    /// Those of the server and of the driver: apart when they are pinned.
    pub(crate) fn of_server(pin: bool) -> Self {
        if pin { Self::First } else { Self::All }
    }

    /// See [`Self::of_server`].
    pub(crate) fn of_driver(pin: bool) -> Self {
        if pin { Self::Second } else { Self::All }
    }

    /// How many there are.
    pub(crate) fn count(self) -> usize {
        let all = thread::available_parallelism().map_or(1, usize::from);
        match self {
            Self::All => all,
            Self::First => all / 2,
            Self::Second => all - all / 2,
        }
    }

    /// Starts a command on these CPUs, which its children inherit.
    pub(crate) fn spawn(self, command: &mut Command) -> io::Result<Child> {
        if self == Self::All {
            return command.spawn();
        }
        // A thread of its own, so that dyno itself stays where it is.
        thread::scope(|scope| {
            let started = thread::Builder::new().spawn_scoped(scope, || {
                sched_setaffinity(None, &self.set()?)?;
                command.spawn()
            })?;
            started.join().unwrap_or_else(|_| Err(io::Error::other("the starting thread ended")))
        })
    }

    fn set(self) -> io::Result<CpuSet> {
        let all = sched_getaffinity(None)?;
        let mut chosen = CpuSet::new();
        let usable = (0..CpuSet::MAX_CPU).filter(|&processor| all.is_set(processor));
        let (skip, take) = match self {
            Self::All => (0, CpuSet::MAX_CPU),
            Self::First => (0, self.count()),
            Self::Second => (Self::First.count(), self.count()),
        };
        for processor in usable.skip(skip).take(take) {
            chosen.set(processor);
        }
        Ok(chosen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(processors: Processors) -> String {
        let mut command = Command::new("grep");
        command
            .args(["Cpus_allowed_list", "/proc/self/status"])
            .stdout(std::process::Stdio::piped());
        let output = processors.spawn(&mut command).unwrap().wait_with_output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    #[test]
    fn the_halves_are_disjoint_and_children_keep_to_them() {
        if Processors::All.count() < 2 {
            return;
        }
        let (first, second) = (allowed(Processors::First), allowed(Processors::Second));
        assert_ne!(first, second);
        assert_ne!(first, allowed(Processors::All));
        let count = |processors: Processors| processors.count();
        assert_eq!(count(Processors::First) + count(Processors::Second), count(Processors::All));
    }
}
