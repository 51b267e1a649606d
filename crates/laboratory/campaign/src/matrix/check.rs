//! The rules for a matrix beyond its syntax.

use std::collections::BTreeSet;

use super::{FileRule, Matrix, Metric, Scenario};
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
        if let Some(path) = self.ready.as_ref().filter(|path| !path.starts_with('/')) {
            return Err(format!("`ready` must be a path such as /healthz, not {path:?}"));
        }
        if let Some(fault) = FileRule::fault(&self.files) {
            return Err(fault);
        }
        self.scenarios.iter().try_for_each(|scenario| self.check_scenario(scenario))?;
        if let Some(name) = self.deadlines.nothing() {
            return Err(format!("the deadline `{name}` must be at least one second"));
        }
        self.check_decision()
    }

    fn check_scenario(&self, scenario: &Scenario) -> Result<(), String> {
        let name = &scenario.name;
        let script = scenario.script.as_ref().map(|script| self.folder.join(script));
        match script {
            None if scenario.exchanges.is_none() => {
                return Err(format!(
                    "the scenario `{name}` asks nothing: name a file of `exchanges`, or a `script`"
                ));
            }
            Some(script) if !script.is_file() => {
                return Err(format!(
                    "the script of `{name}`, {}, does not exist",
                    script.display()
                ));
            }
            _ => {}
        }
        match scenario.non_2xx_share {
            None => Err(format!(
                "the scenario `{name}` has neither `exchanges` nor a `non_2xx_share`: say what its script expects"
            )),
            Some(share) if !(0.0..=1.0).contains(&share) => {
                Err(format!("non_2xx_share of `{name}` must be 0 to 1"))
            }
            Some(_) => Ok(()),
        }
    }

    fn check_decision(&self) -> Result<(), String> {
        let rule = &self.decision;
        if rule.criteria.is_empty() {
            return Err("the decision has no criterion: name a scenario and a figure".to_owned());
        }
        for criterion in &rule.criteria {
            let scenario =
                self.scenarios.iter().find(|scenario| scenario.name == criterion.scenario);
            let Some(scenario) = scenario else {
                return Err(format!(
                    "a criterion names the scenario `{}`, which does not exist",
                    criterion.scenario
                ));
            };
            if criterion.metric == Metric::CapacityPerS && scenario.objective.is_none() {
                return Err(format!(
                    "a criterion is the capacity in `{}`, which has no `objective`: give it one, such as {{ p99 = \"50ms\" }}",
                    criterion.scenario
                ));
            }
            if !(criterion.weight > 0.0 && criterion.weight.is_finite()) {
                return Err("the weight of a criterion must be above 0".to_owned());
            }
        }
        if rule.tie_breaker == Metric::CapacityPerS
            && self.scenarios.iter().any(|scenario| scenario.objective.is_none())
        {
            return Err("the tie-breaker is the capacity, and not every scenario has an `objective`: give them one, or choose another tie-breaker".to_owned());
        }
        if !(0.0..1.0).contains(&rule.margin) {
            return Err("the decision's margin must be at least 0 and below 1".to_owned());
        }
        Ok(())
    }
}
