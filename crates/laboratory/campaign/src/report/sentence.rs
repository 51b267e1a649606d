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
            "{winner} is recommended: it is the only eligible contender, so there was nothing to decide."
        );
    }
    let ties: Vec<&Ranked> = others.iter().copied().filter(|other| other.ties()).collect();
    let provisionally = if decision.provisional { " provisionally" } else { "" };
    let why = if ties.is_empty() {
        let next = others[0];
        let lead = decision.ranking[0].lead;
        let lead = lead.map_or(String::new(), |lead| format!(" {}", interval(lead)));
        format!("it scores {}× the runner-up, {}{lead}", number(next.score.recip()), next.contender)
    } else {
        let tie_breaker = rule.tie_breaker.title();
        let chosen = if decision.by_tie_breaker {
            format!("and is shown to be the best of the equivalent ones in {tie_breaker}")
        } else {
            "and has the highest score of them by estimate".to_owned()
        };
        let ties: Vec<String> = ties.into_iter().map(tie).collect();
        format!("it ties on score with {}, {chosen}", list(&ties))
    };
    let unproven: Vec<&str> = others
        .iter()
        .filter(|other| matches!(other.against_leader, Standing::BehindByEstimate { .. }))
        .map(|other| other.contender.as_str())
        .collect();
    let unproven = match unproven.as_slice() {
        [] => String::new(),
        names => format!("; the deficit of {} is not confirmed yet", list(names)),
    };
    format!("{winner} is recommended{provisionally}: {why}{unproven}.")
}

/// A sentence lists at most this many; the ranking has all.
const LISTED: usize = 6;

/// A list of words: `a, b and c`.
pub(super) fn list<S: Borrow<str>>(words: &[S]) -> String {
    match words {
        [] => String::new(),
        [one] => one.borrow().to_owned(),
        [some @ .., _] if words.len() > LISTED => {
            let some = &some[..LISTED - 1];
            format!("{} and {} others", some.join(", "), words.len() - some.len())
        }
        [most @ .., last] => format!("{} and {}", most.join(", "), last.borrow()),
    }
}

fn tie(other: &Ranked) -> String {
    match other.against_leader {
        Standing::Equivalent => format!("{} (shown to be equivalent)", other.contender),
        Standing::NotToldApart { .. } => format!("{} (no difference confirmed)", other.contender),
        Standing::DriverBound => format!("{} (held back by the driver)", other.contender),
        _ => other.contender.clone(),
    }
}

/// An interval as it stands in a sentence.
#[must_use]
pub fn interval(lead: Lead) -> String {
    format!("(95 % CI {})", range(lead, "–"))
}

/// From where to where an interval reaches; it may have no upper end.
pub(super) fn range(lead: Lead, to: &str) -> String {
    let low = number(lead.low);
    if lead.high.is_finite() {
        format!("{low}{to}{}", number(lead.high))
    } else {
        format!("from {low}")
    }
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
        Standing::DriverBound => "tie: held back by the driver".to_owned(),
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
        Verdict::DriverBound => "no verdict: driver-bound".to_owned(),
        Verdict::Inconclusive if pair.coarse => {
            "inconclusive: too few answers, needs a longer window".to_owned()
        }
        Verdict::Inconclusive => match pair.more_rounds {
            Some(rounds) => format!("inconclusive, needs about {}", more(rounds)),
            None => "inconclusive".to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::list;

    #[test]
    fn a_sentence_lists_a_few_and_counts_the_others() {
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(list(&["a", "b", "c", "d", "e", "f"]), "a, b, c, d, e and f");
        assert_eq!(list(&["a", "b", "c", "d", "e", "f", "g"]), "a, b, c, d, e and 2 others");
    }
}
