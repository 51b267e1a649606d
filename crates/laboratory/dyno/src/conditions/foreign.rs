//! Foreign load: CPU time of processes that are neither dyno nor anything below it, which is the server, the driver and
//! their guards.
//!
//! It is what the CPUs that server and driver may use were busy with, less what the laboratory used itself. A sum over
//! the other processes would miss those that begin and end in between.

use std::collections::{BTreeMap, HashMap};

use campaign::text::plain;
use procfs::process::Stat;

use super::{
    clock::Clocks,
    processor_time::{INTERRUPTS_ARE_CHARGED, ProcessorTime, is_usable},
};
use crate::{
    disturbance::Disturbance,
    process::tree::{self, this_process},
};

/// How many processes are named.
const NAMED: usize = 3;
/// The parent of the kernel's threads, `kthreadd`.
const KERNEL_THREADS: i32 = 2;
/// Processes with a smaller share of CPU time are not worth a name.
const WORTH_A_NAME: f64 = 0.005;

/// One reading of the machine's CPU time, its clocks and all visible processes.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// `None` where `/proc/stat` cannot be read.
    time: Option<ProcessorTime>,
    pub(super) clocks: Clocks,
    /// Everyone's.
    pub(crate) processes: Vec<Stat>,
}

impl Snapshot {
    /// Reads `/proc`.
    pub(crate) fn take() -> anyhow::Result<Self> {
        let (time, clocks) = (ProcessorTime::now().ok(), Clocks::read());
        Ok(Self { time, clocks, processes: tree::all()? })
    }

    /// The share of all CPU time since then that the hypervisor gave to other guests, 0 to 1.
    pub(crate) fn stolen_since(&self, then: &Self) -> Option<f64> {
        Some(self.time?.stolen_since(then.time?))
    }

    /// The share of all CPU time since then that foreign processes used.
    #[expect(clippy::cast_precision_loss, reason = "ticks of a window")]
    pub(crate) fn foreign_since(&self, then: &Self) -> Option<f64> {
        let (time, before) = (self.time?, then.time?);
        let (busy, all) = time.ticks_since(before);
        let own = own(&self.processes).saturating_sub(own(&then.processes));
        // A build sandbox hides these threads, and then foreign load cannot be told from their work.
        let hidden = !self.processes.iter().any(is_network);
        let unknown = if hidden { time.charged_interrupts_since(before) } else { 0 };
        (all > 0).then(|| (busy as f64 - own as f64 - unknown as f64) / all as f64)
    }

    /// The busiest foreign processes since then by name, with their shares of all CPU time.
    #[expect(clippy::cast_precision_loss, reason = "ticks of a window")]
    pub(crate) fn busiest_since(&self, then: &Self) -> Vec<(String, f64)> {
        let Some((now, before)) = self.time.zip(then.time) else { return Vec::new() };
        let (_, all) = now.ticks_since(before);
        if all == 0 {
            return Vec::new();
        }
        let used = by_name(&then.processes, &self.processes, this_process(), is_elsewhere);
        let mut shares: Vec<(String, f64)> = used
            .into_iter()
            .map(|(name, ticks)| (plain(&name), ticks as f64 / all as f64))
            .collect();
        shares.retain(|&(_, share)| share >= WORTH_A_NAME);
        shares.sort_by(|one, other| other.1.total_cmp(&one.1));
        shares.truncate(NAMED);
        shares
    }
}

/// The ticks that a process used itself, and with the children that it has waited for.
fn ticks(process: &Stat) -> u64 {
    let reaped = u64::try_from(process.cutime + process.cstime).unwrap_or(0);
    process.utime + process.stime + reaped
}

/// What foreign load passes unseen here, because interrupts cannot be told from the laboratory's own.
pub(crate) fn unseen() -> anyhow::Result<Option<Disturbance>> {
    let hidden = !tree::all()?.iter().any(is_network);
    let (why, remedy) = if !*INTERRUPTS_ARE_CHARGED {
        (
            "the kernel accounts for them apart, or its configuration cannot be read",
            "keep other machines from loading this one's network while dyno measures",
        )
    } else if hidden {
        ("the kernel's network threads are hidden", "measure outside the sandbox, if you can")
    } else {
        return Ok(None);
    };
    let what = format!("interrupts do not count as foreign load: {why}");
    Ok(Some(Disturbance { what, remedy }))
}

/// Whether this is a kernel thread that takes over from interrupts when the network is busy. During a trial that is the
/// traffic between driver and server.
fn is_network(process: &Stat) -> bool {
    process.ppid == KERNEL_THREADS && process.comm.starts_with("ksoftirqd/")
}

/// Whether it was last on a CPU that server and driver may not use.
fn is_elsewhere(process: &Stat) -> bool {
    let processor = process.processor.and_then(|processor| usize::try_from(processor).ok());
    processor.is_some_and(|processor| !is_usable(processor))
}

/// The ticks of dyno and everything below it, and of the kernel that moves what these send.
fn own(processes: &[Stat]) -> u64 {
    let this = this_process();
    let itself = processes.iter().find(|process| process.pid == this).map_or(0, ticks);
    let network = processes.iter().filter(|process| is_network(process) && !is_elsewhere(process));
    let network = network.map(ticks).sum::<u64>();
    itself + network + tree::below(processes, this).iter().map(ticks).sum::<u64>()
}

/// The ticks that processes other than this one and those below it used in between, by name; without those elsewhere.
fn by_name(
    then: &[Stat],
    now: &[Stat],
    this: i32,
    is_elsewhere: impl Fn(&Stat) -> bool,
) -> BTreeMap<String, u64> {
    let before: HashMap<i32, &Stat> = then.iter().map(|process| (process.pid, process)).collect();
    let still: HashMap<i32, &Stat> = now.iter().map(|process| (process.pid, process)).collect();
    // What a child had used before is not its parent's doing when the parent waits for it.
    let mut inherited: HashMap<i32, u64> = HashMap::new();
    for gone in then.iter().filter(|process| !still.contains_key(&process.pid)) {
        // Its parent may be gone as well, and then the parent's parent has it.
        let mut heir = gone.ppid;
        while let Some(parent) = before.get(&heir).filter(|_| !still.contains_key(&heir)) {
            heir = parent.ppid;
        }
        *inherited.entry(heir).or_default() += ticks(gone);
    }
    let laboratory: Vec<i32> = tree::below(now, this).iter().map(|process| process.pid).collect();
    let mut used: BTreeMap<String, u64> = BTreeMap::new();
    for process in now {
        let own = process.pid == this || laboratory.contains(&process.pid) || is_network(process);
        if own || is_elsewhere(process) {
            continue;
        }
        let same = before.get(&process.pid).filter(|it| it.starttime == process.starttime);
        let known = same.map_or(0, |it| ticks(it)) + inherited.get(&process.pid).unwrap_or(&0);
        *used.entry(process.comm.clone()).or_default() += ticks(process).saturating_sub(known);
    }
    used
}

#[cfg(test)]
mod tests {
    use std::{
        io::Cursor,
        process::{Command, Stdio},
        thread,
        time::Duration,
    };

    use procfs::FromRead;

    use super::*;

    /// A process with its own ticks and those of children that it has waited for.
    fn process(pid: i32, name: &str, parent: i32, own: u64, reaped: u64) -> Stat {
        let text = format!(
            "{pid} ({name}) S {parent} 1 1 0 -1 0 0 0 0 0 {own} 0 {reaped} 0 20 0 1 0 7 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 \
             0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"
        );
        Stat::from_read(Cursor::new(text)).unwrap()
    }

    #[test]
    fn processes_are_named_by_what_they_used_in_between_and_the_laboratory_is_not() {
        let then = [
            process(10, "dyno", 1, 50, 0),
            process(20, "cargo", 1, 5, 0),
            process(21, "rustc", 20, 1000, 0),
            process(24, "sh", 20, 3, 0),
            process(25, "cc", 24, 500, 0),
        ];
        let now = [
            process(10, "dyno", 1, 60, 0),
            process(11, "wrk", 10, 90, 0),
            // It waited for rustc, which had used 1000 before and 30 since, and for sh, which had waited for cc.
            process(20, "cargo", 1, 6, 1030 + 503 + 10),
            process(22, "rustc", 20, 40, 0),
            process(15, "ksoftirqd/0", 2, 30, 0),
            process(16, "kworker/u8:1", 2, 1, 0),
            process(23, "rustc", 20, 2, 0),
        ];
        let used = |is_elsewhere: fn(&Stat) -> bool| by_name(&then, &now, 10, is_elsewhere);
        let expected = [("cargo", 41), ("kworker/u8:1", 1), ("rustc", 42)]
            .map(|(name, ticks)| (name.to_owned(), ticks));
        assert_eq!(used(|_| false), expected.clone().into());
        let [_, here @ ..] = expected;
        assert_eq!(used(|process| process.comm == "cargo"), here.into());
    }

    #[test]
    fn a_loop_below_this_process_is_its_own_load_and_not_foreign() {
        let before = Snapshot::take().unwrap();
        let mut shell = Command::new("sh");
        let shell = shell.args(["-c", "while :; do :; done"]).stdin(Stdio::null());
        let mut busy = shell.spawn().unwrap();
        let used = |after: &Snapshot| own(&after.processes) - own(&before.processes);
        let mut after = Snapshot::take().unwrap();
        while used(&after) < 5 {
            thread::sleep(Duration::from_millis(20));
            after = Snapshot::take().unwrap();
        }
        busy.kill().unwrap();
        busy.wait().unwrap();
        let pid = i32::try_from(busy.id()).unwrap();
        let named = by_name(&before.processes, &after.processes, this_process(), |_| false);
        let loops = after.processes.iter().filter(|it| it.pid != pid && it.comm == "sh").count();
        assert!(loops > 0 || !named.contains_key("sh"), "{named:?}");
    }
}
