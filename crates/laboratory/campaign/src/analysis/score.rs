//! A contender's score in a round, by the rule of the plan.

use statistics::Figure;

use super::{
    bound::is_lower_bound,
    driver_choice::Chosen,
    rounds::{ByRound, CellName, Round},
};
use crate::{
    load_driver::LoadDriver,
    matrix::{Criterion, DecisionRule, Metric},
    plan::Plan,
};

/// What the decision rests on.
#[derive(Clone, Copy)]
pub(super) struct Rule<'a> {
    pub(super) plan: &'a Plan,
    /// As far as the plan measures its figures.
    pub(super) own: &'a DecisionRule,
    pub(super) drivers: &'a [Chosen],
    pub(super) held_back: &'a [HeldBack<'a>],
}

/// A contender's figure in a scenario that is a lower bound, because the driver that counts was the
/// bottleneck.
pub(super) type HeldBack<'a> = (&'a str, &'a str, Metric);

/// Every figure that is a lower bound.
pub(super) fn held_back<'a>(
    plan: &'a Plan,
    drivers: &[Chosen],
    rounds: &ByRound,
) -> Vec<HeldBack<'a>> {
    let figures = plan.scenarios.iter().flat_map(|scenario| {
        let of_one = move |contender| {
            Metric::ALL.into_iter().map(move |metric| (contender, scenario.name.as_str(), metric))
        };
        plan.contender_names().into_iter().flat_map(of_one)
    });
    figures
        .filter(|&(contender, scenario, metric)| {
            is_lower_bound(&rounds.cell(cell(drivers, contender, scenario, metric)), metric)
        })
        .collect()
}

/// The cell whose figure counts for a metric.
fn cell<'n>(
    drivers: &[Chosen],
    contender: &'n str,
    scenario: &'n str,
    metric: Metric,
) -> CellName<'n> {
    let chosen = drivers.iter().find(|chosen| chosen.scenario == scenario);
    let driver = chosen.map_or(LoadDriver::Wrk, |chosen| chosen.driver_for(metric));
    (contender, scenario, driver)
}

impl<'a> Rule<'a> {
    /// The cell whose figure counts in a criterion.
    pub(super) fn criterion_cell<'n>(
        self,
        contender: &'n str,
        criterion: &'n Criterion,
    ) -> CellName<'n> {
        cell(self.drivers, contender, &criterion.scenario, criterion.metric)
    }

    /// All cells of a contender whose figures count.
    pub(super) fn cells<'n>(self, contender: &'n str) -> impl Iterator<Item = CellName<'n>>
    where
        'a: 'n,
    {
        self.drivers.iter().flat_map(move |chosen| {
            chosen.drivers().map(move |driver| (contender, chosen.scenario.as_str(), driver))
        })
    }

    pub(super) fn criteria(self) -> &'a [Criterion] {
        &self.own.criteria
    }

    /// Whether a contender's score is a lower bound, because a figure in it is.
    pub(super) fn is_lower_bound(self, contender: &str) -> bool {
        self.criteria().iter().any(|criterion| self.holds_back(contender, criterion))
    }

    fn holds_back(self, contender: &str, criterion: &Criterion) -> bool {
        self.held_back.contains(&(contender, &*criterion.scenario, criterion.metric))
    }
}

/// A contender's score in a round: the weighted geometric mean of its figures in the criteria.
pub(super) fn score(rule: Rule, round: &Round, contender: &str) -> Option<Figure> {
    mean(
        rule.criteria()
            .iter()
            .map(|criterion| Some((criterion.weight, turned(rule, round, contender, criterion)?))),
    )
}

/// The figure of a criterion, oriented so that more is better.
pub(super) fn turned(
    rule: Rule,
    round: &Round,
    contender: &str,
    criterion: &Criterion,
) -> Option<Figure> {
    let (cell, metric) = (rule.criterion_cell(contender, criterion), criterion.metric);
    let figure = round.reaching(cell, metric, rule.holds_back(contender, criterion))?;
    Some(if metric.more_is_better() { figure } else { figure.inverse() })
}

/// The geometric mean of the tie-breaker's metric over all scenarios that have it, oriented so that
/// more is better.
pub(super) fn tie_breaker(rule: Rule, round: &Round, contender: &str) -> Option<Figure> {
    let metric = rule.own.tie_breaker;
    let measured = rule.plan.scenarios.iter().filter(|one| rule.plan.measures(one, metric));
    mean(measured.map(|scenario| {
        let criterion = Criterion { scenario: scenario.name.clone(), metric, weight: 1.0 };
        Some((1.0, turned(rule, round, contender, &criterion)?))
    }))
}

/// The weighted geometric mean; `None` if a figure is missing.
fn mean(figures: impl Iterator<Item = Option<(f64, Figure)>>) -> Option<Figure> {
    let figures = figures.collect::<Option<Vec<_>>>()?;
    let weights: f64 = figures.iter().map(|(weight, _)| weight).sum();
    let of = |end: fn(&Figure) -> f64| {
        let logs = figures.iter().map(|(weight, figure)| weight * end(figure).ln());
        (logs.sum::<f64>() / weights).exp()
    };
    Some(Figure { value: of(|one| one.value), low: of(|one| one.low), high: of(|one| one.high) })
}
