//! Where the recommended contender's throughput is a lower bound, because something other than it was the limiter.

use crate::{
    analysis::Analysis,
    matrix::{DecisionRule, Metric},
};

/// A sentence that names the scenarios of the decision rule in which the winner can do more than its figure shows, each
/// with its limiter; `None` where there are none.
#[must_use]
pub fn sentence(analysis: &Analysis, rule: &DecisionRule) -> Option<String> {
    let decision = &analysis.decision;
    let winner = decision.winner.as_ref()?;
    let throughput = rule.criteria.iter().filter(|it| it.metric == Metric::RequestsPerS);
    let bounds = throughput.filter_map(|criterion| {
        let summary = analysis.summaries.iter().find(|summary| {
            summary.contender == *winner
                && criterion.scenario == summary.scenario
                && decision.counts(&summary.scenario, summary.driver)
        })?;
        let limiter = summary.limiter.filter(|limiter| limiter.is_lower_bound())?;
        Some(format!("{} (limiter: {})", criterion.scenario, limiter.word()))
    });
    let bounds: Vec<String> = bounds.collect();
    (!bounds.is_empty())
        .then(|| format!("{winner}'s throughput is a lower bound in {}.", bounds.join(", ")))
}
