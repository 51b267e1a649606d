//! What could disturb a measurement on this machine, and what to do about it.

use campaign::{human::number, record::machine::Machine};

/// A higher load average before the start means that something else is running.
const LOAD_LIMIT: f32 = 0.5;
/// What the servers, the driver and the files of a campaign need.
const MEMORY_NEEDED_KB: u64 = 2 * 1024 * 1024;

/// Threads and processes that a campaign needs besides one per connection.
const PROCESSES_NEEDED: u64 = 256;

/// Something that would disturb a measurement, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Disturbance {
    pub(crate) what: String,
    pub(crate) remedy: &'static str,
}

/// What would disturb a measurement with so many connections.
pub(crate) fn of(machine: &Machine, connections: u32) -> Vec<Disturbance> {
    let connections = u64::from(connections);
    let mut found = Vec::new();
    let mut note = |disturbs: bool, what: String, remedy| {
        if disturbs {
            found.push(Disturbance { what, remedy });
        }
    };
    let load = machine.load_before[0];
    note(
        load > LOAD_LIMIT,
        format!("the load average is {load:.2}"),
        "stop other programs, or wait a minute",
    );
    note(
        machine.governor.as_ref().is_some_and(|governor| governor != "performance"),
        format!("the frequency governor is `{}`", machine.governor.as_deref().unwrap_or_default()),
        "choose `performance`: sudo cpupower frequency-set --governor performance",
    );
    note(
        machine.turbo == Some(true),
        "turbo is on, so speed depends on temperature".to_owned(),
        "turn it off in the firmware or under /sys/devices/system/cpu, or let the rounds average it out",
    );
    note(
        machine.processors < 2,
        "server and driver share a single CPU".to_owned(),
        "measure on a machine with two or more",
    );
    note(
        machine.cpu_quota.is_some(),
        format!(
            "a CPU quota leaves {} CPUs to server and driver together",
            number(machine.cpu_quota.unwrap_or_default())
        ),
        "lift it, or measure elsewhere: whoever uses it up is stopped until the next period",
    );
    note(
        machine.hypervisor,
        "the machine is virtual: other guests may slow it down".to_owned(),
        "trust only ratios within a campaign, or measure on dedicated hardware",
    );
    note(
        machine.memory_available_kb < MEMORY_NEEDED_KB,
        format!("only {} MiB of memory are available", machine.memory_available_kb / 1024),
        "free memory: servers that swap are not measured",
    );
    note(
        machine.open_files_limit.is_some_and(|limit| limit < 2 * connections + 64),
        format!("the open-file limit is {}", machine.open_files_limit.unwrap_or(0)),
        "raise the limit: ulimit -n 4096",
    );
    note(
        machine.somaxconn.is_some_and(|most| most < connections),
        format!("a socket queues at most {} connections", machine.somaxconn.unwrap_or(0)),
        "raise it: sudo sysctl net.core.somaxconn=4096",
    );
    note(
        machine.address_space_randomisation == Some(false),
        "address-space randomisation is off, so every round has the same memory layout".to_owned(),
        "turn it on: sudo sysctl kernel.randomize_va_space=2, and start dyno without setarch",
    );
    found.extend(limits(machine.resource_limits.iter().flatten(), connections));
    found
}

/// Resource limits that change what a server or a driver can do.
fn limits<'m>(
    limits: impl Iterator<Item = (&'m String, &'m u64)>,
    connections: u64,
) -> impl Iterator<Item = Disturbance> {
    limits.filter_map(move |(name, &limit)| {
        let (what, remedy) = match name.as_str() {
            "as" => (
                format!("address space is limited to {} MiB", limit >> 20),
                "lift the limit: ulimit -v unlimited",
            ),
            "data" => (
                format!("data segments are limited to {} MiB", limit >> 20),
                "lift the limit: ulimit -d unlimited",
            ),
            "cpu" => {
                (format!("CPU time is limited to {limit} s"), "lift the limit: ulimit -t unlimited")
            }
            "fsize" => (
                format!("files are limited to {} MiB", limit >> 20),
                "lift the limit: ulimit -f unlimited",
            ),
            "nproc" if limit < connections + PROCESSES_NEEDED => {
                (format!("a user may run {limit} processes"), "raise the limit: ulimit -u 4096")
            }
            _ => return None,
        };
        Some(Disturbance { what, remedy })
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn limited(limits: &[(&str, u64)]) -> BTreeMap<String, u64> {
        limits.iter().map(|&(name, limit)| (name.to_owned(), limit)).collect()
    }

    #[test]
    fn a_quiet_machine_has_no_disturbances_and_each_kind_comes_with_its_remedy() {
        let quiet = Machine {
            boot_id: None,
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
            resource_limits: Some(limited(&[("stack", 8 << 20), ("nproc", 95_000)])),
            cpu_quota: None,
        };
        assert_eq!(of(&quiet, 120), []);
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
            resource_limits: Some(limited(&[("as", 100_000 << 10), ("nproc", 30)])),
            cpu_quota: Some(1.5),
            ..quiet
        };
        let found = of(&bad, 120);
        assert_eq!(found.len(), 12);
        let what: Vec<&str> = found.iter().map(|it| it.what.as_str()).collect();
        assert!(what.contains(&"address space is limited to 97 MiB"), "{what:?}");
    }
}
