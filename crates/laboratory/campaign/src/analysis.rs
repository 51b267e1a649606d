//! From samples to conclusions: summaries, verdicts and the decision. Pure functions of what was
//! recorded; nothing here starts a process or reads a clock.

mod best;
pub mod bound;
pub mod capacity;
pub mod common_rate;
pub mod comparison;
pub mod decision;
pub mod driver_choice;
pub mod known_rate;
pub mod machines;
mod median;
mod rounds;
mod score;
pub mod summary;
pub mod verdicts;
mod weightings;

use capacity::{Capacity, Searched};
use decision::Decision;
use machines::Machines;
use summary::Summary;
use verdicts::PairwiseResult;

use crate::{matrix::Criterion, plan::Point, record::campaign::Campaign};

/// Everything that dyno concludes from a campaign.
#[derive(Debug)]
pub struct Analysis {
    /// One per cell.
    pub summaries: Vec<Summary>,
    /// One per pair of contenders, scenario, driver and metric.
    pub verdicts: Vec<PairwiseResult>,
    /// What searches found: one per contender and scenario with an objective.
    pub capacities: Vec<Searched>,
    /// The recommended contender and its evidence.
    pub decision: Decision,
    /// The same with the closed loop's figures in place of those of searches, where the campaign has both.
    pub in_closed_loop: Option<Decision>,
    /// The machines, where there were several.
    pub machines: Option<Machines>,
    /// Where the load varies, the figures at each point; the rest is at the point that decides.
    pub points: Vec<AtPoint>,
}

/// The figures of a campaign at one point of its load.
#[derive(Debug)]
pub struct AtPoint {
    /// The point.
    pub point: Point,
    /// As [`Analysis::summaries`].
    pub summaries: Vec<Summary>,
    /// As [`Analysis::verdicts`].
    pub verdicts: Vec<PairwiseResult>,
    /// As [`Analysis::capacities`].
    pub capacities: Vec<Searched>,
}

impl Analysis {
    /// The summaries of all points.
    pub fn all_summaries(&self) -> impl Iterator<Item = &Summary> {
        self.all(&self.summaries, |one| &one.summaries)
    }

    /// The verdicts of all points.
    pub fn all_verdicts(&self) -> impl Iterator<Item = &PairwiseResult> {
        self.all(&self.verdicts, |one| &one.verdicts)
    }

    /// The capacities of all points, within every objective.
    pub fn all_capacities(&self) -> impl Iterator<Item = &Capacity> {
        self.all(&self.capacities, |one| &one.capacities).flat_map(Searched::rows)
    }

    /// The cell whose figure the rule weighs.
    #[must_use]
    pub fn weighed(&self, criterion: &Criterion, contender: &str) -> Option<&Summary> {
        let driver = self.decision.driver_for(&criterion.scenario, criterion.metric)?;
        self.summaries.iter().find(|summary| {
            (summary.contender.as_str(), summary.scenario.as_str(), summary.driver)
                == (contender, criterion.scenario.as_str(), driver)
        })
    }

    /// Those of every point, or its own where the load does not vary.
    fn all<'a, T>(
        &'a self,
        own: &'a [T],
        of_point: fn(&AtPoint) -> &Vec<T>,
    ) -> impl Iterator<Item = &'a T> {
        let own = if self.points.is_empty() { own } else { &[] };
        own.iter().chain(self.points.iter().flat_map(of_point))
    }
}

/// Analyses a whole campaign.
#[must_use]
pub fn analyse(campaign: &Campaign) -> Analysis {
    let Campaign { plan, samples, .. } = campaign;
    let decision = decision::decide(plan, samples);
    Analysis {
        machines: machines::compare(campaign, &decision),
        summaries: summary::summaries(campaign),
        verdicts: verdicts::all(plan, samples),
        capacities: capacity::all(campaign),
        in_closed_loop: plan.in_closed_loop().map(|plan| decision::decide(&plan, samples)),
        decision,
        points: campaign.points.iter().filter_map(at_point).collect(),
    }
}

fn at_point(campaign: &Campaign) -> Option<AtPoint> {
    Some(AtPoint {
        point: campaign.plan.deciding_point()?,
        summaries: summary::summaries(campaign),
        verdicts: verdicts::all(&campaign.plan, &campaign.samples),
        capacities: capacity::all(campaign),
    })
}
