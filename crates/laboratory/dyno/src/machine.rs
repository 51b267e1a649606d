//! The machine, read from `/proc` and `/sys`.

use std::{collections::BTreeMap, env, fs, thread};

use campaign::record::machine::Machine;
use procfs::{CpuInfo, Current, LoadAverage, Meminfo};
use rustix::process::{Resource, getrlimit};

use crate::conditions::throttling;

/// The flag of a process's personality that turns address-space randomisation off; its children inherit it.
const ADDR_NO_RANDOMIZE: u32 = 0x0004_0000;

/// Inspects the machine; what cannot be read stays unknown.
pub(crate) fn capture() -> Machine {
    let cpuinfo = CpuInfo::current().ok();
    let cpu = cpuinfo.as_ref();
    let memory = Meminfo::current().ok();
    let kernel = rustix::system::uname();
    Machine {
        boot_id: read("/proc/sys/kernel/random/boot_id"),
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
        cpu_quota: throttling::quota(),
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
    use super::*;

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
}
