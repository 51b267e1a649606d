//! How many trials a plan has, and roughly how long they will take.

use std::time::Duration;

use super::Plan;
use crate::load_driver::LoadDriver;

/// What a trial takes besides warm-up and window (start, contract check, stop); for the estimate
/// only.
const OVERHEAD: Duration = Duration::from_millis(1500);

/// What a search for a capacity takes besides, on average over the reference campaign; for the
/// estimate only.
const SEARCH: Duration = Duration::from_secs(21);

impl Plan {
    /// How many trials a round has.
    #[must_use]
    pub fn trials_per_round(&self) -> u32 {
        self.count(|driver| !driver.comes_after())
    }

    /// How many trials the plan has, as far as it is known.
    #[must_use]
    pub fn trials(&self) -> u32 {
        self.load.rounds.saturating_mul(self.count(|driver| self.covers(driver)))
    }

    /// Whether cells of a driver are part of it. In a plan of one round, either those at constant rates are, or the others.
    fn covers(&self, driver: LoadDriver) -> bool {
        self.one_round.is_none() || self.sustained_per_s.is_some() == driver.comes_after()
    }

    fn count(&self, are_of: impl Fn(LoadDriver) -> bool) -> u32 {
        let driven = self.driven_scenarios().filter(|&(_, driver)| are_of(driver)).count();
        let cells = driven * self.contenders.len() * self.cell_points().len();
        u32::try_from(cells).unwrap_or(u32::MAX)
    }

    /// Roughly how long a trial of the closed loop will take.
    #[must_use]
    pub fn trial_estimate(&self) -> Duration {
        self.load.warmup + self.load.duration + OVERHEAD
    }

    /// Roughly how long a round will take.
    #[must_use]
    pub fn round_estimate(&self) -> Duration {
        self.time_for(|driver| !driver.comes_after())
    }

    /// Roughly how long the campaign will take; its limit, if it ends when decided.
    #[must_use]
    pub fn estimate(&self) -> Duration {
        self.time_limit().unwrap_or_else(|| {
            self.time_for(|driver| self.covers(driver)).saturating_mul(self.load.rounds)
        })
    }

    fn time_for(&self, are_of: impl Fn(LoadDriver) -> bool) -> Duration {
        let driven = self.driven_scenarios().filter(|&(_, driver)| are_of(driver));
        let each: Duration = driven
            .map(|(_, driver)| match driver {
                LoadDriver::Search => self.load.warmup + SEARCH + OVERHEAD,
                _ => self.trial_estimate(),
            })
            .sum();
        let times = self.contenders.len() * self.cell_points().len();
        each.saturating_mul(u32::try_from(times).unwrap_or(u32::MAX))
    }
}
