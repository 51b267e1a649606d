//! From samples to what may be said: summaries, verdicts and the decision. Pure functions of what was recorded; no
//! process is started here and no clock is read.

pub mod capacity;
pub mod comparison;
pub mod decision;
pub mod driver_choice;
mod median;
mod rounds;
pub mod summary;
pub mod verdicts;
mod weightings;

use decision::Decision;
use summary::Summary;
use verdicts::PairwiseResult;

use crate::record::campaign::Campaign;

/// All that is said of a campaign.
#[derive(Debug)]
pub struct Analysis {
    pub summaries: Vec<Summary>,
    pub verdicts: Vec<PairwiseResult>,
    pub decision: Decision,
}

/// Analyses a whole campaign.
#[must_use]
pub fn analyse(campaign: &Campaign) -> Analysis {
    Analysis {
        summaries: summary::summaries(campaign),
        verdicts: verdicts::all(&campaign.plan, &campaign.samples),
        decision: decision::decide(&campaign.plan, &campaign.samples),
    }
}
