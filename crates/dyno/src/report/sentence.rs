//! The decision in one sentence, with its evidence.

use std::borrow::Borrow;

use super::human::number;
use crate::{
    analysis::decision::{Decision, Lead, Ranked, Standing},
    matrix::DecisionRule,
};

/// What the campaign recommends, and how sure that is.
pub(crate) fn decision(decision: &Decision, rule: &DecisionRule) -> String {
    let Some(winner) = &decision.winner else {
        return "No contender can be recommended: none has valid figures in every scenario."
            .to_owned();
    };
    let others: Vec<&Ranked> =
        decision.ranking.iter().filter(|ranked| ranked.contender != *winner).collect();
    if others.is_empty() {
        return format!(
            "{winner} is recommended: it alone has valid figures in every scenario that was measured."
        );
    }
    let sentence = if decision.by_tie_breaker {
        let ties: Vec<String> =
            others.iter().filter(|other| other.ties()).map(|other| tie(other)).collect();
        format!(
            "{winner} is recommended: its score ties with that of {}, and of these it is the best in {}",
            list(&ties),
            rule.tie_breaker.title()
        )
    } else {
        let next = others[0];
        let lead = next.lead.map_or(String::new(), |lead| format!(" {}", interval(lead)));
        format!(
            "{winner} is recommended: its score is {} times that of {}{lead}, the next",
            number(next.score.recip()),
            next.contender
        )
    };
    let unproven: Vec<&str> = others
        .iter()
        .filter(|other| matches!(other.against_leader, Standing::BehindByEstimate { .. }))
        .map(|other| other.contender.as_str())
        .collect();
    if unproven.is_empty() {
        return sentence + ".";
    }
    let stands = if unproven.len() > 1 { "stand" } else { "stands" };
    format!("{sentence}; that {} {stands} behind is an estimate, not shown yet.", list(&unproven))
}

/// Words in a row: `a, b and c`.
fn list<S: Borrow<str>>(words: &[S]) -> String {
    match words {
        [] => String::new(),
        [one] => one.borrow().to_owned(),
        [most @ .., last] => format!("{} and {}", most.join(", "), last.borrow()),
    }
}

fn tie(other: &Ranked) -> String {
    match other.against_leader {
        Standing::Equivalent => format!("{} (shown to be equivalent)", other.contender),
        Standing::NotToldApart { .. } => format!("{} (not told apart)", other.contender),
        _ => other.contender.clone(),
    }
}

/// An interval as it stands in a sentence.
pub(crate) fn interval(lead: Lead) -> String {
    format!("(95 % interval {} to {})", number(lead.low), number(lead.high))
}
