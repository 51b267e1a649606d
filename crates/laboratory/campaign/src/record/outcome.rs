//! What a trial hands over to be recorded.

use std::time::Duration;

use jiff::Timestamp;

use super::{conditions::Conditions, gnu_time::TimeLine, processes::ProcessReading};
use crate::driver_output::Measurement;

/// What a trial saw.
#[derive(Debug, Clone)]
pub struct TrialOutcome {
    /// Whether its figures may be used.
    pub validity: Validity,
    /// When it began.
    pub started_at: Timestamp,
    /// What the driver saw of the window; none when there was no window.
    pub window: Option<Measurement>,
    /// The server's process tree.
    pub tree: Option<TreeUsage>,
    /// GNU time's line.
    pub time: Option<TimeLine>,
    /// The number of CPUs that the driver was allowed to use.
    pub driver_processors: usize,
    /// What else happened on the machine during the window.
    pub conditions: Conditions,
    /// Whole responses that were compared with the contract during the window.
    pub checked_answers: usize,
    /// The window was too short for the server; it should be this long.
    pub longer_window: Option<Duration>,
    /// What a search found; its window is the one that confirmed it.
    pub found: Option<Found>,
}

/// What a search for a capacity found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// The highest rate at which the objective was met, in requests per second; none where even the
    /// lowest missed it.
    pub capacity_per_s: Option<f64>,
    /// The driver ended the search: the server may do more.
    pub at_least: bool,
    /// The share of the CPUs allowed to it that the server used before the first request, 0 to 1.
    pub idle_cpu_share: Option<f64>,
}

/// Whether a trial's figures may be used and, if not, why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Validity {
    /// Measured and trusted.
    Ok,
    /// Measured but not trusted, such as after broken connections.
    Invalid(String),
    /// Measured, and the contender answered wrongly.
    Wrong(String),
    /// Not measured: the contender is to blame.
    Failed(String),
    /// Not measured, because the contender took too long. It is to blame, unless the machine was disturbed.
    Late(String),
    /// The laboratory or the machine is to blame: it says nothing of the contender.
    Lost(String),
}

/// What a server's process tree used.
#[derive(Debug, Clone)]
pub struct TreeUsage {
    /// CPU time in the window, user and system, in seconds.
    pub window_cpu_s: f64,
    /// CPU time of its busiest thread in the window, in seconds.
    pub busiest_thread_s: Option<f64>,
    /// The share of the periods of its CPU quota in which it was stopped, 0 to 1; `None` where there can be no quota.
    pub throttled_share: Option<f64>,
    /// Pages of memory that it waited for in the window, because they had to be read from a disk.
    pub major_faults: u64,
    /// The number of CPUs that it was allowed to use.
    pub processors: usize,
    /// Each process at the end of the window, its first one first.
    pub processes: Vec<ProcessReading>,
}

impl TreeUsage {
    /// The sum of the processes' peaks in KiB: an upper bound of the tree's peak, because peaks
    /// need not coincide and shared pages count once per process.
    #[must_use]
    pub fn peak_rss_kb(&self) -> u64 {
        self.processes.iter().map(|process| process.peak_rss_kb).sum()
    }
}

impl TrialOutcome {
    /// A window that something disturbed is lost, if its figures would count otherwise or broken connections would be
    /// held against the contender. So is what took too long meanwhile. A wrong answer stays one.
    pub fn lose_if_disturbed(&mut self) {
        let Some(disturbance) = self.conditions.disturbance() else { return };
        match &self.validity {
            Validity::Ok | Validity::Invalid(_) => self.validity = Validity::Lost(disturbance),
            Validity::Late(reason) => {
                self.validity = Validity::Lost(format!("{disturbance}: {reason}"));
            }
            Validity::Wrong(_) | Validity::Failed(_) | Validity::Lost(_) => {}
        }
    }

    /// A failed trial.
    #[must_use]
    pub fn failed(reason: String, started_at: Timestamp) -> Self {
        Self::not_measured(Validity::Failed(reason), started_at)
    }

    /// A trial that the laboratory lost before its window.
    #[must_use]
    pub fn lost(reason: String, started_at: Timestamp) -> Self {
        Self::not_measured(Validity::Lost(reason), started_at)
    }

    fn not_measured(validity: Validity, started_at: Timestamp) -> Self {
        Self {
            validity,
            started_at,
            window: None,
            tree: None,
            time: None,
            driver_processors: 0,
            conditions: Conditions::default(),
            checked_answers: 0,
            longer_window: None,
            found: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(validity: Validity, foreign: f64) -> Validity {
        let conditions = Conditions { foreign_share: Some(foreign), ..Conditions::default() };
        let nothing = TrialOutcome::failed(String::new(), Timestamp::UNIX_EPOCH);
        let mut outcome = TrialOutcome { validity, conditions, ..nothing };
        outcome.lose_if_disturbed();
        outcome.validity
    }

    #[test]
    fn on_a_disturbed_machine_what_is_late_is_lost_and_what_is_wrong_or_failed_stays_so() {
        let late = Validity::Late("not ready".to_owned());
        assert_eq!(after(late.clone(), 0.01), late);
        let lost = "other processes took 40 % of the CPU time: not ready".to_owned();
        assert_eq!(after(late, 0.4), Validity::Lost(lost));
        for blamed in [Validity::Wrong(String::new()), Validity::Failed(String::new())] {
            assert_eq!(after(blamed.clone(), 0.4), blamed);
        }
    }
}
