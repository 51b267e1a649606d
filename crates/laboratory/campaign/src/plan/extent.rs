//! How much of a matrix is measured.

use serde::{Deserialize, Serialize};

use super::Plan;
use crate::{load_driver::LoadDriver, matrix::Scenario};

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// What the rule weighs: a scenario whose figures all come from the search for its capacity has no closed loop.
    Rule,
    /// The closed loop of every scenario, and every search; campaigns from before there was a choice have this.
    #[default]
    All,
    /// The closed loop of every scenario, and no search.
    ClosedLoop,
}

impl Plan {
    /// Whether the capacity of contenders in a scenario is searched for.
    #[must_use]
    pub fn searches(&self, scenario: &Scenario) -> bool {
        scenario.objective.is_some() && self.extent != Extent::ClosedLoop
    }

    /// The drivers of a scenario's closed loop.
    #[must_use]
    pub fn closed_loop_of(&self, scenario: &Scenario) -> &[LoadDriver] {
        let weighed = self.decision.criteria.iter().any(|criterion| {
            criterion.scenario == scenario.name && !criterion.metric.is_of_search()
        });
        let skipped = self.extent == Extent::Rule && scenario.objective.is_some() && !weighed;
        if skipped { &[] } else { &self.drivers }
    }
}
