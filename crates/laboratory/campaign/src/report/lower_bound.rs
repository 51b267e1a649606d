//! Where the recommended contender's throughput or capacity is a lower bound, because something other than it was the
//! limiter.

use crate::{
    analysis::Analysis,
    matrix::{DecisionRule, Metric},
    record::limiter::Limiter,
};

/// A sentence that names the scenarios of the decision rule in which the winner can do more than its figure shows, each
/// with its limiter; `None` where there are none.
#[must_use]
pub fn sentence(analysis: &Analysis, rule: &DecisionRule) -> Option<String> {
    let winner = analysis.decision.winner.as_ref()?;
    let clauses = [Metric::CapacityPerS, Metric::RequestsPerS].into_iter().filter_map(|metric| {
        let scenarios = scenarios(analysis, rule, winner, metric);
        let title = metric.title();
        (!scenarios.is_empty())
            .then(|| format!("{title} is a lower bound in {}", scenarios.join(", ")))
    });
    let clauses: Vec<String> = clauses.collect();
    (!clauses.is_empty()).then(|| format!("{winner}'s {}.", clauses.join(", and its ")))
}

/// The scenarios in which a figure of the rule is a lower bound, each with its limiter.
fn scenarios(
    analysis: &Analysis,
    rule: &DecisionRule,
    winner: &str,
    metric: Metric,
) -> Vec<String> {
    let criteria = rule.criteria.iter().filter(|criterion| criterion.metric == metric);
    let bounds = criteria.filter_map(|criterion| {
        let scenario = &criterion.scenario;
        let driver = analysis.decision.driver_for(scenario, metric)?;
        let summary = analysis.summaries.iter().find(|summary| {
            summary.contender == winner && *scenario == summary.scenario && summary.driver == driver
        })?;
        let limiter = match metric {
            Metric::CapacityPerS => summary.is_lower_bound(metric).then_some(Limiter::Driver),
            _ => summary.limiter.filter(|limiter| limiter.is_lower_bound()),
        };
        Some(format!("{scenario} (limiter: {})", limiter?.word()))
    });
    bounds.collect()
}
