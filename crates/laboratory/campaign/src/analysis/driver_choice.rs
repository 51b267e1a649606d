//! Which driver's figures count in a scenario: those of the less limiting one.
//!
//! Driver and server share the machine, and the server cannot have what the driver takes. The
//! driver that takes the smaller share of the CPU time that both use shows more of the server.

use schemars::JsonSchema;
use serde::Serialize;

use super::{median::median, rounds::ByRound};
use crate::{
    load_driver::LoadDriver,
    plan::Plan,
    record::sample::{Sample, Status},
};

/// The driver whose figures count in a scenario.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Chosen {
    /// The scenario.
    pub scenario: String,
    /// The less limiting driver.
    pub driver: LoadDriver,
    /// Each driver's share of the CPU time that it and the servers used together: the median over
    /// samples, 0 to 1.
    pub parts: Vec<(LoadDriver, Option<f64>)>,
}

/// Chooses for each scenario of the plan.
pub(super) fn choose(plan: &Plan, rounds: &ByRound) -> Vec<Chosen> {
    let names = plan.contender_names();
    let choice = |scenario: &str| {
        let parts: Vec<(LoadDriver, Option<f64>)> = plan
            .drivers
            .iter()
            .map(|&driver| (driver, part(rounds, &names, scenario, driver)))
            .collect();
        let least = parts
            .iter()
            .min_by(|one, other| one.1.unwrap_or(f64::MAX).total_cmp(&other.1.unwrap_or(f64::MAX)));
        let driver = least.map_or(LoadDriver::Wrk, |&(driver, _)| driver);
        Chosen { scenario: scenario.to_owned(), driver, parts }
    };
    plan.scenarios.iter().map(|scenario| choice(&scenario.name)).collect()
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
