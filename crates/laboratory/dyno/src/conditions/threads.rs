//! How busy the threads of a server are.

use std::{collections::HashMap, time::Duration};

use procfs::process::{Process, Stat};

/// The CPU time of each thread since its start, in ticks, by its id.
pub(crate) fn read(processes: &[Stat]) -> HashMap<i32, u64> {
    let mut ticks = HashMap::new();
    for process in processes {
        // A process of one thread tells of it without another reading.
        if process.num_threads <= 1 {
            ticks.insert(process.pid, process.utime + process.stime);
            continue;
        }
        // One that ends while it is read was not the busiest.
        let Ok(threads) = Process::new(process.pid).and_then(|it| it.tasks()) else { continue };
        for thread in threads.flatten() {
            if let Ok(stat) = thread.stat() {
                ticks.insert(thread.tid, stat.utime + stat.stime);
            }
        }
    }
    ticks
}

/// The CPU time in seconds that the busiest thread used between two readings; `None` if there is none.
pub(crate) fn busiest_s(then: &HashMap<i32, u64>, now: &HashMap<i32, u64>) -> Option<f64> {
    let used =
        now.iter().map(|(id, ticks)| ticks.saturating_sub(then.get(id).copied().unwrap_or(0)));
    used.max().map(|ticks| ticks as f64 / procfs::ticks_per_second() as f64)
}

/// How long the threads that these processes have now have run since their start, to the nanosecond; `None` where the
/// kernel does not say.
pub(crate) fn running_time(processes: &[Stat]) -> Option<Duration> {
    let tasks = |process: &Stat| Process::new(process.pid).and_then(|process| process.tasks());
    let all = processes.iter().flat_map(tasks).flatten();
    let times = all.flatten().filter_map(|thread| thread.schedstat().ok());
    let nanoseconds = times.map(|times| times.sum_exec_runtime).reduce(|one, other| one + other)?;
    (nanoseconds > 0).then(|| Duration::from_nanos(nanoseconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::tree;

    #[test]
    fn the_busiest_thread_is_found_among_those_of_all_processes() {
        let before = HashMap::from([(1, 100), (2, 500)]);
        let after = HashMap::from([(1, 130), (2, 510), (3, 20)]);
        let ticks = procfs::ticks_per_second() as f64;
        assert_eq!(busiest_s(&before, &after), Some(30.0 / ticks));
        assert_eq!(busiest_s(&before, &HashMap::new()), None);
    }

    #[test]
    fn every_thread_of_this_process_is_read() {
        let this = tree::this_process();
        let (done, waits) = std::sync::mpsc::channel::<()>();
        let other = std::thread::spawn(move || waits.recv());
        let all = tree::all().unwrap();
        let own: Vec<_> = all.into_iter().filter(|process| process.pid == this).collect();
        assert!(read(&own).len() >= 2);
        assert!(running_time(&own).is_none_or(|time| time > Duration::ZERO));
        drop(done);
        let _ended = other.join().unwrap();
    }
}
