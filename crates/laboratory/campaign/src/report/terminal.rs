//! What a campaign ends with on the terminal: tables that fit it, what they need to be understood, and the conclusion
//! in five lines.

mod brief;
mod constant_rates;
mod narrow;
mod summaries;

pub use brief::brief;

use super::{capacity, duet, figure::times, lower_bound, machines, rule, sentence};
use crate::{
    analysis::Analysis,
    analysis::decision::{Ranked, Standing},
    record::campaign::Campaign,
};
use narrow::{Narrow, wrapped};

/// The widest that anything is, in columns, so that it can be pasted.
pub const WIDEST: u16 = 80;

/// Everything but the conclusion, in lines of at most so many columns.
#[must_use]
pub fn evidence(campaign: &Campaign, analysis: &Analysis, width: u16) -> String {
    let mut parts = summaries::tables(analysis, width);
    parts.extend(constant_rates::tables(campaign, analysis, width));
    parts.extend(duet(campaign, analysis, width));
    parts.extend(ranking(analysis, width));
    let sentences = capacity::tables(analysis).into_iter().map(|table| table.sentence);
    let sentences = sentences
        .chain(rule::sentence(&campaign.plan))
        .chain(lower_bound::sentence(analysis, &campaign.plan.rule()))
        .chain(machines::sentence(analysis));
    parts.extend(sentences.map(|sentence| wrapped(&sentence, width)));
    parts.join("\n")
}

/// Each contender against its earlier build; none where the plan has no earlier builds.
fn duet(campaign: &Campaign, analysis: &Analysis, width: u16) -> Option<String> {
    let rows = duet::rows(&campaign.plan, analysis);
    let table =
        Narrow { header: duet::HEADER, rows, by_need: &[0, 1, 3, 4, 5, 2], kept: 5, words: 4 };
    table.rendered(width)
}

/// The scores, and why a contender has none.
fn ranking(analysis: &Analysis, width: u16) -> Option<String> {
    let decision = &analysis.decision;
    let ranked = decision.ranking.iter().map(|one| {
        let Ranked { contender, against_leader, .. } = one;
        let standing = sentence::standing(*against_leader);
        let behind = one.lead.filter(|_| *against_leader != Standing::Leader);
        let ahead = behind.map_or_else(String::new, |lead| {
            let ahead = times(lead.ratio, decision.bound_of_lead(one));
            format!("{ahead} ({})", sentence::range(lead, "–"))
        });
        [contender.clone(), sentence::score(one), standing, ahead]
    });
    let excluded = decision.excluded.iter().map(|one| {
        let why = format!("excluded: {}", one.reason);
        [one.contender.clone(), String::new(), why, String::new()]
    });
    let header = ["contender", "score", "against the leader", "leader ahead (95 % CI)"];
    let rows = ranked.chain(excluded).collect();
    Narrow { header, rows, by_need: &[0, 1, 2, 3], kept: 3, words: 4 }.rendered(width)
}
