//! A look at the machine and the server: one when a window begins, one when it has ended.

use std::{collections::HashMap, time::Duration};

use campaign::record::{conditions::Conditions, outcome::TreeUsage};
use procfs::process::Stat;

use super::server::Server;
use crate::{
    conditions::{
        self,
        cost::CpuTime,
        foreign::Snapshot,
        threads,
        throttling::{self, Quotas},
    },
    process::tree::Reading,
};

/// What was there at that moment.
pub(super) struct Look {
    machine: Snapshot,
    /// What the server has used.
    used: Reading,
    major_faults: u64,
    /// CPU time of each of its threads, in ticks.
    threads: HashMap<i32, u64>,
    quotas: Quotas,
    /// The CPU time that looking took.
    cost: Duration,
}

impl Look {
    pub(super) fn take(server: &Server) -> anyhow::Result<Self> {
        let begun = CpuTime::now();
        let machine = Snapshot::take()?;
        let server = server.among(&machine.processes);
        let (threads, quotas) = (threads::read(&server), throttling::read(&server));
        let (major_faults, used) = (major_faults(&server), Reading::of(server));
        Ok(Self { machine, used, major_faults, threads, quotas, cost: begun.elapsed() })
    }

    /// What else happened on the machine since then.
    pub(super) fn conditions_since(&self, then: &Self) -> Conditions {
        Conditions {
            observing_cpu_s: Some((then.cost + self.cost).as_secs_f64()),
            ..conditions::between(&then.machine, &self.machine)
        }
    }

    /// What the server, which may use so many CPUs, has used since then.
    pub(super) fn usage_since(self, then: &Self, processors: usize) -> TreeUsage {
        TreeUsage {
            window_cpu_s: (self.used.cpu_s - then.used.cpu_s).max(0.0),
            busiest_thread_s: threads::busiest_s(&then.threads, &self.threads),
            throttled_share: throttling::share_between(&then.quotas, &self.quotas),
            major_faults: self.major_faults.saturating_sub(then.major_faults),
            processors,
            processes: self.used.processes,
        }
    }
}

/// The pages that these processes, and the children that they have waited for, had to read from a disk.
fn major_faults(processes: &[Stat]) -> u64 {
    processes.iter().map(|process| process.majflt + process.cmajflt).sum()
}
