//! The verdict on every pair of contenders, in every scenario and metric.

use schemars::JsonSchema;
use serde::Serialize;
use statistics::{PairComparison, analyse};

use super::rounds::{ByRound, rules};
use crate::{load_driver::LoadDriver, matrix::Metric, plan::Plan, record::sample::Sample};

/// A row of `verdicts.csv`: contender `a` against contender `b`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PairwiseResult {
    /// The scenario.
    pub scenario: String,
    /// The driver.
    pub driver: LoadDriver,
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
    /// What may be said.
    pub verdict: Verdict,
    /// About how many more rounds would settle an inconclusive pair, if that can be estimated.
    pub more_rounds: Option<usize>,
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
}

/// What a pair is compared in.
#[derive(Clone, Copy)]
struct Of<'a> {
    scenario: &'a str,
    driver: LoadDriver,
    metric: Metric,
}

impl PairwiseResult {
    fn new(of: Of, contenders: &[&str], comparison: PairComparison) -> Self {
        let ratio = comparison.ratio;
        Self {
            scenario: of.scenario.to_owned(),
            driver: of.driver,
            metric: of.metric,
            a: contenders[comparison.a].to_owned(),
            b: contenders[comparison.b].to_owned(),
            ratio: ratio.map(|ratio| ratio.estimate),
            low: ratio.map(|ratio| ratio.low).filter(|&low| low > 0.0),
            high: ratio.map(|ratio| ratio.high).filter(|high| high.is_finite()),
            verdict: Verdict::of(comparison.relation, of.metric),
            more_rounds: more_rounds(comparison.relation),
        }
    }
}

impl Verdict {
    fn of(verdict: statistics::Relation, metric: Metric) -> Self {
        match (verdict, metric.more_is_better()) {
            (statistics::Relation::Equivalent, _) => Self::Equivalent,
            (statistics::Relation::Inconclusive { .. }, _) => Self::Inconclusive,
            (statistics::Relation::Higher, true) | (statistics::Relation::Lower, false) => {
                Self::ABetter
            }
            (statistics::Relation::Lower, true) | (statistics::Relation::Higher, false) => {
                Self::BBetter
            }
        }
    }
}

fn more_rounds(verdict: statistics::Relation) -> Option<usize> {
    match verdict {
        statistics::Relation::Inconclusive { more_rounds } => more_rounds,
        _ => None,
    }
}

/// Every pair in every scenario and metric, in the plan's order, separately for each driver. The
/// error of the claims is controlled separately for each scenario, driver and metric.
#[must_use]
pub fn all(plan: &Plan, samples: &[Sample]) -> Vec<PairwiseResult> {
    let rounds = ByRound::new(samples);
    let contenders = plan.contender_names();
    let mut verdicts = Vec::new();
    for (scenario, driver) in plan.driven_scenarios() {
        for metric in Metric::ALL {
            let table = rounds.table(&contenders, |round, contender| {
                round.figure((contender, &scenario.name, driver), metric)
            });
            let of = Of { scenario: &scenario.name, driver, metric };
            let pairs = analyse(&table, rules(plan)).comparisons;
            verdicts
                .extend(pairs.into_iter().map(|pair| PairwiseResult::new(of, &contenders, pair)));
        }
    }
    verdicts
}
