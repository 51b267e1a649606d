//! Capacity: how many requests per second a contender answers within an objective, as searched for in every round; and
//! what the same probes say of other objectives, without measuring again.

mod counted;
mod curve;

use std::time::Duration;

use schemars::JsonSchema;
use search::{Limit, Objective};
use serde::Serialize;

use crate::{
    load_driver::LoadDriver,
    matrix::{Metric, Scenario},
    plan::Point,
    record::{campaign::Campaign, probe::ProbeRow, sample::Sample},
    table::thousandths,
};

use curve::{Crossing, Curve};

/// Other limits that the probes are asked about.
const LIMITS: [Duration; 4] = [
    Duration::from_millis(10),
    Duration::from_millis(20),
    Duration::from_millis(50),
    Duration::from_millis(100),
];

/// What the searches of a contender in a scenario found.
#[derive(Debug, Clone)]
pub struct Searched {
    /// The scenario.
    pub scenario: String,
    /// The contender.
    pub contender: String,
    /// The limit that curve and other objectives are about: that at the highest percentile.
    pub limit: Limit,
    /// The capacity within the scenario's objective.
    pub capacity: Capacity,
    /// The capacity within other objectives, the shortest latency first.
    pub others: Vec<Capacity>,
    /// Requests per second and latency in microseconds, at the limit's percentile, of each probe.
    pub probes: Vec<Probed>,
    /// A line through those that count, which never falls.
    pub line: Vec<(f64, f64)>,
}

/// A probe on the curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Probed {
    /// Requests per second.
    pub rate: f64,
    /// Latency in microseconds.
    pub us: f64,
    /// It is a latency of the server at this rate: no request failed, the driver kept up, and nothing
    /// disturbed the probe, or its trial counts nevertheless.
    pub sound: bool,
    /// Something disturbed the probe.
    pub disturbed: bool,
}

/// A row of `capacity.csv`: the capacity of a contender in a scenario within an objective.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Capacity {
    /// The scenario.
    pub scenario: String,
    /// The contender.
    pub contender: String,
    /// What is different from the plan's load, where that varies.
    pub point: Option<Point>,
    /// Which latency is allowed, such as `p99 ≤ 50 ms`.
    pub objective: String,
    /// Where the figure comes from.
    pub source: Source,
    /// Requests per second; none where even the lowest rate missed the objective, or nothing valid was
    /// measured.
    pub capacity_per_s: Option<f64>,
    /// Lower end of the 95 % interval; of a capacity that was searched for in three rounds.
    pub low: Option<f64>,
    /// Upper end, likewise.
    pub high: Option<f64>,
    /// The server may do more: the driver ended a search, or the highest rate that was tried met the
    /// objective.
    pub at_least: bool,
}

/// Where a capacity comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A search for this objective in every round.
    Searched,
    /// Interpolated between the probes of all rounds, which searched for another objective.
    Interpolated,
}

impl Searched {
    /// Its capacities, that within the scenario's objective first.
    pub fn rows(&self) -> impl Iterator<Item = &Capacity> {
        [&self.capacity].into_iter().chain(&self.others)
    }
}

/// Every contender in every scenario that is searched, in the plan's order.
#[must_use]
pub fn all(campaign: &Campaign) -> Vec<Searched> {
    let plan = &campaign.plan;
    let searched_in = plan.driven_scenarios().filter(|(_, driver)| *driver == LoadDriver::Search);
    let scenarios = searched_in.filter_map(|(one, _)| Some((one, one.objective.as_ref()?)));
    let probes = counted::probes(campaign);
    let of = |scenario: &Scenario, objective: &Objective, contender: &str| {
        let is_of =
            |probe: &ProbeRow| probe.contender == *contender && probe.scenario == scenario.name;
        let own: Vec<_> = probes.iter().copied().filter(|(probe, _)| is_of(probe)).collect();
        searched(campaign, &own, (scenario, objective, contender))
    };
    let mut found = Vec::new();
    for (scenario, objective) in scenarios {
        found.extend(plan.contender_names().into_iter().map(|name| of(scenario, objective, name)));
    }
    found
}

/// What the searches of a cell found, by its probes, each with whether it counts.
fn searched(
    campaign: &Campaign,
    probes: &[(&ProbeRow, bool)],
    (scenario, objective, contender): (&Scenario, &Objective, &str),
) -> Searched {
    let limit = objective.strictest();
    let counted = probes.iter().filter(|(_, counts)| *counts).map(|&(probe, _)| probe);
    let curve = Curve::through(counted, limit.percentile);
    let place = |&(probe, counts): &(&ProbeRow, bool)| {
        let us = probe.latency(limit.percentile).filter(|&us| us > 0.0)?;
        let sound = counts && probe.fault.is_empty();
        Some(Probed { rate: probe.rate, us, sound, disturbed: probe.disturbed })
    };
    let row = |objective: String| Capacity {
        scenario: scenario.name.to_string(),
        contender: contender.to_owned(),
        point: campaign.plan.deciding_point(),
        objective,
        source: Source::Interpolated,
        capacity_per_s: None,
        low: None,
        high: None,
        at_least: false,
    };
    let others = LIMITS.into_iter().filter(|&within| within != limit.within).map(|within| {
        let crossing = curve.within(within);
        Capacity {
            capacity_per_s: crossing.rate().map(thousandths),
            at_least: matches!(crossing, Crossing::AtLeast(_)),
            ..row(Limit { within, ..limit }.to_string())
        }
    });
    let samples = campaign.samples.iter().filter(|sample| {
        sample.contender == *contender
            && sample.scenario == scenario.name
            && sample.driver == LoadDriver::Search
            && sample.is_ok()
    });
    Searched {
        scenario: scenario.name.to_string(),
        contender: contender.to_owned(),
        limit,
        capacity: found(samples, row(objective.to_string())),
        others: others.collect(),
        probes: probes.iter().filter_map(place).collect(),
        line: curve.points().to_vec(),
    }
}

/// What the searches of all rounds come to.
fn found<'a>(samples: impl Iterator<Item = &'a Sample>, row: Capacity) -> Capacity {
    let samples: Vec<&Sample> = samples.collect();
    let figures: Vec<f64> =
        samples.iter().filter_map(|sample| sample.figure(Metric::CapacityPerS)).collect();
    let level = statistics::level(&figures);
    Capacity {
        source: Source::Searched,
        capacity_per_s: statistics::geometric_mean(&figures).map(thousandths),
        low: level.map(|level| thousandths(level.low)),
        high: level.map(|level| thousandths(level.high)),
        at_least: samples.iter().any(|sample| sample.capacity_at_least == Some(true)),
        ..row
    }
}
