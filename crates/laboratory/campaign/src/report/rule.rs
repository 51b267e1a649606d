//! What the rule of a campaign has not of that in `dyno.toml`, in words.

use super::sentence::list;
use crate::plan::Plan;

/// A sentence on the figures that the plan does not measure; `None` where it measures all that the rule weighs.
#[must_use]
pub fn sentence(plan: &Plan) -> Option<String> {
    let all = plan.replaced();
    let named = |is_replaced: bool| -> Vec<String> {
        let those = all.iter().filter(|(_, metric)| metric.is_some() == is_replaced);
        those.map(|(criterion, _)| criterion.to_string()).collect()
    };
    let (replaced, missing) = (named(true), named(false));
    let mut said = Vec::new();
    if !replaced.is_empty() {
        said.push(format!(
            "This campaign did not search for the {}: the throughput of the closed loop takes its place in the rule.",
            list(&replaced)
        ));
    }
    if !missing.is_empty() {
        said.push(format!(
            "This campaign did not measure the {}: the rule does without.",
            list(&missing)
        ));
    }
    (!said.is_empty()).then(|| said.join(" "))
}
