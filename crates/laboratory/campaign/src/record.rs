//! The campaign's folder: what is written while measuring, and read again by everything after it.
//! Only this module knows the columns of `samples.csv` and `probes.csv`.

pub mod build_info;
pub mod campaign;
pub mod conditions;
mod contradiction;
pub mod environment;
mod figure;
mod files;
pub mod gnu_time;
pub mod limiter;
pub mod machine;
pub mod merge;
pub(crate) mod middle;
pub mod outcome;
pub mod part;
mod points;
pub mod probe;
pub mod processes;
mod rows;
pub mod sample;
pub mod store;
mod time;
mod trials;
pub mod writer;

/// One row per trial, good or bad.
pub const SAMPLES: &str = "samples.csv";
/// One row per window of a search, in the order of measurement; missing where nothing was searched.
pub const PROBES: &str = "probes.csv";
/// What was to be done.
pub const PLAN: &str = "plan.json";
/// Where and with what it was done.
pub const ENVIRONMENT: &str = "environment.json";
/// What a merged campaign was merged from; others have none.
pub const PARTS: &str = "parts.json";
/// What a campaign is, beside the raw output of its trials.
pub const RECORD: [&str; 3] = [PLAN, ENVIRONMENT, SAMPLES];
/// The server's processes, in the trial's folder.
const PROCESSES: &str = "processes.json";
