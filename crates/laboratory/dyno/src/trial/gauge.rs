//! What reads memory and CPU of the server's whole process tree.

pub(crate) mod procfs_tree;

use super::server::Server;
use serde::{Deserialize, Serialize};

/// One reading of a process tree.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reading {
    /// CPU time that the tree has used since its start, user and system, in seconds.
    pub(crate) cpu_s: f64,
    /// Each live process of the tree, its root first.
    pub(crate) processes: Vec<ProcessReading>,
}

/// One process of the tree.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ProcessReading {
    pub(crate) pid: i32,
    pub(crate) name: String,
    /// The most memory that it has held at once (`VmHWM`), in KiB.
    pub(crate) peak_rss_kb: u64,
    /// CPU time since its start, user and system, in seconds.
    pub(crate) cpu_s: f64,
}

impl Reading {
    /// The sum of the processes' peaks in KiB: an upper bound of the tree's peak, since peaks need not coincide
    /// and shared pages count once a process.
    pub(crate) fn peak_rss_tree_kb(&self) -> u64 {
        self.processes.iter().map(|process| process.peak_rss_kb).sum()
    }
}

/// A way to read a process tree.
pub(crate) trait Gauge {
    /// Reads all processes of the server.
    fn read(&self, server: &Server) -> anyhow::Result<Reading>;
}
