//! `processes.json`: what each process of a server used.

use serde::{Deserialize, Serialize};

/// One process of a server's tree.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProcessReading {
    /// Its process id.
    pub pid: i32,
    /// Its name, as the kernel reports it.
    pub name: String,
    /// Its peak memory (`VmHWM`), in KiB.
    pub peak_rss_kb: u64,
    /// CPU time since its start, user and system, in seconds.
    pub cpu_s: f64,
}
