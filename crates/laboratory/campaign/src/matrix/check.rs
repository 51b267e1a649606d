//! The rules for a matrix beyond its syntax.

use std::collections::BTreeSet;

use super::Matrix;

impl Matrix {
    /// The first fault, as a sentence.
    pub(super) fn check(&self) -> Result<(), String> {
        let names = |kind, names: Vec<&String>| -> Result<(), String> {
            let mut seen = BTreeSet::new();
            for name in names {
                if !is_plain(name) {
                    return Err(format!(
                        "the {kind} name {name:?} must consist of lower-case letters, digits and hyphens, because it becomes a file name"
                    ));
                }
                if !seen.insert(name) {
                    return Err(format!("the {kind} `{name}` appears twice: rename one"));
                }
            }
            Ok(())
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

/// Whether a name is safe in a path, a CSV file and a terminal.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 40
        && !name.starts_with('-')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}
