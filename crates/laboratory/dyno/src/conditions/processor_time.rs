//! CPU time of the CPUs that server and driver may use. Whatever runs on others is not beside them.

use std::{fs, sync::LazyLock, thread, time::Duration};

use anyhow::Context;
use rustix::thread::{CpuSet, sched_getaffinity};

/// CPU time since the machine started, in ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ProcessorTime {
    stolen: u64,
    /// What processes are charged for.
    busy: u64,
    /// The part of it that is interrupts.
    charged_interrupts: u64,
    all: u64,
}

/// Whether interrupts are charged to the processes that they interrupt. A kernel that measures them apart charges
/// nobody; where the configuration cannot be read, it is taken for one of those, so that nobody is blamed for them.
pub(super) static INTERRUPTS_ARE_CHARGED: LazyLock<bool> = LazyLock::new(|| {
    procfs::kernel_config().is_ok_and(|config| !config.contains_key("CONFIG_IRQ_TIME_ACCOUNTING"))
});

/// The CPUs that dyno may use, and so all that it starts; `None` if the kernel does not say, and then all count.
static USABLE: LazyLock<Option<CpuSet>> = LazyLock::new(|| sched_getaffinity(None).ok());

/// Whether server and driver may use the CPU of this number.
pub(super) fn is_usable(processor: usize) -> bool {
    USABLE.as_ref().is_none_or(|usable| processor < CpuSet::MAX_CPU && usable.is_set(processor))
}

impl ProcessorTime {
    /// Reads `/proc/stat`.
    pub(crate) fn now() -> anyhow::Result<Self> {
        let text = fs::read_to_string("/proc/stat").context("cannot read /proc/stat")?;
        Ok(Self::of(&text, is_usable, *INTERRUPTS_ARE_CHARGED))
    }

    /// The sum over usable CPUs: one line each, by number, since a CPU that is offline has none.
    fn of(stat: &str, is_usable: impl Fn(usize) -> bool, interrupts_are_charged: bool) -> Self {
        let mut sum = Self::default();
        for line in stat.lines() {
            let cpu = line.strip_prefix("cpu").and_then(|rest| rest.split_once(' '));
            let Some((number, ticks)) = cpu else { continue };
            if number.parse().is_ok_and(&is_usable) {
                sum.add(ticks, interrupts_are_charged);
            }
        }
        sum
    }

    fn add(&mut self, ticks: &str, interrupts_are_charged: bool) {
        let ticks: Vec<u64> = ticks.split(' ').filter_map(|it| it.parse().ok()).collect();
        let sum = |from: usize, to: usize| ticks.iter().take(to).skip(from).sum::<u64>();
        // user nice system | idle iowait | irq softirq | steal; guests' time is part of user and nice.
        let (processes, interrupts, stolen) = (sum(0, 3), sum(5, 7), sum(7, 8));
        let charged_interrupts = if interrupts_are_charged { interrupts } else { 0 };
        self.stolen += stolen;
        self.busy += processes + charged_interrupts;
        self.charged_interrupts += charged_interrupts;
        self.all += sum(0, 8);
    }

    /// The ticks since then: those that processes were charged for, and all.
    pub(crate) fn ticks_since(self, then: Self) -> (u64, u64) {
        (self.busy.saturating_sub(then.busy), self.all.saturating_sub(then.all))
    }

    /// The ticks of interrupts since then that processes were charged for.
    pub(crate) fn charged_interrupts_since(self, then: Self) -> u64 {
        self.charged_interrupts.saturating_sub(then.charged_interrupts)
    }

    /// The share of all CPU time since then that the hypervisor gave to other guests, 0 to 1.
    pub(crate) fn stolen_since(self, then: Self) -> f64 {
        let all = self.all.saturating_sub(then.all);
        if all == 0 { 0.0 } else { self.stolen.saturating_sub(then.stolen) as f64 / all as f64 }
    }

    /// The stolen share over the next second.
    pub(crate) fn stolen_in_a_second() -> anyhow::Result<f64> {
        let then = Self::now()?;
        thread::sleep(Duration::from_secs(1));
        Ok(Self::now()?.stolen_since(then))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THEN: &str = "cpu  200 0 200 1600 0 0 0 20 99 0\n\
        cpu0 100 0 100 800 0 0 0 10 50 0\n\
        cpu2 100 0 100 800 0 0 0 10 49 0\n\
        intr 1\n";

    fn all(stat: &str) -> ProcessorTime {
        ProcessorTime::of(stat, |_| true, true)
    }

    #[test]
    fn the_stolen_share_is_of_all_time_between_two_readings() {
        let then = all("cpu0 100 0 100 800 0 0 0 10 50 0");
        let now = all("cpu0 150 0 120 820 0 0 0 20 99 0");
        assert!((now.stolen_since(then) - 0.1).abs() < 1e-9);
        assert!(then.stolen_since(then).abs() < 1e-9);
        assert_eq!(now.ticks_since(then), (70, 100));
    }

    #[test]
    fn interrupts_count_only_where_the_kernel_charges_processes_for_them() {
        let stat = "cpu0 100 10 40 800 5 3 2 10 50 0";
        let busy = |charged| ProcessorTime::of(stat, |_| true, charged).busy;
        assert_eq!((busy(true), busy(false)), (155, 150));
    }

    #[test]
    fn what_happens_on_cpus_that_nobody_here_may_use_is_left_out() {
        let now = THEN.replace("cpu2 100", "cpu2 190").replace("cpu0 100", "cpu0 101");
        let since = |is_usable: fn(usize) -> bool| {
            let of = |stat| ProcessorTime::of(stat, is_usable, true);
            of(&now).ticks_since(of(THEN))
        };
        assert_eq!(since(|_| true), (91, 91));
        assert_eq!(since(|number| number == 0), (1, 1));
        assert_eq!(since(|number| number == 2), (90, 90));
    }

    #[test]
    fn every_cpu_of_this_machine_that_is_usable_is_read() {
        assert!(ProcessorTime::now().unwrap().all > 0);
    }
}
