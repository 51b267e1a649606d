//! By how much the recommended contender leads, how sure that is, why, and what would change it.

mod changes;
#[cfg(test)]
mod tests;
mod why;

use minijinja::{Value, context};

use super::{percent, unbroken};
use crate::{
    analysis::{
        bound::Bound,
        decision::{
            Decision, Ranked, Standing,
            reasons::{Contribution, Reasons},
        },
    },
    human::number,
    matrix::{Criterion, DecisionRule},
    report::{figure::times, sentence::interval},
};

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
    let changes: Vec<String> = pair.changes().iter().map(|line| unbroken(line)).collect();
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

    /// The winner's score over the runner-up's.
    fn ratio(&self) -> f64 {
        self.winner.score / self.runner_up.score
    }

    fn bound(&self) -> Bound {
        Bound::of_ratio(self.winner.at_least, self.runner_up.at_least)
    }

    /// The ratio of the scores, or that there is none to tell.
    fn lead(&self) -> String {
        let bound = self.bound();
        let ratio = times(self.ratio(), bound);
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
                let held_back = format!("from {name}: the driver held it back, so that");
                match (self.bound(), lead) {
                    (Bound::AtMost, Some(lead)) => {
                        let ratio = number(self.ratio());
                        let winner = self.reasons.winner;
                        format!("{held_back} {winner} scores at most {ratio}× as much {lead}.")
                    }
                    _ => format!("{held_back} its score is a lower bound."),
                }
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

    fn criteria(&self) -> impl Iterator<Item = (&Criterion, &Contribution<'_>)> {
        self.rule.criteria.iter().zip(&self.reasons.contributions)
    }
}
