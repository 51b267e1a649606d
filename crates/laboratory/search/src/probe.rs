//! A probe, and what was seen in it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Limit, Objective, belief::OVERLOAD};

/// Fewer late requests may be bad luck.
const LEAST_OVERLOAD: u64 = 5;

/// A window at a constant rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Probe {
    /// Which one of the search it is, from 1.
    pub number: u32,
    /// Requests per second.
    pub rate: f64,
    /// How long requests are sent before any counts: by then the queue has the length that belongs
    /// to the rate.
    pub lead_in: Duration,
    /// How long requests are sent that count.
    pub duration: Duration,
    /// It is to confirm the answer.
    pub confirms: bool,
}

/// What was seen in a probe. Nothing that was due in its lead-in is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Requests that were due, whether they were answered or not.
    pub due: u64,
    /// Of these, the ones that each limit of the objective was broken by: answered later, or not at
    /// all. In the order of [`Objective::limits`].
    pub beyond: Vec<u64>,
    /// A wrong answer, an error, an unsent request, in words: the probe fails for it.
    pub fault: Option<String>,
    /// The driver, or the machine beside the server, could not keep up: a miss is not the server's.
    pub driver_late: bool,
}

impl Seen {
    /// Why the probe failed, in words; `None` if it passed.
    #[must_use]
    pub fn failure(&self, objective: &Objective) -> Option<String> {
        if let Some(fault) = &self.fault {
            return Some(fault.clone());
        }
        let (limit, share) = self.worst(objective);
        let percent = 100.0 * share;
        let digits = usize::from(percent < 10.0);
        (share > limit.percentile.share_beyond())
            .then(|| format!("{percent:.digits$} % of the answers came later than {limit} allows"))
    }

    /// How many late requests, of those that are due in a probe, show that it is overloaded: more of
    /// them tell the search nothing.
    #[must_use]
    pub fn overload(objective: &Objective, probe_requests: f64) -> u64 {
        let share = objective.strictest().percentile.share_beyond() + OVERLOAD;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count of requests, not below 0"
        )]
        let late = (probe_requests * share).ceil() as u64;
        late.max(LEAST_OVERLOAD)
    }

    /// The limit that is the closest to being missed, and the share of requests beyond it.
    pub(crate) fn worst(&self, objective: &Objective) -> (Limit, f64) {
        let shares = self.beyond.iter().map(|&beyond| beyond as f64 / self.due.max(1) as f64);
        let closeness = |(limit, share): &(Limit, f64)| share / limit.percentile.share_beyond();
        let pairs = objective.limits().iter().copied().zip(shares);
        let worst = pairs.max_by(|one, other| closeness(one).total_cmp(&closeness(other)));
        worst.unwrap_or((objective.strictest(), 0.0))
    }
}
