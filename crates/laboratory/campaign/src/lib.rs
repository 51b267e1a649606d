//! What a campaign is, from the matrix to the reports.
//!
//! Data flows one way, one module per step:
//!
//! 1. [`matrix`]: `dyno.toml`, the contenders, scenarios, load and decision rule.
//! 2. [`plan`]: which cell is measured when, and by which commands. Made before anything runs.
//! 3. The program `dyno` measures each trial and hands over a [`record::outcome::TrialOutcome`].
//! 4. [`record`]: the campaign's folder. Samples are appended and never rewritten.
//! 5. [`analysis`]: summaries, verdicts and the decision.
//! 6. [`report`]: terminal, CSV, Markdown and HTML.
//!
//! Nothing here starts a process, opens a socket or reads a clock, so that everything after the
//! measurement can be reproduced from the campaign's folder alone, byte for byte, on another
//! machine. The manifest and `clippy.toml` hold this.

pub mod analysis;
pub mod driver_output;
pub mod error;
pub mod human;
pub mod load_driver;
pub mod matrix;
pub mod name;
pub mod plan;
pub mod record;
pub mod report;
mod seconds;
mod table;
pub mod text;
mod threads;

pub use error::Error;
