//! The decision rule, as far as a plan measures its figures.

use super::{Extent, Plan};
use crate::matrix::{Criterion, DecisionRule, Metric, Scenario};

impl Plan {
    /// The rule by which the campaign decides: that of `dyno.toml`, with the throughput of the closed
    /// loop in place of a capacity that is not searched for, and without what no cell measures.
    #[must_use]
    pub fn rule(&self) -> DecisionRule {
        let criteria = self.decision.criteria.iter().filter_map(|criterion| self.own(criterion));
        let criteria: Vec<Criterion> = criteria.collect();
        if criteria.is_empty() {
            return self.decision.clone();
        }
        let tie_breaker = match self.decision.tie_breaker {
            Metric::CapacityPerS if self.extent == Extent::ClosedLoop => Metric::RequestsPerS,
            other => other,
        };
        DecisionRule { tie_breaker, criteria, ..self.decision.clone() }
    }

    /// The criteria of `dyno.toml` that the campaign's rule has not, each with the metric in its place.
    #[must_use]
    pub fn replaced(&self) -> Vec<(&Criterion, Option<Metric>)> {
        let criteria = self.decision.criteria.iter();
        let own = criteria.map(|criterion| (criterion, self.own(criterion).map(|own| own.metric)));
        own.filter(|&(criterion, metric)| metric != Some(criterion.metric)).collect()
    }

    /// The same plan without its searches; `None` where it has none that the rule weighs, or where no
    /// closed loop has the figures in their place.
    #[must_use]
    pub fn in_closed_loop(&self) -> Option<Self> {
        let rule = self.rule();
        let of_search = rule.criteria.iter().any(|one| one.metric == Metric::CapacityPerS);
        let has_loop = |criterion: &Criterion| {
            let scenario = self.scenarios.iter().find(|one| one.name == criterion.scenario);
            scenario.is_some_and(|scenario| !self.closed_loop_of(scenario).is_empty())
        };
        let known = of_search && rule.criteria.iter().all(has_loop);
        known.then(|| Self { extent: Extent::ClosedLoop, ..self.clone() })
    }

    /// Whether any cell of a scenario has a figure for a metric that may count.
    #[must_use]
    pub fn measures(&self, scenario: &Scenario, metric: Metric) -> bool {
        let in_closed_loop = !self.closed_loop_of(scenario).is_empty();
        match metric {
            Metric::CapacityPerS => self.searches(scenario),
            Metric::RequestsPerS | Metric::P99Us => in_closed_loop,
            Metric::PeakRssTreeKb | Metric::ServerCpuUsPerRequest => {
                in_closed_loop || self.searches(scenario)
            }
        }
    }

    /// A criterion as the plan measures it.
    fn own(&self, criterion: &Criterion) -> Option<Criterion> {
        let scenario = self.scenarios.iter().find(|one| one.name == criterion.scenario)?;
        if self.measures(scenario, criterion.metric) {
            return Some(criterion.clone());
        }
        let metric = Metric::RequestsPerS;
        let replaced = criterion.metric == Metric::CapacityPerS && self.measures(scenario, metric);
        replaced.then(|| Criterion { metric, ..criterion.clone() })
    }
}
