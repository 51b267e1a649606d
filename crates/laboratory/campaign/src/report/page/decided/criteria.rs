//! The criteria of the rule: the favoured contender's figure in each, and what it adds to the
//! lead over the runner-up.

use minijinja::{Value, context};

use super::{super::ink, percent};
use crate::{
    analysis::{
        Analysis,
        bound::Bound,
        decision::reasons::{Contribution, Reasons, Turn, shares},
        summary::Summary,
    },
    human::number,
    matrix::{Criterion, DecisionRule},
    plan::Plan,
    report::{
        figure::{self, times},
        plot::svg::INKS,
    },
};

/// Half the width of a bar's box: that of the longest bar.
const HALF: f64 = 1000.0;
/// A bar of a gap that can be seen.
const LEAST: f64 = 8.0;

/// A row for each criterion, in the rule's order; none where nobody is favoured.
pub(super) fn rows(
    plan: &Plan,
    rule: &DecisionRule,
    analysis: &Analysis,
    reasons: Option<&Reasons>,
) -> Vec<Value> {
    let Some(winner) = analysis.decision.favoured() else { return Vec::new() };
    let contributions = reasons.map_or(&[][..], |reasons| &reasons.contributions);
    let longest = contributions.iter().map(|one| one.log.abs()).fold(f64::MIN_POSITIVE, f64::max);
    let criteria = rule.criteria.iter().zip(shares(rule)).enumerate();
    criteria
        .map(|(at, (criterion, share))| {
            let own = analysis.weighed(criterion, winner);
            let against = reasons.map(|reasons| {
                let contribution = &reasons.contributions[at];
                let theirs = analysis.weighed(criterion, reasons.runner_up);
                let bound = bound(criterion, own, theirs);
                let for_winner = contribution.log > 0.0;
                let speaker = if for_winner { winner } else { reasons.runner_up };
                let length = (contribution.log.abs() / longest * HALF).max(LEAST).round();
                context! {
                    compared => compared(contribution.ratio, bound, criterion, reasons.runner_up),
                    factor => factor(contribution.log.exp(), bound),
                    speaker,
                    ink => ink(plan, speaker) % INKS,
                    left => if for_winner { HALF } else { HALF - length },
                    length,
                    turn => turn(contribution),
                }
            });
            context! {
                metric => criterion.metric.title(),
                scenario => criterion.scenario.as_str(),
                share => percent(share),
                // Where the slider stands: in whole percents.
                place => (share * 100.0).round(),
                figure => figure::weighed(own, criterion.metric),
                against,
            }
        })
        .collect()
}

/// What is known of the ratio of two figures beside its estimate.
fn bound(criterion: &Criterion, own: Option<&Summary>, theirs: Option<&Summary>) -> Bound {
    let is_bound = |summary: Option<&Summary>| {
        summary.is_some_and(|summary| summary.is_lower_bound(criterion.metric))
    };
    Bound::of_ratio(is_bound(own), is_bound(theirs))
}

fn compared(ratio: f64, bound: Bound, criterion: &Criterion, runner_up: &str) -> String {
    match bound {
        Bound::Estimate if number(ratio) == "1.00" => return format!("the same as {runner_up}"),
        Bound::Unknown => return format!("{runner_up}'s is a lower bound too"),
        _ => {}
    }
    let than = if criterion.metric.more_is_better() { "" } else { "as good as " };
    format!("{} {than}{runner_up}", times(ratio, bound))
}

fn factor(factor: f64, bound: Bound) -> String {
    if bound == Bound::Unknown { "unknown".to_owned() } else { times(factor, bound) }
}

/// How the weight would have to change.
fn turn(contribution: &Contribution) -> Option<String> {
    let beyond = |word: &str, turn: Option<Turn>| {
        let turn = turn?;
        Some(format!("{word} {} {} leads", percent(turn.weight), turn.to))
    };
    let turns = [beyond("below", contribution.below), beyond("above", contribution.above)];
    let turns: Vec<String> = turns.into_iter().flatten().collect();
    (!turns.is_empty()).then(|| turns.join(", "))
}
