//! A row of `probes.csv`: what a window of a search saw at its rate. Only this module knows its columns.

mod counts;

use std::time::Duration;

use schemars::JsonSchema;
use search::{Percentile, Probe, Seen};
use serde::{Deserialize, Serialize};

use super::{conditions::Conditions, sample::TrialId};
use crate::{
    driver_output::Measurement,
    name::{Name, PathBelow},
    plan::Point,
    text::plain,
};

/// What a probe hands over to be recorded.
#[derive(Debug, Clone)]
pub struct ProbeOutcome {
    /// Its rate and its length.
    pub probe: Probe,
    /// What the search is told of it.
    pub seen: Seen,
    /// Whether the objective was met.
    pub passed: bool,
    /// What the driver saw.
    pub window: Measurement,
    /// CPU time of the server's tree meanwhile, in seconds.
    pub server_cpu_s: Option<f64>,
    /// What else happened on the machine meanwhile.
    pub conditions: Conditions,
}

/// See the module. Missing figures are empty.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "columns of a table")]
pub struct ProbeRow {
    /// The round of its trial, from 1.
    pub round: u32,
    /// The trial's place in its round, from 1.
    pub order: usize,
    /// From 1: how often the cell was measured in this round.
    pub attempt: usize,
    /// The contender.
    pub contender: Name,
    /// The scenario.
    pub scenario: Name,
    /// The probe's place in its search, from 1. A disturbed one and its repetition share it.
    pub number: u32,
    /// A longer window, by which the search confirms what it found.
    pub confirms: bool,
    /// Requests per second that were due.
    pub rate: f64,
    /// How long answers were not counted at first, in seconds.
    pub lead_in_s: f64,
    /// How long answers counted, in seconds.
    pub duration_s: f64,
    /// Requests that were due and count.
    pub due: u64,
    /// Answers to them.
    pub answers: u64,
    /// Median latency of these answers in microseconds, from when a request was due.
    pub p50_us: Option<f64>,
    /// 75th percentile, likewise.
    pub p75_us: Option<f64>,
    /// 90th percentile, likewise.
    pub p90_us: Option<f64>,
    /// 95th percentile, likewise.
    pub p95_us: Option<f64>,
    /// 99th percentile, likewise.
    pub p99_us: Option<f64>,
    /// 99.9th percentile, likewise.
    pub p999_us: Option<f64>,
    /// Longest latency in microseconds.
    pub max_us: Option<f64>,
    /// How many of the requests were answered later than each limit of the objective, or not at all; in
    /// its order, with spaces between them.
    #[serde(with = "counts")]
    #[schemars(with = "String")]
    pub beyond: Vec<u64>,
    /// Whether the objective was met.
    pub passed: bool,
    /// What went wrong but for latency, as a sentence: a wrong answer, an error, an unsent request.
    pub fault: String,
    /// The window was cut short, because the objective was missed by far: latencies are lower bounds.
    #[serde(default)]
    pub ended_early: bool,
    /// Requests that were due and never sent.
    pub unsent: u64,
    /// Errors on the sockets.
    pub errors: u64,
    /// How late the driver itself was with requests that it could have sent, in microseconds.
    pub driver_lateness_p99_us: Option<f64>,
    /// The driver was so late that the rate says nothing of the server.
    pub driver_late: bool,
    /// CPU time of the server's tree, in seconds.
    pub server_cpu_s: Option<f64>,
    /// CPU time of the driver, in seconds.
    pub driver_cpu_s: Option<f64>,
    /// The share of CPU time that foreign processes took, as in `samples.csv`.
    pub foreign_share: Option<f64>,
    /// The share of CPU time that the hypervisor gave to other guests, 0 to 1.
    pub stolen_share: Option<f64>,
    /// Something disturbed the probe. It was repeated, unless the campaign was measured with
    /// `--even-if-busy`.
    pub disturbed: bool,
    /// The most connections that were open at once.
    pub peak_connections: Option<u64>,
    /// What was different from the plan's load, where that varies.
    #[serde(default)]
    pub point: Option<Point>,
    /// The folder of its trial below the campaign's.
    pub folder: PathBelow,
}

impl ProbeRow {
    /// The row of a probe.
    #[must_use]
    pub fn new(id: TrialId, outcome: &ProbeOutcome) -> Self {
        let ProbeOutcome { probe, seen, window, conditions, .. } = outcome;
        let (latency, errors) = (&window.latency, window.errors);
        let pace = window.pace.as_ref();
        Self {
            round: id.round,
            order: id.order,
            attempt: id.attempt,
            contender: id.cell.contender.clone(),
            scenario: id.cell.scenario.clone(),
            number: probe.number,
            confirms: probe.confirms,
            rate: probe.rate,
            lead_in_s: probe.lead_in.as_secs_f64(),
            duration_s: probe.duration.as_secs_f64(),
            due: seen.due,
            answers: window.requests,
            p50_us: latency.p50,
            p75_us: latency.p75,
            p90_us: latency.p90,
            p95_us: latency.p95,
            p99_us: latency.p99,
            p999_us: latency.p999,
            max_us: latency.max,
            beyond: seen.beyond.clone(),
            passed: outcome.passed,
            fault: plain(seen.fault.as_deref().unwrap_or_default()),
            ended_early: pace.is_some_and(|pace| pace.gave_up),
            unsent: pace.map_or(0, |pace| pace.unsent),
            errors: errors.connect + errors.read + errors.write + errors.timeout,
            driver_lateness_p99_us: pace.map(|pace| pace.lateness_us.p99),
            driver_late: seen.driver_late,
            server_cpu_s: outcome.server_cpu_s,
            driver_cpu_s: window.cpu_s,
            foreign_share: conditions.foreign_share,
            stolen_share: conditions.stolen_share,
            disturbed: conditions.disturbance().is_some(),
            peak_connections: window.peak_connections,
            point: id.cell.point,
            folder: id.folder(),
        }
    }

    /// What the search was asked and told, so that it can go on from here.
    ///
    /// # Errors
    /// A length in the row is none.
    pub fn replayed(&self) -> anyhow::Result<(Probe, Seen)> {
        let probe = Probe {
            number: self.number,
            rate: self.rate,
            lead_in: Duration::try_from_secs_f64(self.lead_in_s)?,
            duration: Duration::try_from_secs_f64(self.duration_s)?,
            confirms: self.confirms,
        };
        let seen = Seen {
            due: self.due,
            beyond: self.beyond.clone(),
            fault: Some(self.fault.clone()).filter(|fault| !fault.is_empty()),
            driver_late: self.driver_late,
        };
        Ok((probe, seen))
    }

    /// A percentile of its latencies in microseconds. A window that ended early had a queue that grew: at
    /// its end the percentile would have been the longest latency so far, or more.
    #[must_use]
    pub fn latency(&self, percentile: Percentile) -> Option<f64> {
        if self.ended_early {
            return self.max_us;
        }
        match percentile {
            Percentile::P50 => self.p50_us,
            Percentile::P75 => self.p75_us,
            Percentile::P90 => self.p90_us,
            Percentile::P95 => self.p95_us,
            Percentile::P99 => self.p99_us,
            Percentile::P999 => self.p999_us,
        }
    }
}
