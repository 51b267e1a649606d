//! The program that generates the load.

pub(crate) mod dyno;
mod process;
mod stopped;
pub(crate) mod wrk;

use std::path::Path;

use campaign::{driver_output::Measurement, plan::command::Window};

use crate::process::affinity::Processors;

/// A load to be generated, and where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Drive<'a> {
    pub(crate) window: &'a Window,
    pub(crate) processors: Processors,
    /// Where the driver's own output goes; `None` for a warm-up, of which nothing is kept.
    pub(crate) output: Option<&'a Path>,
}

/// A load generator.
pub(crate) trait Driver {
    /// Drives the server for the whole window.
    fn drive(&self, drive: Drive) -> anyhow::Result<Measurement>;
}
