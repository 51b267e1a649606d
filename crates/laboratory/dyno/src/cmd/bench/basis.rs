//! Rounds that were measured before: the constant rates of a later one follow from them.

use std::{collections::BTreeMap, path::Path};

use campaign::{
    analysis::common_rate::sustained,
    plan::Plan,
    record::{
        campaign::Campaign,
        environment::Environment,
        machine::Machine,
        merge::{plans_differ, programs_differ},
    },
};

use crate::failure::Failure;

/// See the module.
#[derive(Debug)]
pub(super) struct Basis {
    campaign: Campaign,
}

impl Basis {
    /// Reads rounds of this plan, or of one that the same options lay out.
    ///
    /// # Errors
    /// The folder is no campaign, or one of another plan.
    pub(super) fn read(folder: &Path, plan: &Plan) -> anyhow::Result<Self> {
        let basis = Self { campaign: Campaign::read_record(folder)? };
        match plans_differ(&basis.campaign.plan, plan) {
            None => Ok(basis),
            Some(why) => Err(basis.refused(why).into()),
        }
    }

    /// What the slowest contender sustained on this machine, by scenario, for a round of this number.
    ///
    /// # Errors
    /// The number is not above those of the rounds, or none of them tells a rate of this machine.
    pub(super) fn sustained(
        &self,
        number: u32,
        machine: &Machine,
    ) -> Result<BTreeMap<String, f64>, Failure> {
        let closed = self.campaign.samples.iter().filter(|sample| !sample.driver.comes_after());
        let last = closed.map(|sample| sample.round).max().unwrap_or(0);
        if number <= last {
            let why = format!("it has round {last}; number this one from {} on", last + 1);
            return Err(self.refused(why));
        }
        let sustained = sustained(&self.campaign.plan, self.campaign.samples_of(machine));
        if sustained.is_empty() {
            let why = "it has no valid throughput of this machine since that was booted; measure a round here without \
                       --rates-of, and merge it with the others";
            return Err(self.refused(why.to_owned()));
        }
        Ok(sustained)
    }

    /// Fails if other programs were measured.
    pub(super) fn check_programs(&self, environment: &Environment) -> Result<(), Failure> {
        let differ = programs_differ(&self.campaign.environment, environment);
        differ.map_or(Ok(()), |why| Err(self.refused(why)))
    }

    fn refused(&self, why: String) -> Failure {
        Failure::NoRates { folder: self.campaign.folder.clone(), why }
    }
}
