//! From samples to conclusions: summaries, verdicts and the decision. Pure functions of what was
//! recorded; nothing here starts a process or reads a clock.

mod best;
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

use capacity::Searched;
use decision::Decision;
use machines::Machines;
use summary::Summary;
use verdicts::PairwiseResult;

use crate::{plan::Point, record::campaign::Campaign};

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
    /// The machines, where there were several.
    pub machines: Option<Machines>,
    /// Where the load varies, all of that at each point; the rest is at the point that decides.
    pub points: Vec<(Point, Self)>,
}

impl Analysis {
    /// The summaries of all points.
    pub fn all_summaries(&self) -> impl Iterator<Item = &Summary> {
        self.each_point().flat_map(|one| &one.summaries)
    }

    /// The verdicts of all points.
    pub fn all_verdicts(&self) -> impl Iterator<Item = &PairwiseResult> {
        self.each_point().flat_map(|one| &one.verdicts)
    }

    fn each_point(&self) -> impl Iterator<Item = &Self> {
        let own = self.points.is_empty().then_some(self);
        own.into_iter().chain(self.points.iter().map(|(_, one)| one))
    }
}

/// Analyses a whole campaign.
#[must_use]
pub fn analyse(campaign: &Campaign) -> Analysis {
    let decision = decision::decide(&campaign.plan, &campaign.samples);
    Analysis {
        machines: machines::compare(campaign, &decision),
        summaries: summary::summaries(campaign),
        verdicts: verdicts::all(&campaign.plan, &campaign.samples),
        capacities: capacity::all(campaign),
        decision,
        points: campaign
            .points
            .iter()
            .filter_map(|one| Some((one.plan.deciding_point()?, analyse(one))))
            .collect(),
    }
}
