//! From samples to what may be said: summaries, verdicts and the decision. Pure functions of what was recorded; no
//! process is started here and no clock is read.

pub(crate) mod bottleneck;
pub(crate) mod capacity;
pub(crate) mod comparison;
pub(crate) mod decision;
mod rounds;
pub(crate) mod summary;
pub(crate) mod verdicts;
mod weightings;

use decision::Decision;
use summary::Summary;
use verdicts::PairVerdict;

use crate::record::campaign::Campaign;

/// All that is said of a campaign.
#[derive(Debug)]
pub(crate) struct Analysis {
    pub(crate) summaries: Vec<Summary>,
    pub(crate) verdicts: Vec<PairVerdict>,
    pub(crate) decision: Decision,
}

/// Analyses a whole campaign.
pub(crate) fn analyse(campaign: &Campaign) -> Analysis {
    Analysis {
        summaries: summary::summaries(campaign),
        verdicts: verdicts::all(&campaign.plan, &campaign.samples),
        decision: decision::decide(&campaign.plan, &campaign.samples),
    }
}
