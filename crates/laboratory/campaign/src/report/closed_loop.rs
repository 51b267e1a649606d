//! What the rule would say without capacity, with the closed loop of the same campaign in its place.

use super::sentence::ahead_of;
use crate::{
    analysis::{Analysis, decision::Decision},
    human::number,
    matrix::{Criterion, Metric},
    plan::Plan,
};

/// Whether the same contender would be recommended, and if not, why; `None` where the campaign has no
/// figures of both kinds.
pub(super) fn sentence(plan: &Plan, analysis: &Analysis) -> Option<String> {
    compared(plan, &analysis.decision, analysis.in_closed_loop.as_ref()?)
}

/// The plan's own decision, and the other one that rests on the closed loop.
pub(crate) fn compared(plan: &Plan, own: &Decision, other: &Decision) -> Option<String> {
    let (winner, there) = (own.favoured()?, other.favoured()?);
    let rule = "By the rule without capacity, with the throughput of the closed loop in its place,";
    if winner == there {
        return Some(format!("{rule} the same contender leads{}.", lead(other, there)));
    }
    let tie = match other.ranked(winner) {
        Some(ranked) if ranked.ties() => format!(", not told apart from {winner}"),
        _ => String::new(),
    };
    let why = why(plan, [own, other], [winner, there]).unwrap_or_default();
    Some(format!("{rule} {there} leads{tie}{why}."))
}

fn lead(decision: &Decision, leader: &str) -> String {
    let next = decision.ranking.iter().find(|ranked| ranked.contender != *leader);
    next.map_or_else(String::new, |next| {
        if next.ties() {
            return format!(", not told apart from {}", next.contender);
        }
        format!(": it scores {}", ahead_of(decision, next))
    })
}

/// The criterion in which the two rules differ most about the two contenders.
fn why(plan: &Plan, decisions: [&Decision; 2], [winner, there]: [&str; 2]) -> Option<String> {
    let rules = [plan.rule(), plan.in_closed_loop()?.rule()];
    let advantages = |decision: &Decision| -> Option<Vec<f64>> {
        let [one, other] = [decision.ranked(there)?, decision.ranked(winner)?];
        Some(one.criteria.iter().zip(&other.criteria).map(|(one, other)| one / other).collect())
    };
    let [own, closed] = [advantages(decisions[0])?, advantages(decisions[1])?];
    let gain = |at: usize| rules[0].criteria[at].weight * (closed[at] / own[at]).ln();
    let at = (0..own.len().min(closed.len()))
        .max_by(|&one, &other| gain(one).total_cmp(&gain(other)))?;
    let named = |criterion: &Criterion| match criterion.metric {
        Metric::ServerCpuUsPerRequest => "server CPU per request at the capacity",
        other => other.title(),
    };
    Some(format!(
        ": in {} its {} in the closed loop is {}× as good as {winner}'s, its {} {}×",
        rules[1].criteria[at].scenario,
        rules[1].criteria[at].metric.title(),
        number(closed[at]),
        named(&rules[0].criteria[at]),
        number(own[at]),
    ))
}
