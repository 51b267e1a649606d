//! The limiter: what kept a figure from being higher, by the evidence of its window.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// From this share on a CPU, or all of them, count as used up, 0 to 1.
const USED_UP: f64 = 0.9;
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

/// What a window shows of its limiter.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Evidence {
    /// Something disturbed the window.
    pub(super) disturbed: bool,
    /// The share of the CPUs allowed to it that the server used, 0 to 1.
    pub(super) server: Option<f64>,
    /// The share of one CPU that the server's busiest thread used, 0 to 1.
    pub(super) thread: Option<f64>,
    /// Pages a second that the server had to wait for.
    pub(super) pages_per_s: Option<f64>,
    /// The driver used nearly all the CPU time it could.
    pub(super) driver_bound: bool,
    /// The share of the connections with a request under way, by Little's law, 0 to about 1.
    pub(super) connections: Option<f64>,
}

impl Limiter {
    /// The limiter that the evidence names; the first that applies, from the outside in.
    pub(super) fn of(evidence: Evidence) -> Self {
        let used_up = |share: Option<f64>| share.is_some_and(|share| share >= USED_UP);
        if evidence.disturbed {
            Self::Foreign
        } else if used_up(evidence.server) {
            Self::Server
        } else if used_up(evidence.thread) {
            Self::Thread
        } else if evidence.pages_per_s.is_some_and(|pages| pages > PAGING) {
            Self::Memory
        } else if evidence.driver_bound
            || evidence.connections.is_some_and(|share| share < KEPT_BUSY)
        {
            Self::Driver
        } else {
            Self::Waiting
        }
    }

    /// Whether the contender can do more than its figure shows.
    #[must_use]
    pub fn is_lower_bound(self) -> bool {
        matches!(self, Self::Foreign | Self::Driver)
    }

    /// Its word in `samples.csv`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Foreign => "foreign",
            Self::Server => "server",
            Self::Thread => "thread",
            Self::Memory => "memory",
            Self::Driver => "driver",
            Self::Waiting => "waiting",
        }
    }
}

/// The share of its connections that a closed loop kept busy, by Little's law: throughput in requests per second times
/// mean latency in microseconds, over connections. `None` where too few requests finished to tell: those under way at
/// the window's end are in neither figure.
pub(super) fn connections_busy(
    requests: u64,
    requests_per_s: f64,
    mean_us: f64,
    connections: u32,
) -> Option<f64> {
    let connections = f64::from(connections);
    (requests as f64 >= 10.0 * connections).then(|| requests_per_s * mean_us / 1e6 / connections)
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
            (Limiter::Thread, Evidence { thread: Some(0.95), driver_bound: true, ..idle }),
            (Limiter::Memory, Evidence { pages_per_s: Some(900.0), ..idle }),
            (Limiter::Driver, Evidence { driver_bound: true, ..idle }),
            (Limiter::Driver, Evidence { connections: Some(0.5), ..idle }),
            (Limiter::Foreign, Evidence { disturbed: true, server: Some(0.95), ..idle }),
        ];
        for (limiter, evidence) in cases {
            assert_eq!(Limiter::of(evidence), limiter, "{evidence:?}");
        }
    }

    #[test]
    fn a_closed_loop_keeps_as_many_connections_busy_as_littles_law_says() {
        let busy = connections_busy(10_000, 1000.0, 60_000.0, 120).unwrap();
        assert!((busy - 0.5).abs() < 1e-9, "{busy}");
        assert_eq!(connections_busy(240, 80.0, 1_500_000.0, 120), None);
    }
}
