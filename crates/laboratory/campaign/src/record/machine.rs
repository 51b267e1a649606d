//! The machine, as far as it bears on figures.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A larger share of processor time taken by other guests makes a figure doubtful.
pub const STEAL_LIMIT: f64 = 0.02;

/// What `/proc` and `/sys` say; `None` where they do not.
#[derive(Debug, Clone, Serialize, JsonSchema, Deserialize)]
pub struct Machine {
    pub processor: String,
    /// Processors that this process may use.
    pub processors: usize,
    pub memory_kb: u64,
    pub memory_available_kb: u64,
    pub kernel: String,
    /// Load averages of 1, 5 and 15 minutes before the first trial.
    pub load_before: [f32; 3],
    /// Frequency governor of the first processor.
    pub governor: Option<String>,
    /// Whether processors may exceed their nominal frequency.
    pub turbo: Option<bool>,
    /// Whether processors share cores.
    pub smt: Option<bool>,
    /// Whether the processor says that it is virtual.
    pub hypervisor: bool,
    pub open_files_limit: Option<u64>,
    pub somaxconn: Option<u64>,
}
