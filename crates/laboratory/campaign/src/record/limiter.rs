//! The limiter: what kept a figure from being higher, by the evidence of its window.

mod evidence;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(super) use evidence::Evidence;

/// From this share on a CPU, or all of them, count as used up, 0 to 1.
const USED_UP: f64 = 0.9;
/// A server that was stopped in a larger share of its quota's periods was held back by the quota, 0 to 1.
const THROTTLED: f64 = 0.5;
/// With more pages a second to be fetched from a disk, a server waits for memory.
const PAGING: f64 = 100.0;
/// A driver that keeps a smaller share of its connections busy does not ask for as much as it could, 0 to 1.
const KEPT_BUSY: f64 = 0.8;

/// What kept a figure from being higher.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Limiter {
    /// Other processes or guests of the machine: the window is disturbed.
    Foreign,
    /// A CPU quota of the server's cgroup, or of one above it, stopped the server.
    Limit,
    /// The server used up all CPUs that it may use.
    Server,
    /// One thread of the server used up a CPU while the server had others: an interpreter's lock, a single acceptor.
    Thread,
    /// The server waited for pages of its memory.
    Memory,
    /// The driver used up what was left to it, or left its connections idle: the server could do more.
    Driver,
    /// Nothing was used up: locks, sleeps, timers.
    Waiting,
}

impl Limiter {
    /// The limiter that the evidence names; the first that applies, from the outside in.
    pub(super) fn of(evidence: Evidence) -> Self {
        let used_up = |share: Option<f64>| share.is_some_and(|share| share >= USED_UP);
        if evidence.disturbed {
            Self::Foreign
        } else if evidence.throttled.is_some_and(|share| share > THROTTLED) {
            Self::Limit
        } else if used_up(evidence.server) {
            Self::Server
        } else if used_up(evidence.thread) {
            Self::Thread
        } else if evidence.pages_per_s.is_some_and(|pages| pages > PAGING) {
            Self::Memory
        } else if evidence.is_driver_bound()
            || evidence.connections.is_some_and(|share| share < KEPT_BUSY)
        {
            Self::Driver
        } else {
            Self::Waiting
        }
    }

    /// Its word in `samples.csv`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Foreign => "foreign",
            Self::Limit => "limit",
            Self::Server => "server",
            Self::Thread => "thread",
            Self::Memory => "memory",
            Self::Driver => "driver",
            Self::Waiting => "waiting",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limiter_is_what_was_used_up() {
        let idle = Evidence {
            server: Some(0.3),
            thread: Some(0.4),
            pages_per_s: Some(0.0),
            connections: Some(1.0),
            ..Evidence::default()
        };
        let cases = [
            (Limiter::Waiting, idle),
            (Limiter::Waiting, Evidence::default()),
            (Limiter::Server, Evidence { server: Some(0.95), thread: Some(0.95), ..idle }),
            (Limiter::Limit, Evidence { throttled: Some(0.9), server: Some(0.95), ..idle }),
            (Limiter::Waiting, Evidence { throttled: Some(0.3), ..idle }),
            (Limiter::Thread, Evidence { thread: Some(0.95), driver: Some(0.9), ..idle }),
            (Limiter::Memory, Evidence { pages_per_s: Some(900.0), ..idle }),
            (Limiter::Driver, Evidence { driver: Some(0.9), ..idle }),
            (Limiter::Driver, Evidence { connections: Some(0.5), ..idle }),
            (Limiter::Foreign, Evidence { disturbed: true, server: Some(0.95), ..idle }),
        ];
        for (limiter, evidence) in cases {
            assert_eq!(Limiter::of(evidence), limiter, "{evidence:?}");
        }
    }
}
