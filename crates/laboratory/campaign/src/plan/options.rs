//! What a campaign is asked to do.

use std::time::Duration;

use search::PRECISION;

use super::{Extent, Point};
use crate::{load_driver::LoadDriver, matrix::Load};

/// What the command line changes of the matrix.
#[derive(Debug, Clone)]
pub struct PlanOptions {
    /// The contenders to measure; empty for all but the references.
    pub contenders: Vec<String>,
    /// The scenarios to measure; empty for all.
    pub scenarios: Vec<String>,
    /// The load, the same for every cell.
    pub load: Load,
    /// The points at which every cell is measured; none where the load does not vary.
    pub points: Vec<Point>,
    /// The drivers of the closed loop.
    pub drivers: Vec<LoadDriver>,
    /// How much of the matrix is measured.
    pub extent: Extent,
    /// How close to the truth a search comes, as a share of it: 0.01 to 0.2.
    pub precision: f64,
    /// Whether trials at constant rates follow.
    pub latency: bool,
    /// For how long rounds go on until the decision is settled; `None` for a fixed number of rounds.
    pub until_decided: Option<Duration>,
    /// Whether server and driver are pinned to separate CPUs.
    pub pin: bool,
    /// Where the order of the cells comes from.
    pub seed: u64,
    /// The port that contenders listen on.
    pub port: u16,
    /// The command line, without the program's name.
    pub arguments: Vec<String>,
}

impl PlanOptions {
    /// All of a matrix under this load, in its rounds of closed loops and searches and no more; on port 5000, in the
    /// order of the seed 1.
    #[must_use]
    pub fn new(load: Load, drivers: Vec<LoadDriver>) -> Self {
        Self {
            contenders: Vec::new(),
            scenarios: Vec::new(),
            load,
            points: Vec::new(),
            drivers,
            extent: Extent::All,
            precision: PRECISION,
            latency: false,
            until_decided: None,
            pin: false,
            seed: 1,
            port: 5000,
            arguments: Vec::new(),
        }
    }
}
