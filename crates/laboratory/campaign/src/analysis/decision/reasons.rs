//! What a decision rests on: how much each criterion adds to the lead, and how far its weight can
//! move before another contender has the highest score.

use super::{Decision, Ranked};
use crate::matrix::DecisionRule;

/// The contender that is recommended, or that the estimates favour, beside the best of the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Reasons<'a> {
    /// The one that is recommended or favoured.
    pub winner: &'a str,
    /// The one with the highest score among the others.
    pub runner_up: &'a str,
    /// What each criterion adds, in the rule's order.
    pub contributions: Vec<Contribution<'a>>,
    /// The runner-up's score over the best of the others at the end of its 95 % interval that
    /// favours it; above 1 it may be the best. None where its interval has no such end.
    pub best_case: Option<f64>,
}

/// What a criterion adds to the lead over the runner-up.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution<'a> {
    /// Its share of all weights, above 0 and at most 1.
    pub weight: f64,
    /// The winner's figure over the runner-up's, oriented so that it is above 1 where the winner is
    /// better.
    pub ratio: f64,
    /// What it adds to the logarithm of the ratio of their scores; below 0 it speaks for the
    /// runner-up.
    pub log: f64,
    /// With less weight than this, the others as they stand to one another, the leader loses the
    /// highest score.
    pub below: Option<Turn<'a>>,
    /// With more weight than this it loses it, likewise.
    pub above: Option<Turn<'a>>,
}

/// Where the highest score changes hands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turn<'a> {
    /// The criterion's share of all weights, above 0 and below 1.
    pub weight: f64,
    /// Who has the highest score beyond it.
    pub to: &'a str,
}

/// Why the winner is recommended rather than the runner-up; `None` where nobody was compared.
#[must_use]
pub fn reasons<'a>(decision: &'a Decision, rule: &DecisionRule) -> Option<Reasons<'a>> {
    let winner = decision.favoured()?;
    let (own, others): (Vec<&Ranked>, Vec<&Ranked>) =
        decision.ranking.iter().partition(|ranked| ranked.contender == winner);
    let (own, &runner_up) = (own.first()?, others.first()?);
    let weights = shares(rule);
    let gaps = gaps(own, runner_up);
    let contributions = weights.iter().zip(gaps).enumerate();
    let contributions = contributions.map(|(at, (&weight, gap))| {
        let [below, above] = turns(&decision.ranking, &weights, at);
        Contribution { weight, ratio: gap.exp(), log: weight * gap, below, above }
    });
    let leads = decision.ranking.first().is_some_and(|leader| leader.contender != winner);
    let best_case = runner_up.lead.map(|lead| if leads { lead.high } else { lead.low.recip() });
    Some(Reasons {
        winner,
        runner_up: &runner_up.contender,
        contributions: contributions.collect(),
        best_case: best_case.filter(|case| case.is_finite()),
    })
}

/// Each criterion's share of all weights.
#[must_use]
pub fn shares(rule: &DecisionRule) -> Vec<f64> {
    let weights = || rule.criteria.iter().map(|criterion| criterion.weight);
    let all: f64 = weights().sum();
    weights().map(|weight| weight / all).collect()
}

/// The logarithms of one contender's figures over those of another.
fn gaps(one: &Ranked, other: &Ranked) -> Vec<f64> {
    let pairs = one.criteria.iter().zip(&other.criteria);
    pairs.map(|(one, other)| (one / other).ln()).collect()
}

/// How far down and how far up the weight of a criterion can move.
fn turns<'a>(ranking: &'a [Ranked], weights: &[f64], at: usize) -> [Option<Turn<'a>>; 2] {
    let Some((leader, others)) = ranking.split_first() else { return [None; 2] };
    let turns = others.iter().filter_map(|other| {
        let weight = turn(&gaps(leader, other), weights, at)?;
        Some(Turn { weight, to: &other.contender })
    });
    let (below, above): (Vec<Turn>, Vec<Turn>) = turns.partition(|turn| turn.weight < weights[at]);
    let order = |one: &Turn, other: &Turn| one.weight.total_cmp(&other.weight);
    [below.into_iter().max_by(order), above.into_iter().min_by(order)]
}

/// The weight of a criterion at which a lead with these gaps is lost. The lead is linear in the
/// weight: `weight × gap + (1 - weight) × the others' mean gap`.
fn turn(gaps: &[f64], weights: &[f64], at: usize) -> Option<f64> {
    let (gap, weight) = (gaps[at], weights[at]);
    let lead: f64 = gaps.iter().zip(weights).map(|(gap, weight)| gap * weight).sum();
    let others = (lead - weight * gap) / (1.0 - weight);
    let turn = others / (others - gap);
    (lead > 0.0 && turn > 0.0 && turn < 1.0).then_some(turn)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{
        analysis::decision::{Lead, Settlement, Standing},
        matrix::{Criterion, Metric},
        name::Name,
    };

    /// A name, shares of the best in the criteria, and the interval of its score.
    pub(crate) type Contender<'a> = (&'a str, &'a [f64], Option<Lead>);

    /// The decision among these, the best first, and its rule: throughput in the scenarios `one`, `two`
    /// and so on with these weights.
    pub(crate) fn decided(weights: &[f64], field: &[Contender]) -> (Decision, DecisionRule) {
        let names = ["one", "two", "three"].map(|name| Name::try_from(name.to_owned()).unwrap());
        let criteria = names.into_iter().zip(weights).map(|(scenario, &weight)| Criterion {
            scenario,
            metric: Metric::RequestsPerS,
            weight,
        });
        let rule = DecisionRule {
            objective: "Choose.".to_owned(),
            margin: 0.05,
            tie_breaker: Metric::PeakRssTreeKb,
            criteria: criteria.collect(),
        };
        let score = |shares: &[f64]| {
            let logs = shares.iter().zip(weights).map(|(share, weight)| weight * share.ln());
            (logs.sum::<f64>() / weights.iter().sum::<f64>()).exp()
        };
        let ranked = |&(contender, shares, lead): &Contender| Ranked {
            contender: contender.to_owned(),
            score: score(shares),
            at_least: false,
            criteria: shares.to_vec(),
            tie_breaker: None,
            against_leader: if contender == field[0].0 {
                Standing::Leader
            } else {
                Standing::Behind
            },
            lead,
            weightings_won: 0.0,
            on_pareto_front: true,
        };
        let decision = Decision {
            drivers: Vec::new(),
            ranking: field.iter().map(ranked).collect(),
            excluded: Vec::new(),
            winner: Some(field[0].0.to_owned()),
            leaning: None,
            provisional: false,
            by_tie_breaker: false,
            settlement: Settlement::Settled,
            weightings: 1,
        };
        (decision, rule)
    }

    fn near(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-12
    }

    #[test]
    fn the_contributions_make_the_lead() {
        let field: [Contender; 2] = [("a", &[1.0, 0.5, 1.0], None), ("b", &[0.25, 1.0, 1.0], None)];
        let (decision, rule) = decided(&[2.0, 1.0, 1.0], &field);
        let reasons = reasons(&decision, &rule).unwrap();
        assert_eq!((reasons.winner, reasons.runner_up), ("a", "b"));
        let logs: Vec<f64> = reasons.contributions.iter().map(|one| one.log).collect();
        assert!(near(logs.iter().sum(), (4f64.sqrt() * 0.5f64.powf(0.25)).ln()), "{logs:?}");
        assert!(logs[0] > 0.0 && logs[1] < 0.0 && near(logs[2], 0.0), "{logs:?}");
        assert!(near(reasons.contributions[0].ratio, 4.0));
    }

    #[test]
    fn a_weight_turns_the_ranking_where_the_scores_cross() {
        // Twice as good in the first, half as good in the second: they cross at equal weights.
        let field: [Contender; 3] =
            [("a", &[1.0, 0.5], None), ("b", &[0.5, 1.0], None), ("c", &[0.1, 0.1], None)];
        let (decision, rule) = decided(&[3.0, 1.0], &field);
        let [first, second] = &reasons(&decision, &rule).unwrap().contributions[..] else {
            panic!("two");
        };
        let below = first.below.unwrap();
        assert!(near(below.weight, 0.5) && below.to == "b", "{below:?}");
        assert_eq!((first.above, second.below), (None, None));
        assert!(near(second.above.unwrap().weight, 0.5));
    }

    #[test]
    fn no_weight_turns_a_ranking_whose_leader_is_the_best_in_everything_nor_one_of_a_single_criterion()
     {
        let dominated: [Contender; 2] = [("a", &[1.0, 1.0], None), ("b", &[0.9, 0.4], None)];
        let single: [Contender; 2] = [("a", &[1.0], None), ("b", &[0.9], None)];
        for (weights, field) in [(&[1.0, 1.0][..], &dominated), (&[1.0], &single)] {
            let (decision, rule) = decided(weights, field);
            let all = reasons(&decision, &rule).unwrap().contributions;
            assert!(all.iter().all(|one| one.below.is_none() && one.above.is_none()), "{all:?}");
        }
    }

    #[test]
    fn the_best_case_is_the_end_of_the_interval_that_favours_the_runner_up() {
        let interval = Some(Lead { ratio: 1.1, low: 0.8, high: 1.5 });
        let (decision, rule) = decided(&[1.0], &[("a", &[1.0], None), ("b", &[0.9], interval)]);
        assert!(near(reasons(&decision, &rule).unwrap().best_case.unwrap(), 1.25));
    }

    #[test]
    fn one_alone_has_no_reasons() {
        let (decision, rule) = decided(&[1.0], &[("a", &[1.0], None)]);
        assert_eq!(reasons(&decision, &rule), None);
    }
}
