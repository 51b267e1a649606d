//! `parts.json` of a merged campaign: what it was merged from.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{environment::Environment, sample::Sample};
use crate::plan::Plan;

/// Rounds that were measured together, in one folder and on one machine.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Part {
    /// Their numbers.
    pub rounds: BTreeSet<u32>,
    /// The words of the command line that measured them, after the program's name.
    pub arguments: Vec<String>,
    /// Where and with what they were measured.
    pub environment: Environment,
}

impl Part {
    /// A campaign that was measured in one place.
    pub(super) fn whole(plan: &Plan, environment: &Environment, samples: &[Sample]) -> Self {
        Self {
            rounds: samples.iter().map(|sample| sample.round).collect(),
            arguments: plan.arguments.clone(),
            environment: environment.clone(),
        }
    }
}
