//! What could lead to another recommendation.

use super::{super::percent, Pair};
use crate::{
    analysis::decision::{Standing, reasons::Turn},
    human::number,
    matrix::Criterion,
    report::sentence,
};

impl Pair<'_> {
    /// A sentence for each cause.
    pub(super) fn changes(&self) -> Vec<String> {
        let causes = [self.best_case(), self.weights(), self.more_rounds()];
        causes.into_iter().flatten().collect()
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
            let told = match self.runner_up.against_leader {
                Standing::DriverBound => "; a faster driver would tell",
                _ => "",
            };
            format!(
                "In its best case (95 %) {name} scores {times}× the best of the others and wins{told}."
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
}
