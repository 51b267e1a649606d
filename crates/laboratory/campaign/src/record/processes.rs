//! `processes.json`: what each process of a server took.

use serde::{Deserialize, Serialize};

/// One process of a server's tree.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProcessReading {
    /// Its process id.
    pub pid: i32,
    /// Its name, as the kernel has it.
    pub name: String,
    /// The most memory that it has held at once (`VmHWM`), in KiB.
    pub peak_rss_kb: u64,
    /// CPU time since its start, user and system, in seconds.
    pub cpu_s: f64,
}
