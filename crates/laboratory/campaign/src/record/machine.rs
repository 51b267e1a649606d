//! The machine, as far as it affects the figures.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A figure is doubtful when other guests take a larger share of CPU time than this.
pub const STEAL_LIMIT: f64 = 0.02;

/// What `/proc` and `/sys` report; `None` where they do not.
#[derive(Debug, Clone, Serialize, JsonSchema, Deserialize)]
pub struct Machine {
    /// What the kernel calls itself since it started, at random. Together with the processor it tells
    /// machines apart; in a build sandbox all of them have the same host name. `None` in campaigns
    /// that did not record it.
    #[serde(default)]
    pub boot_id: Option<String>,
    /// Model of the first processor.
    pub processor: String,
    /// CPUs that this process may use.
    pub processors: usize,
    /// Memory of the machine in KiB.
    pub memory_kb: u64,
    /// Memory available before the first trial, in KiB.
    pub memory_available_kb: u64,
    /// Name and release of the kernel.
    pub kernel: String,
    /// Load averages of 1, 5 and 15 minutes before the first trial.
    pub load_before: [f32; 3],
    /// Frequency governor of the first CPU.
    pub governor: Option<String>,
    /// Whether CPUs may exceed their nominal frequency.
    pub turbo: Option<bool>,
    /// Whether CPUs share cores.
    pub smt: Option<bool>,
    /// Whether the CPU reports that it is virtual.
    pub hypervisor: bool,
    /// Files that a process may have open at once; `None` for no limit.
    pub open_files_limit: Option<u64>,
    /// Connections that a listening socket queues at most.
    pub somaxconn: Option<u64>,
    /// Whether fresh processes get a memory layout of their own, so that rounds sample layouts.
    #[serde(default)]
    pub address_space_randomisation: Option<bool>,
    /// The soft limits that servers and drivers inherit, by their names in `prlimit`, in bytes, seconds or a count;
    /// what is not limited is left out. `None` in campaigns that did not record them.
    #[serde(default)]
    pub resource_limits: Option<BTreeMap<String, u64>>,
    /// How many CPUs' time the tightest CPU quota of a cgroup leaves to servers and drivers together; `None` where
    /// none is seen, and in campaigns that did not record it.
    #[serde(default)]
    pub cpu_quota: Option<f64>,
}

impl Machine {
    /// Whether it is the same machine, and was not booted in between: then anything may have changed.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        (&self.boot_id, &self.processor) == (&other.boot_id, &other.processor)
    }
}
