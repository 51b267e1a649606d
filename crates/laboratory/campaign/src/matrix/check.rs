//! The rules for a matrix beyond its syntax.

use std::collections::BTreeSet;

use super::Matrix;
use crate::name::Name;

impl Matrix {
    /// The first fault, as a sentence.
    pub(super) fn check(&self) -> Result<(), String> {
        let names = |kind, names: Vec<&Name>| -> Result<(), String> {
            let mut seen = BTreeSet::new();
            match names.into_iter().find(|&name| !seen.insert(name)) {
                Some(twice) => Err(format!("the {kind} `{twice}` appears twice: rename one")),
                None => Ok(()),
            }
        };
        names("contender", self.contenders.iter().map(|contender| &contender.name).collect())?;
        names("scenario", self.scenarios.iter().map(|scenario| &scenario.name).collect())?;
        if let Some(contender) = self.contenders.iter().find(|contender| contender.run.is_empty()) {
            return Err(format!(
                "the contender `{}` has an empty `run`: give it a command",
                contender.name
            ));
        }
        for scenario in &self.scenarios {
            let script = self.folder.join(&scenario.script);
            if !script.is_file() {
                return Err(format!(
                    "the script of `{}`, {}, does not exist",
                    scenario.name,
                    script.display()
                ));
            }
            if !(0.0..=1.0).contains(&scenario.non_2xx_share) {
                return Err(format!("non_2xx_share of `{}` must be 0 to 1", scenario.name));
            }
        }
        if let Some(name) = self.deadlines.nothing() {
            return Err(format!("the deadline `{name}` must be at least one second"));
        }
        self.check_decision()
    }

    fn check_decision(&self) -> Result<(), String> {
        let rule = &self.decision;
        for criterion in &rule.criteria {
            if !self.scenarios.iter().any(|scenario| scenario.name == criterion.scenario) {
                return Err(format!(
                    "a criterion names the scenario `{}`, which does not exist",
                    criterion.scenario
                ));
            }
            if !(criterion.weight > 0.0 && criterion.weight.is_finite()) {
                return Err("the weight of a criterion must be above 0".to_owned());
            }
        }
        if !(0.0..1.0).contains(&rule.margin) {
            return Err("the decision's margin must be at least 0 and below 1".to_owned());
        }
        Ok(())
    }
}
