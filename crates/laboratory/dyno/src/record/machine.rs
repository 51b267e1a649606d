//! The machine, as far as it bears on figures, and what of it would disturb a measurement.

use std::{env, fs, thread, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// More waiting processes than this before the start, and something else runs.
const LOAD_LIMIT: f32 = 0.5;
/// A larger share of processor time taken by other guests makes a figure doubtful.
pub(crate) const STEAL_LIMIT: f64 = 0.02;
/// The flag of a process's personality that turns address-space randomisation off; its children inherit it.
const ADDR_NO_RANDOMIZE: u32 = 0x0004_0000;
/// What the servers, the driver and the files of a campaign need.
const MEMORY_NEEDED_KB: u64 = 2 * 1024 * 1024;

/// What `/proc` and `/sys` say; `None` where they do not.
#[derive(Debug, Clone, Serialize, JsonSchema, Deserialize)]
pub(crate) struct Machine {
    pub(crate) processor: String,
    /// Processors that this process may use.
    pub(crate) processors: usize,
    pub(crate) memory_kb: u64,
    pub(crate) memory_available_kb: u64,
    pub(crate) kernel: String,
    /// Load averages of 1, 5 and 15 minutes before the first trial.
    pub(crate) load_before: [f32; 3],
    /// Frequency governor of the first processor.
    pub(crate) governor: Option<String>,
    /// Whether processors may exceed their nominal frequency.
    pub(crate) turbo: Option<bool>,
    /// Whether processors share cores.
    pub(crate) smt: Option<bool>,
    /// Whether the processor says that it is virtual.
    pub(crate) hypervisor: bool,
    pub(crate) open_files_limit: Option<u64>,
    pub(crate) somaxconn: Option<u64>,
    /// Whether fresh processes get a memory layout of their own, so that rounds sample layouts.
    #[serde(default)]
    pub(crate) address_space_randomisation: Option<bool>,
}

/// Something that would disturb a measurement, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Disturbance {
    pub(crate) what: String,
    pub(crate) remedy: &'static str,
}

impl Machine {
    /// Looks around.
    pub(crate) fn capture() -> Self {
        let cpuinfo = read("/proc/cpuinfo").unwrap_or_default();
        let cpu = |name: &str| field(&cpuinfo, name);
        let meminfo = read("/proc/meminfo").unwrap_or_default();
        let memory =
            |name: &str| field(&meminfo, name)?.strip_suffix(" kB").and_then(|kb| kb.parse().ok());
        let kernel = rustix::system::uname();
        Self {
            // ARM names parts by number and no model.
            processor: cpu("model name").unwrap_or(env::consts::ARCH).to_owned(),
            processors: thread::available_parallelism().map_or(1, usize::from),
            memory_kb: memory("MemTotal").unwrap_or(0),
            memory_available_kb: memory("MemAvailable").unwrap_or(0),
            kernel: format!(
                "{} {}",
                kernel.sysname().to_string_lossy(),
                kernel.release().to_string_lossy()
            ),
            load_before: load_average(),
            governor: read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
            turbo: read("/sys/devices/system/cpu/cpufreq/boost").map(|boost| boost == "1").or_else(
                || read("/sys/devices/system/cpu/intel_pstate/no_turbo").map(|off| off == "0"),
            ),
            smt: read("/sys/devices/system/cpu/smt/active").map(|active| active == "1"),
            hypervisor: cpu("flags")
                .is_some_and(|flags| flags.split(' ').any(|flag| flag == "hypervisor")),
            open_files_limit: rustix::process::getrlimit(rustix::process::Resource::Nofile).current,
            somaxconn: read("/proc/sys/net/core/somaxconn").and_then(|text| text.parse().ok()),
            address_space_randomisation: randomisation(
                read("/proc/self/personality").as_deref(),
                read("/proc/sys/kernel/randomize_va_space").as_deref(),
            ),
        }
    }

    /// What would disturb a measurement with so many connections.
    pub(crate) fn disturbances(&self, connections: u32) -> Vec<Disturbance> {
        let connections = u64::from(connections);
        let mut found = Vec::new();
        let mut note = |disturbs: bool, what: String, remedy| {
            if disturbs {
                found.push(Disturbance { what, remedy });
            }
        };
        let load = self.load_before[0];
        note(
            load > LOAD_LIMIT,
            format!("the load average is {load:.2}"),
            "stop what else runs, or wait a minute",
        );
        note(
            self.governor.as_ref().is_some_and(|governor| governor != "performance"),
            format!("the frequency governor is `{}`", self.governor.as_deref().unwrap_or_default()),
            "choose `performance`: sudo cpupower frequency-set --governor performance",
        );
        note(
            self.turbo == Some(true),
            "turbo is on, so that speed depends on heat".to_owned(),
            "turn it off in the firmware or under /sys/devices/system/cpu, or let the rounds average it",
        );
        note(
            self.processors < 2,
            "server and driver share a single processor".to_owned(),
            "measure on a machine with two or more",
        );
        note(
            self.hypervisor,
            "the machine is virtual: other guests may slow it".to_owned(),
            "trust ratios within a campaign only, or measure on a machine of your own",
        );
        note(
            self.memory_available_kb < MEMORY_NEEDED_KB,
            format!("{} MiB of memory are available", self.memory_available_kb / 1024),
            "free memory: servers that swap are not measured",
        );
        note(
            self.open_files_limit.is_some_and(|limit| limit < 2 * connections + 64),
            format!("{} files may be open at once", self.open_files_limit.unwrap_or(0)),
            "raise the limit: ulimit -n 4096",
        );
        note(
            self.somaxconn.is_some_and(|most| most < connections),
            format!("a socket queues {} connections at most", self.somaxconn.unwrap_or(0)),
            "raise it: sudo sysctl net.core.somaxconn=4096",
        );
        note(
            self.address_space_randomisation == Some(false),
            "address-space randomisation is off, so that every round has the same memory layout"
                .to_owned(),
            "turn it on: sudo sysctl kernel.randomize_va_space=2, and start dyno without setarch",
        );
        found
    }
}

/// Processor time since the start of the machine, in ticks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ProcessorTime {
    stolen: u64,
    all: u64,
}

impl ProcessorTime {
    /// Reads `/proc/stat`.
    pub(crate) fn now() -> Self {
        read("/proc/stat").map(|text| Self::parse(&text)).unwrap_or_default()
    }

    fn parse(text: &str) -> Self {
        let first = text.lines().next().unwrap_or_default();
        let ticks: Vec<u64> =
            first.split_whitespace().skip(1).map(|word| word.parse().unwrap_or(0)).collect();
        // user, nice, system, idle, iowait, irq, softirq, steal; guests' time is part of user and nice.
        Self { stolen: ticks.get(7).copied().unwrap_or(0), all: ticks.iter().take(8).sum() }
    }

    /// The share of all processor time since then that the hypervisor gave to others, 0 to 1.
    pub(crate) fn stolen_since(self, then: Self) -> f64 {
        let all = self.all.saturating_sub(then.all);
        if all == 0 { 0.0 } else { self.stolen.saturating_sub(then.stolen) as f64 / all as f64 }
    }

    /// The stolen share of the second to come.
    pub(crate) fn stolen_in_a_second() -> f64 {
        let then = Self::now();
        thread::sleep(Duration::from_secs(1));
        Self::now().stolen_since(then)
    }
}

/// Load averages of 1, 5 and 15 minutes.
fn load_average() -> [f32; 3] {
    let text = read("/proc/loadavg").unwrap_or_default();
    let mut words = text.split(' ').map(|word| word.parse().unwrap_or(0.0));
    [(); 3].map(|()| words.next().unwrap_or(0.0))
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

/// The value of a line `name : value`.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == name).then(|| value.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stolen_share_is_of_all_time_between_two_readings() {
        let then = ProcessorTime::parse("cpu  100 0 100 800 0 0 0 10 50 0\ncpu0 1 1");
        let now = ProcessorTime::parse("cpu  150 0 120 820 0 0 0 20 99 0\ncpu0 1 1");
        assert!((now.stolen_since(then) - 0.1).abs() < 1e-9);
        assert!(then.stolen_since(then).abs() < 1e-9);
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
    fn a_quiet_machine_has_no_disturbances_and_each_kind_comes_with_its_remedy() {
        let quiet = Machine {
            processor: String::new(),
            processors: 8,
            memory_kb: 1 << 24,
            memory_available_kb: 1 << 23,
            kernel: String::new(),
            load_before: [0.1; 3],
            governor: Some("performance".to_owned()),
            turbo: Some(false),
            smt: Some(true),
            hypervisor: false,
            open_files_limit: Some(1024),
            somaxconn: Some(4096),
            address_space_randomisation: Some(true),
        };
        assert_eq!(quiet.disturbances(120), []);
        let bad = Machine {
            processors: 1,
            memory_available_kb: 1,
            load_before: [3.0; 3],
            governor: Some("powersave".to_owned()),
            turbo: Some(true),
            hypervisor: true,
            open_files_limit: Some(256),
            somaxconn: Some(64),
            address_space_randomisation: Some(false),
            ..quiet
        };
        assert_eq!(bad.disturbances(120).len(), 9);
    }
}
