//! Capacity: how many requests per second a contender answers within an objective, as searched for in every round; and
//! what the same probes say of other objectives, without measuring again.

mod curve;

use std::time::Duration;

use schemars::JsonSchema;
use search::{Limit, Objective};
use serde::Serialize;

use crate::{
    load_driver::LoadDriver,
    matrix::{Metric, Scenario},
    record::{campaign::Campaign, probe::ProbeRow, sample::Sample},
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
    /// Latency in microseconds at the limit's percentile over requests per second: a line through the
    /// probes that never falls.
    pub line: Vec<(f64, f64)>,
}

/// A row of `capacity.csv`: the capacity of a contender in a scenario within an objective.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Capacity {
    /// The scenario.
    pub scenario: String,
    /// The contender.
    pub contender: String,
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

/// Every contender in every scenario that has an objective, in the plan's order.
#[must_use]
pub fn all(campaign: &Campaign) -> Vec<Searched> {
    let plan = &campaign.plan;
    let scenarios = plan.scenarios.iter().filter_map(|one| Some((one, one.objective.as_ref()?)));
    let cells = scenarios.flat_map(|(scenario, objective)| {
        let names = plan.contender_names().into_iter();
        names.map(move |contender| searched(campaign, scenario, objective, contender))
    });
    cells.collect()
}

fn searched(
    campaign: &Campaign,
    scenario: &Scenario,
    objective: &Objective,
    contender: &str,
) -> Searched {
    let limit = objective.strictest();
    let probes = campaign.probes.iter().filter(|probe| {
        probe.contender == *contender && probe.scenario == scenario.name && counts(probe)
    });
    let curve = Curve::through(probes, limit.percentile);
    let row = |objective: String| Capacity {
        scenario: scenario.name.to_string(),
        contender: contender.to_owned(),
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

/// As precise as `samples.csv`.
fn thousandths(figure: f64) -> f64 {
    (figure * 1e3).round() / 1e3
}

/// Whether a probe tells something of the server: nothing disturbed it, and if it failed then not
/// because of the driver.
fn counts(probe: &ProbeRow) -> bool {
    !probe.disturbed && (probe.passed || !probe.driver_late)
}
