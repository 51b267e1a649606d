//! The figures that a decision may rest on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A figure of a cell that a decision may rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Capacity: the highest request rate at which the scenario's objective is met.
    CapacityPerS,
    /// Throughput in requests per second.
    RequestsPerS,
    /// The 99th percentile of latency, in microseconds.
    P99Us,
    /// Sum of the peaks of all processes of the server, in KiB.
    PeakRssTreeKb,
    /// CPU time of the server's tree per request, in microseconds.
    ServerCpuUsPerRequest,
}

impl Metric {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 5] = [
        Self::CapacityPerS,
        Self::RequestsPerS,
        Self::P99Us,
        Self::PeakRssTreeKb,
        Self::ServerCpuUsPerRequest,
    ];

    /// Whether a search for the capacity has the figure that counts, where there is one. The CPU time per request is that
    /// at the capacity: in a closed loop it is that of an overloaded server, and a rate that all sustain lets the fast ones
    /// sleep.
    #[must_use]
    pub fn is_of_search(self) -> bool {
        matches!(self, Self::CapacityPerS | Self::ServerCpuUsPerRequest)
    }

    /// Whether the higher figure is the better one.
    #[must_use]
    pub fn more_is_better(self) -> bool {
        matches!(self, Self::CapacityPerS | Self::RequestsPerS)
    }

    /// Its name for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::CapacityPerS => "capacity",
            Self::RequestsPerS => "throughput",
            Self::P99Us => "p99 latency",
            Self::PeakRssTreeKb => "memory of the process tree",
            Self::ServerCpuUsPerRequest => "server CPU per request",
        }
    }
}
