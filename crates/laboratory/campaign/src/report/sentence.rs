//! The decision in one sentence, with its evidence.

use std::{borrow::Borrow, fmt::Write};

use crate::human::number;
use crate::{
    analysis::{
        decision::{Decision, Lead, Ranked, Standing},
        verdicts::{PairwiseResult, Verdict},
    },
    matrix::DecisionRule,
};

/// What the campaign recommends, and how sure that is.
#[must_use]
pub fn decision(decision: &Decision, rule: &DecisionRule) -> String {
    let Some(winner) = &decision.winner else {
        return "No contender can be recommended: none has valid figures in every scenario that the \
                decision rule weighs."
            .to_owned();
    };
    let others: Vec<&Ranked> =
        decision.ranking.iter().filter(|ranked| ranked.contender != *winner).collect();
    if others.is_empty() {
        return format!(
            "{winner} is recommended: no other contender has valid figures in every measured scenario."
        );
    }
    let sentence = if decision.by_tie_breaker {
        let ties: Vec<String> =
            others.iter().filter(|other| other.ties()).map(|other| tie(other)).collect();
        format!(
            "{winner} is recommended: it ties on score with {}, and is the best of them in {}",
            list(&ties),
            rule.tie_breaker.title()
        )
    } else {
        let next = others[0];
        let lead = next.lead.map_or(String::new(), |lead| format!(" {}", interval(lead)));
        format!(
            "{winner} is recommended: it scores {}× the runner-up, {}{lead}",
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
    format!("{sentence}; the deficit of {} is not confirmed yet.", list(&unproven))
}

/// A list of words: `a, b and c`.
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
        Standing::NotToldApart { .. } => format!("{} (no difference confirmed)", other.contender),
        _ => other.contender.clone(),
    }
}

/// An interval as it stands in a sentence.
#[must_use]
pub fn interval(lead: Lead) -> String {
    format!("(95 % CI {}–{})", number(lead.low), number(lead.high))
}

fn more(rounds: usize) -> String {
    format!("{rounds} more {}", if rounds == 1 { "round" } else { "rounds" })
}

/// How a contender stands against the leader.
#[must_use]
pub fn standing(standing: Standing) -> String {
    match standing {
        Standing::Leader => "leader".to_owned(),
        Standing::Behind => "behind".to_owned(),
        Standing::BehindByEstimate { more_rounds: None } => "behind, not confirmed".to_owned(),
        Standing::BehindByEstimate { more_rounds: Some(rounds) } => {
            format!("behind, not confirmed: about {}", more(rounds))
        }
        Standing::Equivalent => "tie: equivalent".to_owned(),
        Standing::NotToldApart { more_rounds: None } => "tie: no difference confirmed".to_owned(),
        Standing::NotToldApart { more_rounds: Some(rounds) } => {
            format!("tie: no difference confirmed, about {}", more(rounds))
        }
    }
}

/// The verdict on a pair: the better one first, with how far it is ahead.
#[must_use]
pub fn verdict(pair: &PairwiseResult) -> String {
    let more_is_better = pair.metric.more_is_better();
    let ahead = |name: &str, flip: bool| {
        let (Some(ratio), Some(low), Some(high)) = (pair.ratio, pair.low, pair.high) else {
            return name.to_owned();
        };
        let (ratio, low, high) =
            if flip { (ratio.recip(), high.recip(), low.recip()) } else { (ratio, low, high) };
        let mut text = format!("{name} {}×", number(ratio));
        // Writing to a string cannot fail.
        let _ = write!(text, " ({} to {})", number(low), number(high));
        text
    };
    match pair.verdict {
        Verdict::ABetter => ahead(&pair.a, !more_is_better),
        Verdict::BBetter => ahead(&pair.b, more_is_better),
        Verdict::Equivalent => "equivalent".to_owned(),
        Verdict::Inconclusive => match pair.more_rounds {
            Some(rounds) => format!("inconclusive, needs about {}", more(rounds)),
            None => "inconclusive".to_owned(),
        },
    }
}
