//! The decision in one sentence, with its evidence.

use std::borrow::Borrow;

use super::figure;
use crate::{
    analysis::{
        bound::Bound,
        decision::{Decision, Lead, Leaning, Ranked, Standing},
        verdicts::{PairwiseResult, Verdict},
    },
    human::number,
    matrix::DecisionRule,
};

/// What the campaign recommends, and how sure that is.
#[must_use]
pub fn decision(decision: &Decision, rule: &DecisionRule) -> String {
    if let Some(leaning) = &decision.leaning {
        return self::leaning(decision, leaning);
    }
    let Some(winner) = &decision.winner else {
        return "No contender can be recommended: none has every figure that the decision rule weighs."
            .to_owned();
    };
    let others: Vec<&Ranked> =
        decision.ranking.iter().filter(|ranked| ranked.contender != *winner).collect();
    if others.is_empty() {
        return format!(
            "{winner} is recommended: it is the only eligible contender, so there was nothing to decide."
        );
    }
    let provisionally = if decision.provisional { " provisionally" } else { "" };
    let why = why(decision, &others, rule);
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

/// How the recommended contender stands to the others.
fn why(decision: &Decision, others: &[&Ranked], rule: &DecisionRule) -> String {
    let ties: Vec<&Ranked> = others.iter().copied().filter(|other| other.ties()).collect();
    if ties.is_empty() {
        let next = others[0];
        let lead = decision.ranking[0].lead;
        let lead = lead.map_or(String::new(), |lead| format!(" {}", interval(lead)));
        return format!("it scores {}{lead}", ahead_of(decision, next));
    }
    let chosen = if decision.by_tie_breaker {
        let tie_breaker = rule.tie_breaker.title();
        format!("and is shown to be the best of the equivalent ones in {tie_breaker}")
    } else {
        "and has the highest score of them by estimate".to_owned()
    };
    let ties: Vec<String> = ties.into_iter().map(tie).collect();
    format!("it ties on score with {}, {chosen}", list(&ties))
}

/// How many times as high the leader's score is as the runner-up's.
pub(super) fn ahead_of(decision: &Decision, runner_up: &Ranked) -> String {
    let times = figure::times(runner_up.score.recip(), decision.bound_of_lead(runner_up));
    format!("{times} the runner-up, {}", runner_up.contender)
}

/// A contender's score over the leader's, with its mark.
pub(super) fn score(ranked: &Ranked) -> String {
    format!("{}{}", Bound::lower(ranked.at_least).sign(), number(ranked.score))
}

/// What a round or two say, which recommend nobody.
fn leaning(decision: &Decision, leaning: &Leaning) -> String {
    let Leaning { contender, rounds, more_rounds } = leaning;
    let (who, it) = match rounds {
        1 => ("A single round recommends nobody".to_owned(), "it leans"),
        _ => (format!("{rounds} rounds recommend nobody"), "they lean"),
    };
    let next = decision.ranking.iter().find(|other| other.contender != *contender);
    let by = next.map_or_else(String::new, |next| {
        let name = &next.contender;
        if next.ties() {
            return format!(", not told apart from {name}");
        }
        format!(", which scores {}, by estimate", ahead_of(decision, next))
    });
    let more = more(*more_rounds);
    format!("{who}: {it} towards {contender}{by}; a recommendation takes about {more}.")
}

/// How far the leader is ahead of the best of the others, or of this one; a tie is called a tie.
#[must_use]
pub fn advantage(decision: &Decision, ranked: &Ranked) -> Option<String> {
    let lead = ranked.lead?;
    let is_leader = ranked.against_leader == Standing::Leader;
    let other = if is_leader { decision.ranking.get(1)? } else { ranked };
    let times = match other.against_leader {
        Standing::Equivalent => "equivalent".to_owned(),
        Standing::NotToldApart { .. } => "not told apart".to_owned(),
        _ => figure::times(lead.ratio, decision.bound_of_lead(other)),
    };
    Some(format!("{times} {}", interval(lead)))
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
        Standing::NotToldApart { .. } => format!("{} (not told apart)", other.contender),
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

/// So many more rounds.
pub(super) fn more(rounds: usize) -> String {
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
        Standing::NotToldApart { more_rounds: None } => "tie: not told apart".to_owned(),
        Standing::NotToldApart { more_rounds: Some(rounds) } => {
            format!("tie: not told apart, about {}", more(rounds))
        }
    }
}

/// The ratio of a pair with its interval, or the inverse ratio; `None` where either is missing.
pub(super) fn times(pair: &PairwiseResult, is_ratio: bool) -> Option<String> {
    let (ratio, low, high) = (pair.ratio?, pair.low?, pair.high?);
    Some(if pair.bound == Bound::Unknown {
        "by an unknown ratio".to_owned()
    } else if is_ratio {
        figure::times_within(ratio, [low, high], pair.bound)
    } else {
        let ends = [high.recip(), low.recip()];
        figure::times_within(ratio.recip(), ends, pair.bound.inverse())
    })
}

/// The verdict on a pair: the better one first, with how far it is ahead.
#[must_use]
pub fn verdict(pair: &PairwiseResult) -> String {
    let more_is_better = pair.metric.more_is_better();
    let ahead = |name: &str, is_ratio: bool| {
        times(pair, is_ratio).map_or_else(|| name.to_owned(), |times| format!("{name} {times}"))
    };
    match pair.verdict {
        Verdict::ABetter => ahead(&pair.a, more_is_better),
        Verdict::BBetter => ahead(&pair.b, !more_is_better),
        Verdict::Equivalent => "equivalent".to_owned(),
        Verdict::DriverBound => format!("no verdict: driver-bound{}", bounded(pair)),
        Verdict::Inconclusive if pair.coarse => {
            "inconclusive: too few answers, needs a longer window".to_owned()
        }
        Verdict::Inconclusive => match pair.more_rounds {
            Some(rounds) => format!("inconclusive, needs about {}", more(rounds)),
            None => "inconclusive".to_owned(),
        },
    }
}

/// What is known of a ratio that is a bound.
fn bounded(pair: &PairwiseResult) -> String {
    let PairwiseResult { a, b, bound, .. } = pair;
    match (bound, pair.ratio) {
        (Bound::Unknown, _) => "; both are lower bounds, so their ratio is unknown".to_owned(),
        (Bound::AtLeast | Bound::AtMost, Some(ratio)) => {
            format!("; {a} {} {b}", figure::times(ratio, *bound))
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{load_driver::LoadDriver, matrix::Metric};

    fn pair(verdict: Verdict, ratio: f64, bound: Bound) -> PairwiseResult {
        PairwiseResult {
            scenario: "validate".to_owned(),
            driver: LoadDriver::Dyno,
            point: None,
            metric: Metric::RequestsPerS,
            a: "a".to_owned(),
            b: "b".to_owned(),
            ratio: Some(ratio),
            low: Some(ratio * 0.9),
            high: Some(ratio * 1.1),
            bound,
            verdict,
            more_rounds: None,
            coarse: false,
        }
    }

    #[test]
    fn a_ratio_with_a_lower_bound_in_it_is_one_an_upper_bound_or_unknown() {
        let cases = [
            (Verdict::ABetter, 2.0, Bound::of_ratio(false, false), "a 2.00× (1.80 to 2.20)"),
            (Verdict::ABetter, 2.0, Bound::of_ratio(true, false), "a ≥ 2.00× (from 1.80)"),
            (Verdict::BBetter, 0.5, Bound::of_ratio(false, true), "b ≥ 2.00× (from 1.82)"),
            (
                Verdict::DriverBound,
                2.0,
                Bound::of_ratio(false, true),
                "no verdict: driver-bound; a ≤ 2.00× b",
            ),
            (
                Verdict::DriverBound,
                0.5,
                Bound::of_ratio(true, false),
                "no verdict: driver-bound; a ≥ 0.500× b",
            ),
            (
                Verdict::DriverBound,
                2.0,
                Bound::of_ratio(true, true),
                "no verdict: driver-bound; both are lower bounds, so their ratio is unknown",
            ),
        ];
        for (said, ratio, bound, expected) in cases {
            assert_eq!(verdict(&pair(said, ratio, bound)), expected);
        }
    }

    #[test]
    fn a_sentence_lists_a_few_and_counts_the_others() {
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(list(&["a", "b", "c", "d", "e", "f"]), "a, b, c, d, e and f");
        assert_eq!(list(&["a", "b", "c", "d", "e", "f", "g"]), "a, b, c, d, e and 2 others");
    }
}
