//! The machine, read from `/proc` and `/sys`.

use std::{collections::BTreeMap, env, fs, sync::LazyLock, thread, time::Duration};

use anyhow::Context;
use campaign::record::machine::Machine;
use procfs::{CpuInfo, CpuTime, Current, CurrentSI, KernelStats, LoadAverage, Meminfo};
use rustix::process::{Resource, getrlimit};

/// The flag of a process's personality that turns address-space randomisation off; its children inherit it.
const ADDR_NO_RANDOMIZE: u32 = 0x0004_0000;

/// Inspects the machine; what cannot be read stays unknown.
pub(crate) fn capture() -> Machine {
    let cpuinfo = CpuInfo::current().ok();
    let cpu = cpuinfo.as_ref();
    let memory = Meminfo::current().ok();
    let kernel = rustix::system::uname();
    Machine {
        // ARM names parts by number and no model.
        processor: cpu.and_then(|cpu| cpu.model_name(0)).unwrap_or(env::consts::ARCH).to_owned(),
        processors: thread::available_parallelism().map_or(1, usize::from),
        memory_kb: memory.as_ref().map_or(0, |memory| memory.mem_total / 1024),
        memory_available_kb: memory.and_then(|memory| memory.mem_available).unwrap_or(0) / 1024,
        kernel: format!(
            "{} {}",
            kernel.sysname().to_string_lossy(),
            kernel.release().to_string_lossy()
        ),
        load_before: LoadAverage::current()
            .map_or([0.0; 3], |load| [load.one, load.five, load.fifteen]),
        governor: read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        turbo: read("/sys/devices/system/cpu/cpufreq/boost").map(|boost| boost == "1").or_else(
            || read("/sys/devices/system/cpu/intel_pstate/no_turbo").map(|off| off == "0"),
        ),
        smt: read("/sys/devices/system/cpu/smt/active").map(|active| active == "1"),
        hypervisor: cpu
            .and_then(|cpu| cpu.flags(0))
            .is_some_and(|flags| flags.contains(&"hypervisor")),
        open_files_limit: getrlimit(Resource::Nofile).current,
        somaxconn: read("/proc/sys/net/core/somaxconn").and_then(|text| text.parse().ok()),
        address_space_randomisation: randomisation(
            read("/proc/self/personality").as_deref(),
            read("/proc/sys/kernel/randomize_va_space").as_deref(),
        ),
        resource_limits: Some(resource_limits()),
    }
}

/// The soft limits of this process that its children inherit and that can change what a server does. The number of open
/// files has a field of its own, because dyno raises it.
fn resource_limits() -> BTreeMap<String, u64> {
    let limits = [
        ("as", Resource::As),
        ("cpu", Resource::Cpu),
        ("data", Resource::Data),
        ("fsize", Resource::Fsize),
        ("memlock", Resource::Memlock),
        ("nproc", Resource::Nproc),
        ("stack", Resource::Stack),
    ];
    let limited = limits
        .into_iter()
        .filter_map(|(name, resource)| Some((name.to_owned(), getrlimit(resource).current?)));
    limited.collect()
}

/// CPU time since the machine started, in ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
static INTERRUPTS_ARE_CHARGED: LazyLock<bool> = LazyLock::new(|| {
    procfs::kernel_config().is_ok_and(|config| !config.contains_key("CONFIG_IRQ_TIME_ACCOUNTING"))
});

impl ProcessorTime {
    /// Reads `/proc/stat`.
    pub(crate) fn now() -> anyhow::Result<Self> {
        let stat = KernelStats::current().context("cannot read /proc/stat")?;
        Ok(Self::of(&stat.total, *INTERRUPTS_ARE_CHARGED))
    }

    fn of(time: &CpuTime, interrupts_are_charged: bool) -> Self {
        let stolen = time.steal.unwrap_or(0);
        // Guests' time is part of user and nice.
        let processes = time.user + time.nice + time.system;
        let interrupts = time.irq.unwrap_or(0) + time.softirq.unwrap_or(0);
        let charged_interrupts = if interrupts_are_charged { interrupts } else { 0 };
        let busy = processes + charged_interrupts;
        let all = processes + interrupts + time.idle + time.iowait.unwrap_or(0) + stolen;
        Self { stolen, busy, charged_interrupts, all }
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

/// Whether address spaces are randomised, by this process's personality and the kernel's setting; either turns it off.
fn randomisation(personality: Option<&str>, setting: Option<&str>) -> Option<bool> {
    let by_process = personality
        .and_then(|flags| u32::from_str_radix(flags, 16).ok())
        .map(|flags| flags & ADDR_NO_RANDOMIZE == 0);
    let by_kernel = setting.map(|setting| setting != "0");
    if by_process == Some(false) {
        by_process
    } else {
        by_kernel.filter(|&on| !on || by_process.is_some())
    }
}

fn read(path: &str) -> Option<String> {
    Some(fs::read_to_string(path).ok()?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use procfs::FromReadSI;

    use super::*;

    /// All processors' time; the lines below it are not looked at, but have to be there.
    fn parsed(total: &str, interrupts_are_charged: bool) -> ProcessorTime {
        let text =
            format!("{total}\nctxt 1\nbtime 1\nprocesses 1\nprocs_running 1\nprocs_blocked 0\n");
        let stat = KernelStats::from_read(Cursor::new(text), procfs::current_system_info());
        ProcessorTime::of(&stat.unwrap().total, interrupts_are_charged)
    }

    #[test]
    fn address_spaces_are_randomised_unless_the_kernel_or_the_personality_turns_it_off() {
        let on = Some(true);
        assert_eq!(randomisation(Some("00000000"), Some("2")), on);
        assert_eq!(randomisation(Some("00040000"), Some("2")), Some(false));
        assert_eq!(randomisation(Some("00040000"), None), Some(false));
        assert_eq!(randomisation(Some("00000000"), Some("0")), Some(false));
        assert_eq!(randomisation(None, Some("0")), Some(false));
        assert_eq!(randomisation(None, Some("2")), None);
        assert_eq!(randomisation(Some("00000000"), None), None);
    }

    #[test]
    fn the_stolen_share_is_of_all_time_between_two_readings() {
        let then = parsed("cpu  100 0 100 800 0 0 0 10 50 0", true);
        let now = parsed("cpu  150 0 120 820 0 0 0 20 99 0", true);
        assert!((now.stolen_since(then) - 0.1).abs() < 1e-9);
        assert!(then.stolen_since(then).abs() < 1e-9);
        assert_eq!(now.ticks_since(then), (70, 100));
    }

    #[test]
    fn interrupts_count_only_where_the_kernel_charges_processes_for_them() {
        let busy = |charged| parsed("cpu  100 10 40 800 5 3 2 10 50 0", charged).busy;
        assert_eq!((busy(true), busy(false)), (155, 150));
    }
}
