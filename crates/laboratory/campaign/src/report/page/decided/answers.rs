//! By how much the recommended contender leads, how sure that is, why, and what would change it.

use minijinja::{Value, context};

use super::{percent, unbroken};
use crate::{
    analysis::{
        bound::Bound,
        decision::{
            Decision, Ranked, Standing,
            reasons::{Contribution, Reasons, Turn},
        },
    },
    human::number,
    matrix::{Criterion, DecisionRule},
    report::{
        figure::times,
        sentence::{self, interval, list},
    },
};

/// A gap this small a part of the largest one is not worth a word.
const SMALL: f64 = 0.05;

/// What is compared: the winner and the runner-up.
struct Pair<'a> {
    decision: &'a Decision,
    rule: &'a DecisionRule,
    reasons: &'a Reasons<'a>,
    winner: &'a Ranked,
    runner_up: &'a Ranked,
}

/// The answers to a reader's questions.
pub(super) fn answers(
    rule: &DecisionRule,
    decision: &Decision,
    reasons: &Reasons,
) -> Option<Value> {
    let pair = Pair::new(decision, rule, reasons)?;
    let changes = [pair.best_case(), pair.weights(), pair.more_rounds()];
    let changes: Vec<String> = changes.iter().flatten().map(|line| unbroken(line)).collect();
    Some(context! {
        lead => pair.lead(),
        certainty => unbroken(&pair.certainty()),
        changes,
        why => pair.why(),
        winner => reasons.winner,
        runner_up => reasons.runner_up,
    })
}

impl<'a> Pair<'a> {
    /// None where the decision does not rank them.
    fn new(
        decision: &'a Decision,
        rule: &'a DecisionRule,
        reasons: &'a Reasons<'a>,
    ) -> Option<Self> {
        let (winner, runner_up) =
            (decision.ranked(reasons.winner)?, decision.ranked(reasons.runner_up)?);
        Some(Self { decision, rule, reasons, winner, runner_up })
    }

    fn tied(&self) -> bool {
        self.winner.ties() && self.runner_up.ties()
    }

    /// The ratio of the scores, or that there is none to tell.
    fn lead(&self) -> String {
        let bound = Bound::of_ratio(self.winner.at_least, self.runner_up.at_least);
        let ratio = times(self.winner.score / self.runner_up.score, bound);
        match self.runner_up.against_leader {
            Standing::BehindByEstimate { .. } if bound == Bound::Estimate => {
                format!("about {ratio}")
            }
            Standing::Behind | Standing::BehindByEstimate { .. } => ratio,
            _ => "not told apart".to_owned(),
        }
    }

    fn certainty(&self) -> String {
        let (name, margin) = (self.reasons.runner_up, percent(self.rule.margin));
        let in_tie_breaker = self.rule.tie_breaker.title();
        let lead = self.winner.lead.map(interval);
        match self.runner_up.against_leader {
            Standing::Behind => {
                let lead = lead.map_or(String::new(), |lead| format!(" {lead}"));
                format!(
                    "the score of {name}{lead}. The chance that any claim of this ranking is false is at most 5 %."
                )
            }
            Standing::BehindByEstimate { .. } => match lead {
                Some(lead) => format!("the score of {name} {lead}: not confirmed."),
                None if self.decision.leaning.is_some() => {
                    format!(
                        "the score of {name}, by estimate alone: an interval takes three rounds."
                    )
                }
                None => format!("the score of {name}, by estimate: not confirmed."),
            },
            Standing::DriverBound => {
                format!("from {name}: the driver held it back, so that its score is a lower bound.")
            }
            Standing::NotToldApart { .. } => format!("from {name}: no difference is shown."),
            Standing::Equivalent | Standing::Leader => {
                let chosen = if self.decision.by_tie_breaker {
                    format!(
                        "is shown to be the better one in {in_tie_breaker}, which breaks the tie"
                    )
                } else {
                    "has the higher score by estimate".to_owned()
                };
                format!(
                    "from {name}: shown to be equivalent (within {margin}). {} {chosen}.",
                    self.reasons.winner
                )
            }
        }
    }

    /// What the runner-up reaches at the end of its interval that favours it.
    fn best_case(&self) -> Option<String> {
        let (winner, name) = (self.reasons.winner, self.reasons.runner_up);
        let Some(case) = self.reasons.best_case else {
            return match self.runner_up.against_leader {
                Standing::DriverBound => Some(format!(
                    "{name}'s best case is open: it may score more than was measured."
                )),
                _ if self.decision.leaning.is_some() => {
                    Some(format!("{name}'s best case is unknown before three rounds."))
                }
                _ => None,
            };
        };
        let times = number(case);
        Some(if self.decision.by_tie_breaker {
            format!(
                "In its best case (95 %) {name} scores {times}× {winner}, which is a tie still."
            )
        } else if times == "1.00" {
            format!("Even in its best case (95 %) {name} scores no more than {winner}.")
        } else if case < 1.0 {
            format!(
                "Even in its best case (95 %) {name} scores {times}× {winner} and does not win."
            )
        } else {
            format!(
                "In its best case (95 %) {name} scores {times}× the best of the others and wins."
            )
        })
    }

    /// How much the highest score depends on the weights.
    fn weights(&self) -> Option<String> {
        let (tried, won) = (self.decision.weightings, self.winner.weightings_won);
        if tried < 2 {
            return None;
        }
        let winner = self.reasons.winner;
        let on_front = self.decision.ranking.iter().filter(|ranked| ranked.on_pareto_front).count();
        if self.winner.on_pareto_front && on_front == 1 {
            return Some(format!("No other weights: {winner} is the best in every criterion."));
        }
        if won > 1.0 - 0.5 / tried as f64 {
            return Some(format!(
                "No other weights: {winner} has the highest score under all that were tried."
            ));
        }
        let won = percent(won);
        let part =
            format!("{winner} has the highest score under {won} of all ways to divide the weights");
        Some(match self.nearest_turn() {
            None => format!("{part}."),
            Some((criterion, weight, word, turn)) => format!(
                "{part}; {} has it with {word} than {} for {} (instead of {}).",
                turn.to,
                percent(turn.weight),
                criterion,
                percent(weight),
            ),
        })
    }

    /// The smallest change of one criterion's weight that gives another contender the highest score.
    fn nearest_turn(&self) -> Option<(&Criterion, f64, &'static str, Turn<'_>)> {
        let turns = self.criteria().flat_map(|(criterion, one)| {
            let turns = [("less", one.below), ("more", one.above)].into_iter();
            turns.filter_map(move |(word, turn)| Some((criterion, one.weight, word, turn?)))
        });
        let way =
            |&(_, weight, _, turn): &(&Criterion, f64, &str, Turn)| (turn.weight - weight).abs();
        turns.min_by(|one, other| way(one).total_cmp(&way(other)))
    }

    fn more_rounds(&self) -> Option<String> {
        if let Some(leaning) = &self.decision.leaning {
            let more = sentence::more(leaning.more_rounds);
            return Some(format!("About {more} make a recommendation."));
        }
        let more = sentence::more(self.decision.rounds_to_settle()?);
        Some(format!("About {more} would settle what is not confirmed."))
    }

    /// Which criteria make the difference.
    fn why(&self) -> String {
        let largest = self.criteria().map(|(_, one)| one.log.abs()).fold(0.0, f64::max);
        let side = |sign: f64| {
            let mut gaps: Vec<(&Criterion, f64)> = self
                .criteria()
                .map(|(criterion, one)| (criterion, one.log * sign))
                .filter(|&(_, log)| log > SMALL * largest)
                .collect();
            gaps.sort_by(|one, other| other.1.total_cmp(&one.1));
            gaps
        };
        let names = |gaps: &[(&Criterion, f64)]| {
            list(&gaps.iter().map(|(criterion, _)| criterion.to_string()).collect::<Vec<_>>())
        };
        let (own, others) = (side(1.0), side(-1.0));
        let winner = self.reasons.winner;
        let runner_up = self.reasons.runner_up;
        let speaks = |gaps: &[(&Criterion, f64)]| if gaps.len() == 1 { "speaks" } else { "speak" };
        let against = if others.is_empty() {
            String::new()
        } else {
            format!("; {} {} for {runner_up}", names(&others), speaks(&others))
        };
        let all: f64 = own.iter().map(|(_, log)| log).sum();
        let text = match own.as_slice() {
            [] => format!("no criterion speaks for {winner}"),
            _ if self.tied() => format!("{} {} for {winner}", names(&own), speaks(&own)),
            [only] => format!("{} decides", only.0),
            [first, rest @ ..] if first.1 * 2.0 >= all => {
                let gaps = if rest.len() == 1 { "the other gap is" } else { "the other gaps are" };
                format!("{} decides; {gaps} {}", first.0, names(rest))
            }
            all => format!("{} decide together", names(all)),
        };
        format!("{}{against}.", capitalised(&text))
    }

    fn criteria(&self) -> impl Iterator<Item = (&Criterion, &Contribution<'_>)> {
        self.rule.criteria.iter().zip(&self.reasons.contributions)
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::decision::{
        Lead, Leaning,
        reasons::{
            reasons,
            tests::{Contender, decided},
        },
    };

    /// What the page says where the second contender has this standing.
    fn said(weights: &[f64], field: &[Contender], standing: Standing) -> [String; 3] {
        let (decision, rule) = decided(weights, field);
        said_of(decision, &rule, standing)
    }

    fn said_of(mut decision: Decision, rule: &DecisionRule, standing: Standing) -> [String; 3] {
        decision.ranking[1].against_leader = standing;
        let reasons = reasons(&decision, rule).unwrap();
        let pair = Pair::new(&decision, rule, &reasons).unwrap();
        let changes = [pair.best_case(), pair.weights(), pair.more_rounds()];
        let changes: Vec<String> = changes.into_iter().flatten().collect();
        [format!("{} {}", pair.lead(), pair.certainty()), changes.join(" "), pair.why()]
    }

    #[test]
    fn a_single_round_tells_no_interval_and_no_best_case() {
        let field: [Contender; 2] = [("axum", &[1.0], None), ("flask", &[0.5], None)];
        let standing = Standing::BehindByEstimate { more_rounds: Some(2) };
        let (mut decision, rule) = decided(&[1.0], &field);
        decision.winner = None;
        decision.leaning =
            Some(Leaning { contender: "axum".to_owned(), rounds: 1, more_rounds: 2 });
        let [lead, changes, _] = said_of(decision, &rule, standing);
        assert!(lead.starts_with("about 2.00× the score of flask, by estimate alone"), "{lead}");
        assert!(changes.contains("unknown before three rounds"), "{changes}");
        assert!(changes.contains("About 2 more rounds make a recommendation"), "{changes}");
    }

    #[test]
    fn a_tie_has_no_ratio() {
        let field: [Contender; 2] = [("axum", &[1.0], None), ("actix-web", &[0.99], None)];
        let not_told_apart = Standing::NotToldApart { more_rounds: None };
        for standing in [Standing::Equivalent, Standing::DriverBound, not_told_apart] {
            let [lead, ..] = said(&[1.0], &field, standing);
            assert!(lead.starts_with("not told apart from actix-web"), "{lead}");
            assert!(!lead.contains('×'), "{lead}");
        }
    }

    #[test]
    fn the_largest_gap_decides_and_small_ones_are_not_named() {
        let field: [Contender; 2] = [("axum", &[1.0; 3], None), ("b", &[0.999, 0.5, 0.8], None)];
        let [.., why] = said(&[3.0, 2.0, 1.0], &field, Standing::Behind);
        assert_eq!(why, "Throughput in two decides; the other gap is throughput in three.");
    }

    #[test]
    fn what_speaks_for_the_runner_up_is_named() {
        let field: [Contender; 2] = [("axum", &[1.0, 0.8], None), ("b", &[0.4, 1.0], None)];
        let [_, changes, why] = said(&[1.0, 1.0], &field, Standing::Behind);
        assert_eq!(why, "Throughput in one decides; throughput in two speaks for b.");
        assert!(changes.is_empty(), "one weighting was tried: {changes}");
    }

    #[test]
    fn the_best_case_of_the_runner_up_wins_or_does_not() {
        let interval = |low| Some(Lead { ratio: 1.2, low, high: 1.5 });
        for (low, words) in [
            (1.1, "Even in its best case (95 %) b scores 0.909× axum and does not win."),
            (1.0, "Even in its best case (95 %) b scores no more than axum."),
            (0.8, "In its best case (95 %) b scores 1.25× the best of the others and wins."),
        ] {
            let field: [Contender; 2] = [("axum", &[1.0], None), ("b", &[0.8], interval(low))];
            let [_, changes, _] = said(&[1.0], &field, Standing::Behind);
            assert_eq!(changes, words);
        }
    }
}
