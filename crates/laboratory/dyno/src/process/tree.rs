//! A tree of processes, read from `/proc`.

use std::{collections::BTreeMap, fs, io::Read, path::Path, sync::LazyLock};

use anyhow::Context;
use campaign::record::processes::ProcessReading;
use procfs::{
    FromRead,
    process::{Process, Stat},
};

/// One reading of a process tree.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reading {
    /// CPU time that the tree has used since its start, user and system, in seconds.
    pub(crate) cpu_s: f64,
    /// Each live process of the tree, its root first.
    pub(crate) processes: Vec<ProcessReading>,
}

impl Reading {
    /// Reads what each of these processes has used.
    pub(crate) fn of(processes: Vec<Stat>) -> Self {
        let ticks = procfs::ticks_per_second() as f64;
        let mut reading = Self::default();
        for stat in processes {
            let own = (stat.utime + stat.stime) as f64 / ticks;
            // What a process inherited from children that it has waited for belongs to the tree too.
            let reaped = u64::try_from(stat.cutime + stat.cstime).unwrap_or(0) as f64 / ticks;
            reading.cpu_s += own + reaped;
            // A process may end while it is read; its figures are then its parent's.
            let peak = Process::new(stat.pid).and_then(|process| process.status());
            reading.processes.push(ProcessReading {
                pid: stat.pid,
                peak_rss_kb: peak.ok().and_then(|status| status.vmhwm).unwrap_or(0),
                name: stat.comm,
                cpu_s: own,
            });
        }
        reading
    }
}

/// The id of this process.
pub(crate) fn this_process() -> i32 {
    rustix::process::getpid().as_raw_nonzero().get()
}

/// All processes that are visible, with three system calls for each, fewer than `procfs::process::all_processes` makes:
/// this is read at both ends of every window.
pub(crate) fn all() -> anyhow::Result<Vec<Stat>> {
    let entries = fs::read_dir("/proc").context("cannot read /proc")?;
    // Several times the longest line.
    let mut line = [0; 4096];
    let mut stat = |entry: fs::DirEntry| {
        let _pid: u32 = entry.file_name().to_str()?.parse().ok()?;
        let mut file = fs::File::open(entry.path().join("stat")).ok()?;
        let length = file.read(&mut line).ok()?;
        Stat::from_read(&line[..length]).ok()
    };
    Ok(entries.flatten().filter_map(&mut stat).collect())
}

/// Those of the processes that are below one, parents before their children.
pub(crate) fn below(all: &[Stat], above: i32) -> Vec<Stat> {
    let mut children: BTreeMap<i32, Vec<&Stat>> = BTreeMap::new();
    for stat in all {
        children.entry(stat.ppid).or_default().push(stat);
    }
    let mut found = children.remove(&above).unwrap_or_default();
    let mut next = 0;
    while let Some(parent) = found.get(next).map(|stat| stat.pid) {
        found.extend(children.remove(&parent).unwrap_or_default());
        next += 1;
    }
    found.into_iter().cloned().collect()
}

/// Whether the kernel lists the children of a process; some are built without.
static LISTED: LazyLock<bool> = LazyLock::new(|| Path::new("/proc/thread-self/children").exists());

/// The processes below one, parents before their children.
pub(crate) fn descendants(above: i32) -> anyhow::Result<Vec<Stat>> {
    Ok(below(&all()?, above))
}

/// The children of a process, as the kernel lists them: much quicker than reading all of `/proc`, but some are left out
/// while others end.
pub(crate) fn children(of: i32) -> Vec<i32> {
    if !*LISTED {
        let all = descendants(of).unwrap_or_default();
        return all.iter().filter(|stat| stat.ppid == of).map(|stat| stat.pid).collect();
    }
    let tasks = Process::new(of).and_then(|process| process.tasks());
    let lists = tasks.into_iter().flatten().flatten().map(|task| task.children());
    lists.flatten().flatten().filter_map(|pid| i32::try_from(pid).ok()).collect()
}

/// The ids of the processes below one, as far as [`children`] has them. Nothing else in `/proc` is read.
pub(crate) fn ids_below(above: i32) -> Vec<i32> {
    if !*LISTED {
        return descendants(above).unwrap_or_default().iter().map(|stat| stat.pid).collect();
    }
    let mut found = children(above);
    let mut next = 0;
    while let Some(&pid) = found.get(next) {
        found.extend(children(pid));
        next += 1;
    }
    found
}

/// What these processes have in memory together, in MiB. One that has ended has nothing.
pub(crate) fn resident_mib(pids: &[i32]) -> u64 {
    let sizes = pids.iter().map(|&pid| Process::new(pid).and_then(|process| process.statm()));
    let pages: u64 = sizes.flatten().map(|size| size.resident).sum();
    pages * (procfs::page_size() / 1024) / 1024
}

#[cfg(test)]
mod tests {
    use std::{process::Command, thread, time::Duration};

    use super::*;

    #[test]
    fn children_of_children_belong_to_the_tree() {
        let mut shell =
            Command::new("/bin/sh").args(["-c", "sleep 5 & sleep 5 & wait"]).spawn().unwrap();
        let above = i32::try_from(std::process::id()).unwrap();
        let names = || -> Vec<String> {
            descendants(above).unwrap().into_iter().map(|process| process.comm).collect()
        };
        for _ in 0..100 {
            if names().iter().filter(|name| *name == "sleep").count() >= 2 {
                break;
            }
            thread::sleep(Duration::from_millis(20));
        }
        let names = names();
        for pid in descendants(i32::try_from(shell.id()).unwrap()).unwrap() {
            crate::process::child::signal(pid.pid, rustix::process::Signal::KILL);
        }
        shell.kill().unwrap();
        shell.wait().unwrap();
        assert!(names.iter().filter(|name| *name == "sleep").count() >= 2, "{names:?}");
        assert!(names.iter().any(|name| name == "sh"), "{names:?}");
    }
}
