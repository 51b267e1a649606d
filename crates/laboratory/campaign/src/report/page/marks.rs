//! What the marks in a plot of samples mean, and whose they are.

use super::driven::Driven;
use crate::{
    record::{
        campaign::Campaign,
        sample::{Sample, Status},
    },
    report::plot::mark::Mark,
};

/// A note for each mark that stands there.
pub(super) fn notes(campaign: &Campaign, one: &Driven) -> Vec<String> {
    let marked = |mark: Mark| counted(campaign, one, mark);
    let excluded = marked(Mark::Excluded)
        .map(|whose| format!("{} Excluded samples: {whose}.", Mark::Excluded.sign()));
    let lost = marked(Mark::Lost).map(|whose| {
        format!(
            "{} Lost samples, for which the contender is not to blame: {whose}. Those without a figure are not drawn.",
            Mark::Lost.sign()
        )
    });
    [disturbed(one), excluded, lost].into_iter().flatten().collect()
}

/// What stands for a sample.
pub(super) fn mark(sample: &Sample) -> Mark {
    match sample.status {
        Status::Ok => Mark::counting(sample.disturbed),
        Status::Invalid | Status::Failed => Mark::Excluded,
        Status::Lost => Mark::Lost,
    }
}

/// The disturbed cells, and by what; `None` where there are none.
pub(super) fn disturbed(one: &Driven) -> Option<String> {
    let disturbed = one.summaries.iter().filter(|summary| summary.disturbed > 0);
    let disturbed: Vec<String> = disturbed
        .map(|it| format!("{} ({} of {}: {})", it.contender, it.disturbed, it.ok, it.disturbance))
        .collect();
    (!disturbed.is_empty()).then(|| {
        format!(
            "{} Disturbed samples, whose figures are doubtful: {}.",
            Mark::Disturbed.sign(),
            disturbed.join(", ")
        )
    })
}

/// How many samples each contender has of those that a mark stands for, also if they were measured again; `None` where
/// none has any.
fn counted(campaign: &Campaign, one: &Driven, of: Mark) -> Option<String> {
    let is_one = |sample: &&Sample, contender: &str| {
        let cell = (sample.contender.as_str(), sample.scenario.as_str(), sample.driver);
        cell == (contender, one.scenario.name.as_str(), one.driver) && mark(sample) == of
    };
    let counts = one.summaries.iter().map(|summary| {
        let own = campaign.samples.iter().filter(|sample| is_one(sample, &summary.contender));
        (&summary.contender, own.count())
    });
    let counts: Vec<String> = counts
        .filter(|&(_, count)| count > 0)
        .map(|(contender, count)| format!("{contender} {count}"))
        .collect();
    (!counts.is_empty()).then(|| counts.join(", "))
}
