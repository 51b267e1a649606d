//! Where a figure of the recommended contender is a lower bound, because the driver was the limiter.

use super::sentence::list;
use crate::{
    analysis::Analysis,
    matrix::{DecisionRule, Metric},
};

/// A sentence that names the scenarios of the decision rule in which the winner can do more than its figure shows;
/// `None` where there are none.
#[must_use]
pub fn sentence(analysis: &Analysis, rule: &DecisionRule) -> Option<String> {
    let winner = analysis.decision.favoured()?;
    let clauses = [Metric::CapacityPerS, Metric::RequestsPerS].into_iter().filter_map(|metric| {
        let scenarios = scenarios(analysis, rule, winner, metric);
        let title = metric.title();
        (!scenarios.is_empty()).then(|| format!("{title} is a lower bound in {}", list(&scenarios)))
    });
    let clauses: Vec<String> = clauses.collect();
    (!clauses.is_empty())
        .then(|| format!("{winner}'s {}: the driver was the limiter.", clauses.join(", and its ")))
}

/// The scenarios in which a figure of the rule is a lower bound.
fn scenarios<'a>(
    analysis: &Analysis,
    rule: &'a DecisionRule,
    winner: &str,
    metric: Metric,
) -> Vec<&'a str> {
    let criteria = rule.criteria.iter().filter(|criterion| criterion.metric == metric);
    let bounds = criteria.filter(|criterion| {
        analysis.weighed(criterion, winner).is_some_and(|summary| summary.is_lower_bound(metric))
    });
    bounds.map(|criterion| criterion.scenario.as_str()).collect()
}
