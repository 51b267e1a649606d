//! The verdict on every pair of contenders, in every scenario and metric.

use schemars::JsonSchema;
use serde::Serialize;
use statistics::{PairComparison, Relation, analyse};

use super::{
    bound::{Bound, is_lower_bound},
    rounds::{ByRound, rules},
};
use crate::{
    load_driver::LoadDriver,
    matrix::Metric,
    plan::{Plan, Point},
    record::sample::Sample,
};

/// A row of `verdicts.csv`: contender `a` against contender `b`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PairwiseResult {
    /// The scenario.
    pub scenario: String,
    /// The driver.
    pub driver: LoadDriver,
    /// What is different from the plan's load, where that varies.
    pub point: Option<Point>,
    /// The metric.
    pub metric: Metric,
    /// The first contender.
    pub a: String,
    /// The second contender.
    pub b: String,
    /// The figure of `a` over that of `b`; `None` with fewer than three rounds in which both were
    /// measured.
    pub ratio: Option<f64>,
    /// Lower end of the 95 % interval; `None` without a bound.
    pub low: Option<f64>,
    /// Upper end of the 95 % interval; `None` without a bound.
    pub high: Option<f64>,
    /// Whether the ratio is a bound, because one of the figures is a lower bound.
    pub bound: Bound,
    /// What may be said.
    pub verdict: Verdict,
    /// About how many more rounds would settle an inconclusive pair, if that can be estimated.
    pub more_rounds: Option<usize>,
    /// The windows had so few answers that no number of rounds shows equivalence: it takes longer
    /// ones.
    pub coarse: bool,
}

/// What dyno says about a pair. The metric decides which is *better*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// `a` is better.
    ABetter,
    /// `b` is better.
    BBetter,
    /// The interval lies inside the margin.
    Equivalent,
    /// None of these is shown.
    Inconclusive,
    /// Nothing can be said: the driver was the bottleneck, so that the worse figure is a lower bound.
    DriverBound,
}

/// What a pair is compared in.
#[derive(Clone, Copy)]
struct Of<'a> {
    scenario: &'a str,
    driver: LoadDriver,
    point: Option<Point>,
    metric: Metric,
}

impl PairwiseResult {
    /// Of a pair of these contenders, some of whose figures are lower bounds.
    fn new(of: Of, contenders: &[&str], held_back: &[&str], comparison: PairComparison) -> Self {
        let PairComparison { a, b, ratio, relation, coarse } = comparison;
        let [a, b] = [contenders[a], contenders[b]];
        let [a_bound, b_bound] = [a, b].map(|contender| held_back.contains(&contender));
        // The figures reach up to where the truth may lie, and so what is shown holds.
        let unknown = matches!(relation, Relation::Inconclusive { .. }) && (a_bound || b_bound);
        let verdict = if unknown { Verdict::DriverBound } else { Verdict::of(relation, of.metric) };
        Self {
            scenario: of.scenario.to_owned(),
            driver: of.driver,
            point: of.point,
            metric: of.metric,
            a: a.to_owned(),
            b: b.to_owned(),
            ratio: ratio.map(|ratio| ratio.estimate),
            low: ratio.map(|ratio| ratio.low).filter(|&low| low > 0.0),
            high: ratio.map(|ratio| ratio.high).filter(|high| high.is_finite()),
            bound: Bound::of_ratio(a_bound, b_bound),
            verdict,
            more_rounds: more_rounds(relation).filter(|_| verdict == Verdict::Inconclusive),
            coarse,
        }
    }
}

impl Verdict {
    /// What a relation says of a metric.
    pub(super) fn of(relation: Relation, metric: Metric) -> Self {
        match relation {
            Relation::Equivalent => Self::Equivalent,
            Relation::Inconclusive { .. } => Self::Inconclusive,
            Relation::Higher if metric.more_is_better() => Self::ABetter,
            Relation::Lower if !metric.more_is_better() => Self::ABetter,
            Relation::Higher | Relation::Lower => Self::BBetter,
        }
    }
}

fn more_rounds(relation: Relation) -> Option<usize> {
    match relation {
        Relation::Inconclusive { more_rounds } => more_rounds,
        _ => None,
    }
}

/// The metrics that pairs are compared in under a driver: at a constant rate everybody has the same
/// throughput, and at the end of a search the latency that the objective allows.
pub fn metrics(driver: LoadDriver) -> impl Iterator<Item = Metric> {
    Metric::ALL.into_iter().filter(move |&metric| match metric {
        Metric::CapacityPerS => driver == LoadDriver::Search,
        Metric::RequestsPerS => driver.is_closed_loop(),
        Metric::P99Us => driver != LoadDriver::Search,
        Metric::PeakRssTreeKb | Metric::ServerCpuUsPerRequest => true,
    })
}

/// Every pair in every scenario and metric, in the plan's order, separately for each driver. The
/// error of the claims is controlled separately for each scenario, driver and metric, and not over
/// all of them.
#[must_use]
pub fn all(plan: &Plan, samples: &[Sample]) -> Vec<PairwiseResult> {
    let rounds = ByRound::new(samples);
    let contenders = plan.contender_names();
    let mut verdicts = Vec::new();
    for (scenario, driver) in plan.driven_scenarios() {
        let cells: Vec<_> = contenders
            .iter()
            .map(|&contender| (contender, rounds.cell((contender, &scenario.name, driver))))
            .collect();
        for metric in metrics(driver) {
            let held_back = cells.iter().filter(|(_, cell)| is_lower_bound(cell, metric));
            let held_back: Vec<&str> = held_back.map(|&(contender, _)| contender).collect();
            let table = rounds.table(&contenders, |round, contender| {
                let is_lower_bound = held_back.contains(&contender);
                round.reaching((contender, &scenario.name, driver), metric, is_lower_bound)
            });
            let point = plan.deciding_point();
            let of = Of { scenario: &scenario.name, driver, point, metric };
            let pairs = analyse(&table, rules(plan)).comparisons.into_iter();
            verdicts
                .extend(pairs.map(|pair| PairwiseResult::new(of, &contenders, &held_back, pair)));
        }
    }
    verdicts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_a_constant_rate_throughput_is_no_verdict() {
        assert_eq!(metrics(LoadDriver::Dyno).count(), 4);
        assert!(metrics(LoadDriver::DynoAt(50)).all(|metric| metric != Metric::RequestsPerS));
        assert!(metrics(LoadDriver::Search).all(|metric| metric != Metric::RequestsPerS));
    }
}
