//! A contender's score in a round, by the rule of the plan.

use super::{
    driver_choice::Chosen,
    rounds::{CellName, Round},
};
use crate::{load_driver::LoadDriver, matrix::Criterion, plan::Plan};

/// What the decision rests on.
#[derive(Clone, Copy)]
pub(super) struct Rule<'a> {
    pub(super) plan: &'a Plan,
    pub(super) drivers: &'a [Chosen],
}

impl<'a> Rule<'a> {
    /// The cell whose figures count.
    pub(super) fn cell<'n>(self, contender: &'n str, scenario: &'n str) -> CellName<'n> {
        let chosen = self.drivers.iter().find(|chosen| chosen.scenario == scenario);
        (contender, scenario, chosen.map_or(LoadDriver::Wrk, |chosen| chosen.driver))
    }

    pub(super) fn criteria(self) -> &'a [Criterion] {
        &self.plan.decision.criteria
    }
}

/// A contender's score in a round: the weighted geometric mean of its figures in the criteria.
pub(super) fn score(rule: Rule, round: &Round, contender: &str) -> Option<f64> {
    let criteria = rule.criteria();
    let weights: f64 = criteria.iter().map(|criterion| criterion.weight).sum();
    let logs = criteria
        .iter()
        .map(|criterion| Some(criterion.weight * turned(rule, round, contender, criterion)?.ln()));
    Some((logs.sum::<Option<f64>>()? / weights).exp())
}

/// The figure of a criterion, oriented so that more is better.
pub(super) fn turned(
    rule: Rule,
    round: &Round,
    contender: &str,
    criterion: &Criterion,
) -> Option<f64> {
    let figure = round.figure(rule.cell(contender, &criterion.scenario), criterion.metric)?;
    Some(if criterion.metric.more_is_better() { figure } else { figure.recip() })
}

/// The geometric mean of the tie-breaker's metric over all scenarios, oriented so that more is
/// better.
pub(super) fn tie_breaker(rule: Rule, round: &Round, contender: &str) -> Option<f64> {
    let plan = rule.plan;
    let metric = plan.decision.tie_breaker;
    let logs = plan.scenarios.iter().map(|scenario| {
        let criterion = Criterion { scenario: scenario.name.clone(), metric, weight: 1.0 };
        Some(turned(rule, round, contender, &criterion)?.ln())
    });
    Some((logs.sum::<Option<f64>>()? / plan.scenarios.len() as f64).exp())
}
