//! Which driver's figures count in a scenario: those of the less limiting one.
//!
//! Driver and server share the machine, and the server cannot have what the driver takes. The
//! driver that takes the smaller share of the CPU time that both use shows more of the server.

use schemars::JsonSchema;
use serde::Serialize;

use super::{median::median, rounds::ByRound};
use crate::{
    load_driver::LoadDriver,
    matrix::{DecisionRule, Metric, Scenario},
    plan::Plan,
    record::sample::{Sample, Status},
};

/// The driver whose figures count in a scenario.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Chosen {
    /// The scenario.
    pub scenario: String,
    /// The less limiting driver of the closed loop; the search where there is no closed loop.
    pub driver: LoadDriver,
    /// Whether figures of the search for the capacity count too: the capacity itself, and the CPU time
    /// per request at that rate.
    pub searched: bool,
    /// Each driver's share of the CPU time that it and the servers used together: the median over
    /// samples, 0 to 1.
    pub parts: Vec<(LoadDriver, Option<f64>)>,
}

impl Chosen {
    /// Which driver's figure counts for a metric. A search has no rival: it does not make a server
    /// compete with its driver for the CPU, but stops where the objective is missed.
    #[must_use]
    pub fn driver_for(&self, metric: Metric) -> LoadDriver {
        if self.searched && metric.is_of_search() { LoadDriver::Search } else { self.driver }
    }

    /// The drivers whose figures count.
    pub fn drivers(&self) -> impl Iterator<Item = LoadDriver> {
        let search = LoadDriver::Search;
        [self.driver].into_iter().chain((self.searched && self.driver != search).then_some(search))
    }
}

/// Whether the rule rests on the search in a scenario.
fn rests_on_search(plan: &Plan, rule: &DecisionRule, scenario: &Scenario) -> bool {
    let own = rule.criteria.iter().filter(|criterion| criterion.scenario == scenario.name);
    let mut metrics = own.map(|criterion| criterion.metric).chain([rule.tie_breaker]);
    plan.searches(scenario) && metrics.any(Metric::is_of_search)
}

/// Chooses for each scenario that the plan measures.
pub(super) fn choose(plan: &Plan, rule: &DecisionRule, rounds: &ByRound) -> Vec<Chosen> {
    let names = plan.contender_names();
    let choice = |scenario: &Scenario| {
        let name = scenario.name.as_str();
        let drivers = plan.closed_loop_of(scenario).iter();
        let parts: Vec<(LoadDriver, Option<f64>)> =
            drivers.map(|&driver| (driver, part(rounds, &names, name, driver))).collect();
        let least = parts
            .iter()
            .min_by(|one, other| one.1.unwrap_or(f64::MAX).total_cmp(&other.1.unwrap_or(f64::MAX)));
        let driver = least.map_or(LoadDriver::Search, |&(driver, _)| driver);
        let searched = rests_on_search(plan, rule, scenario);
        Chosen { scenario: name.to_owned(), driver, searched, parts }
    };
    let driven = plan.scenarios.iter().filter(|one| plan.drivers_of(one).next().is_some());
    driven.map(choice).collect()
}

fn part(rounds: &ByRound, contenders: &[&str], scenario: &str, driver: LoadDriver) -> Option<f64> {
    let samples =
        contenders.iter().flat_map(|contender| rounds.cell((contender, scenario, driver)));
    median(samples.filter(|sample| sample.status == Status::Ok).filter_map(of_sample).collect())
}

fn of_sample(sample: &Sample) -> Option<f64> {
    let (driver, server) = (sample.driver_cpu_s?, sample.server_cpu_s?);
    (driver + server > 0.0).then(|| driver / (driver + server))
}
