//! Ends every process below this one, also those that are born faster than they can be found.

use std::{
    collections::BTreeSet,
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

use anyhow::Context;
use rustix::{
    io::Errno,
    process::{self, Pid, Signal, WaitOptions, getpid, set_child_subreaper},
};

use super::{
    child,
    tree::{children, this_process},
};

/// How often new processes are looked for before those that were found are killed.
const LOOKS: usize = 100;
/// How long what a contender left may take to die.
const WITHIN: Duration = Duration::from_secs(10);
/// Between two attempts.
const PAUSE: Duration = Duration::from_micros(200);

/// The children that this process had before it started any: a shell that ends in `exec dyno` leaves its own. They are
/// somebody else's, and never ended.
static INHERITED: OnceLock<Vec<i32>> = OnceLock::new();

/// From now on a process below this one that loses its parent becomes a child of this one.
pub(crate) fn adopt_orphans() -> anyhow::Result<()> {
    INHERITED.get_or_init(own_children);
    set_child_subreaper(Some(getpid())).context("cannot become a subreaper")
}

/// Kills and reaps every process below this one. Whether none is left in time.
pub(crate) fn end_all() -> bool {
    end_all_but(&[], WITHIN)
}

/// Kills and reaps every process below this one, but for these children and what is below them. Whether none is left
/// within the time.
pub(crate) fn end_all_but(spared: &[i32], within: Duration) -> bool {
    let deadline = Instant::now() + within;
    loop {
        reap(spared);
        // While any descendant lives, this process has a child: the kernel's word, which a list of processes that come
        // and go cannot be.
        let alone = spared.is_empty() && inherited().is_empty();
        let none = if alone { has_no_child() } else { roots(spared).is_empty() };
        if none || Instant::now() > deadline {
            return none;
        }
        kill(spared);
        thread::sleep(PAUSE);
    }
}

/// Kills what is below this process until this process itself ends. Reaping is left to another thread.
pub(crate) fn kill_for_ever() -> ! {
    loop {
        kill(&[]);
        thread::sleep(PAUSE);
    }
}

/// The children of this process.
pub(crate) fn own_children() -> Vec<i32> {
    children(this_process())
}

fn roots(spared: &[i32]) -> Vec<i32> {
    let mut roots = own_children();
    roots.retain(|child| !spared.contains(child) && !inherited().contains(child));
    roots
}

fn inherited() -> &'static [i32] {
    INHERITED.get().map_or(&[], Vec::as_slice)
}

fn has_no_child() -> bool {
    matches!(process::wait(WaitOptions::NOHANG), Err(Errno::CHILD))
}

fn reap(spared: &[i32]) {
    for child in roots(spared) {
        let _still_runs = process::waitpid(Pid::from_raw(child), WaitOptions::NOHANG);
    }
}

/// Stops all, again until there are no new ones, and then kills them: what is stopped starts nothing in place of what
/// was killed.
fn kill(spared: &[i32]) {
    let mut stopped = BTreeSet::new();
    for _ in 0..LOOKS {
        let mut found = roots(spared);
        let mut next = 0;
        let mut new = false;
        while let Some(&pid) = found.get(next) {
            // At once: it may be gone a moment later.
            if stopped.insert(pid) {
                child::signal(pid, Signal::STOP);
                new = true;
            }
            found.extend(children(pid));
            next += 1;
        }
        if !new {
            break;
        }
    }
    for pid in stopped {
        child::signal(pid, Signal::KILL);
    }
}
