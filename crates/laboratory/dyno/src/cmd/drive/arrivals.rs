//! How requests follow each other, as the command line names it.

use clap::ValueEnum;
use driver::Arrivals;

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(super) enum Pattern {
    /// At even intervals
    #[default]
    Even,
    /// Each independent of the others, as those of many clients
    Poisson,
}

impl Pattern {
    pub(super) fn seeded(self, seed: u64) -> Arrivals {
        match self {
            Self::Even => Arrivals::Even,
            Self::Poisson => Arrivals::Poisson { seed },
        }
    }
}
