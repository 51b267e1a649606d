//! What generates the load.

use campaign::{
    load_driver::LoadDriver,
    matrix::{Matrix, Metric},
    plan::Extent,
};
use clap::ValueEnum;

use super::Arguments;
use crate::tools::wrk_is_meant;

/// As the command line names it.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Drivers {
    Wrk,
    Dyno,
    Both,
}

impl Arguments {
    /// The drivers of the closed loop.
    pub(super) fn drivers(&self, matrix: &Matrix) -> Vec<LoadDriver> {
        let mut criteria = matrix.decision.criteria.iter();
        let searches = criteria.any(|criterion| criterion.metric == Metric::CapacityPerS);
        let drivers = match self.driver {
            Some(asked) => asked,
            None if self.study => Drivers::Wrk,
            // The searches take the time that the second driver would.
            None if searches && self.extent() == Extent::Rule => Drivers::Dyno,
            None if wrk_is_meant() => Drivers::Both,
            None => Drivers::Dyno,
        };
        match drivers {
            Drivers::Wrk => vec![LoadDriver::Wrk],
            Drivers::Dyno => vec![LoadDriver::Dyno],
            Drivers::Both => vec![LoadDriver::Wrk, LoadDriver::Dyno],
        }
    }
}
