//! The load that the command line asks for, where it differs from the matrix's.

use std::time::Duration;

use campaign::matrix::{Load, Matrix};

use super::Arguments;
use crate::cmd::workers;

impl Arguments {
    /// The load of every cell.
    pub(super) fn load(&self, matrix: &Matrix) -> Load {
        let load = match self {
            Self { study: true, .. } => of_the_study(),
            Self { quick: true, .. } => quick(&matrix.load),
            _ => matrix.load.clone(),
        };
        Load {
            connections: self.connections.unwrap_or(load.connections),
            threads: self.threads.unwrap_or(load.threads),
            workers: self.workers.or_else(|| Some(workers::of(&load, self.pin))),
            duration: self.duration.unwrap_or(load.duration),
            warmup: self.warmup.unwrap_or(load.warmup),
            rounds: self.round.map_or(self.rounds.unwrap_or(load.rounds), |_| 1),
        }
    }
}

/// What the original study's figures were taken with. It warmed nothing up, and ran each cell once.
fn of_the_study() -> Load {
    Load {
        connections: 120,
        threads: 10,
        workers: Some(1),
        duration: Duration::from_secs(10),
        warmup: Duration::ZERO,
        rounds: 1,
    }
}

fn quick(load: &Load) -> Load {
    let (duration, warmup) = (Duration::from_secs(3), Duration::from_secs(1));
    Load { rounds: 1, duration, warmup, ..load.clone() }
}
