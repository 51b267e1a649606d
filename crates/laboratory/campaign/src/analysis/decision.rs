//! The recommended contender, by the rule that was written down before measuring.
//!
//! A contender's score is the weighted geometric mean of its figures in the rule's criteria, each
//! oriented so that more is better. It is computed within each round, so that scores are compared
//! like any other figure: as ratios within rounds, with intervals and the family-wise error
//! controlled. The leader is the contender with the highest score. A contender shown to be
//! equivalent ties with it, and so does one estimated to be within the margin and not shown to be
//! behind; the tie-breaker chooses among those that tie. The decision names what is not confirmed
//! yet.

use schemars::JsonSchema;
use serde::Serialize;
use statistics::{PairwiseAnalysis, Relation, analyse};

use super::{
    best::{best, dominates, shares},
    driver_choice::{Chosen, choose},
    rounds::{ByRound, Round, rules},
    score::{Rule, score, tie_breaker, turned},
    weightings,
};
use crate::{
    load_driver::LoadDriver,
    plan::Plan,
    record::sample::{Sample, Status},
};

/// The decision and its evidence.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Decision {
    /// The driver whose figures count, scenario by scenario.
    pub drivers: Vec<Chosen>,
    /// Eligible contenders, best score first.
    pub ranking: Vec<Ranked>,
    /// Contenders that cannot be recommended, and why.
    pub excluded: Vec<Excluded>,
    /// The recommended contender; none when no contender is eligible.
    pub winner: Option<String>,
    /// Whether the tie-breaker chose the winner.
    pub by_tie_breaker: bool,
    /// Whether every comparison of the leader with another is settled.
    pub settled: bool,
    /// How many ways to divide the weights were tried for `weightings_won`.
    pub weightings: usize,
}

impl Decision {
    /// Whether a driver's figures are those that count in a scenario.
    #[must_use]
    pub fn counts(&self, scenario: &str, driver: LoadDriver) -> bool {
        self.drivers.iter().any(|one| one.scenario == scenario && one.driver == driver)
    }
}

/// An eligible contender.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Ranked {
    /// The contender.
    pub contender: String,
    /// Its score over the leader's, at most 1.
    pub score: f64,
    /// Its figure over the best one's in each criterion, in the rule's order, oriented so that 1 is
    /// the best.
    pub criteria: Vec<f64>,
    /// Its figure in the tie-breaker over the best one's, oriented the same way; over all
    /// scenarios.
    pub tie_breaker: Option<f64>,
    /// How it stands against the leader.
    pub against_leader: Standing,
    /// The leader's score over its own with the 95 % interval; none with fewer than three rounds.
    pub lead: Option<Lead>,
    /// The share of all weightings under which it has the highest score, 0 to 1.
    pub weightings_won: f64,
    /// No other contender is at least as good in every criterion and better in one.
    pub on_pareto_front: bool,
}

/// An interval of a ratio.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct Lead {
    /// The estimate.
    pub ratio: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// None in JSON if there is no bound.
    #[schemars(with = "Option<f64>")]
    pub high: f64,
}

/// How a contender stands against the leader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Standing {
    /// It has the highest score.
    Leader,
    /// Shown to be behind.
    Behind,
    /// Estimated behind by more than the margin, but not confirmed; about this many more rounds
    /// would settle it.
    BehindByEstimate {
        /// `None` where nothing can be said about it yet.
        more_rounds: Option<usize>,
    },
    /// Shown to be equivalent.
    Equivalent,
    /// Within the margin, and nothing is confirmed; about this many more rounds would settle it.
    NotToldApart {
        /// `None` where nothing can be said about it yet.
        more_rounds: Option<usize>,
    },
}

/// A contender that cannot be recommended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Excluded {
    /// The contender.
    pub contender: String,
    /// The reason, as a sentence.
    pub reason: String,
}

/// Decides by the plan's rule.
#[must_use]
pub fn decide(plan: &Plan, samples: &[Sample]) -> Decision {
    let rounds = ByRound::new(samples);
    let drivers = choose(plan, &rounds);
    let rule = Rule { plan, drivers: &drivers };
    let (mut eligible, mut excluded) = (Vec::new(), Vec::new());
    for contender in plan.contender_names() {
        match exclusion(rule, &rounds, contender) {
            None => eligible.push(contender),
            Some(reason) => excluded.push(Excluded { contender: contender.to_owned(), reason }),
        }
    }
    let (ranking, settled) = Field { rule, rounds, contenders: eligible }.ranking();
    let ties: Vec<&Ranked> = ranking.iter().filter(|ranked| ranked.ties()).collect();
    // Of equals the first, which has the higher score.
    let winner = ties
        .iter()
        .copied()
        .reduce(|best, next| if next.tie_breaker > best.tie_breaker { next } else { best });
    Decision {
        winner: winner.map(|ranked| ranked.contender.clone()),
        by_tie_breaker: ties.len() > 1,
        settled,
        weightings: weightings::all(plan.decision.criteria.len()).len(),
        ranking,
        excluded,
        drivers,
    }
}

impl Ranked {
    /// Whether the tie-breaker may choose it.
    #[must_use]
    pub fn ties(&self) -> bool {
        !matches!(self.against_leader, Standing::Behind | Standing::BehindByEstimate { .. })
    }
}

/// Why a contender cannot be recommended. A server that responded wrongly once may do so again,
/// under any driver, and a figure needs at least half of the rounds.
fn exclusion(rule: Rule, rounds: &ByRound, contender: &str) -> Option<String> {
    if rule.plan.contenders.iter().any(|one| one.name == contender && one.reference) {
        return Some("it is a reference, measured only for comparison".to_owned());
    }
    rule.plan.scenarios.iter().find_map(|scenario| {
        let mut all = rule
            .plan
            .all_drivers()
            .into_iter()
            .flat_map(|driver| rounds.cell((contender, &scenario.name, driver)));
        if let Some(invalid) = all.find(|sample| sample.status == Status::Invalid) {
            return Some(format!("{} is invalid: {}", scenario.name, invalid.reason));
        }
        let samples = rounds.cell(rule.cell(contender, &scenario.name));
        if 2 * samples.iter().filter(|sample| sample.is_ok()).count() > samples.len() {
            return None;
        }
        let first = |status| samples.iter().find(|sample| sample.status == status);
        let (word, reason) = first(Status::Failed)
            .or_else(|| first(Status::Lost))
            .map_or(("failed", "it was not measured"), |sample| {
                (sample.status.word(), sample.reason.as_str())
            });
        Some(format!("{} {word}: {reason}", scenario.name))
    })
}

/// The eligible contenders, side by side.
struct Field<'a> {
    rule: Rule<'a>,
    rounds: ByRound<'a>,
    contenders: Vec<&'a str>,
}

impl Field<'_> {
    /// The contenders, best score first, and whether every comparison with the first is settled.
    fn ranking(&self) -> (Vec<Ranked>, bool) {
        let scores = self.analyse(|round, contender| score(self.rule, round, contender));
        let Some(leader) = best(&scores.relative) else { return (Vec::new(), true) };
        let criteria = self.criteria();
        let tie_breaker = shares(
            &self.analyse(|round, contender| tie_breaker(self.rule, round, contender)).relative,
        );
        let won = weightings::won(&criteria);
        let mut ranking: Vec<Ranked> = shares(&scores.relative)
            .into_iter()
            .enumerate()
            .filter_map(|(at, score)| {
                let score = score?;
                let (lead, against_leader) = self.against(&scores, leader, at, score);
                Some(Ranked {
                    contender: self.contenders[at].to_owned(),
                    score,
                    criteria: criteria[at].clone(),
                    tie_breaker: tie_breaker[at],
                    against_leader,
                    lead,
                    weightings_won: won[at],
                    on_pareto_front: !criteria.iter().any(|other| dominates(other, &criteria[at])),
                })
            })
            .collect();
        ranking.sort_by(|one, other| other.score.total_cmp(&one.score));
        // The rule that `statistics` simulates, so that its published error holds for campaigns.
        (ranking, scores.settled(scores.pairs_of(leader)))
    }

    fn analyse(&self, figure: impl Fn(&Round, &str) -> Option<f64>) -> PairwiseAnalysis {
        let table = self.rounds.table(&self.contenders, figure);
        let mut analysis = analyse(&table, rules(self.rule.plan));
        if let [alone] = analysis.relative.as_mut_slice() {
            // Compared with nobody, it is the best.
            *alone = table.iter().flatten().any(Option::is_some).then_some(1.0);
        }
        analysis
    }

    /// Each contender's share of the best, criterion by criterion.
    fn criteria(&self) -> Vec<Vec<f64>> {
        let mut criteria = vec![Vec::new(); self.contenders.len()];
        for criterion in self.rule.criteria() {
            let relative =
                self.analyse(|round, name| turned(self.rule, round, name, criterion)).relative;
            for (of_contender, share) in criteria.iter_mut().zip(shares(&relative)) {
                of_contender.push(share.unwrap_or(0.0));
            }
        }
        criteria
    }

    fn against(
        &self,
        scores: &PairwiseAnalysis,
        leader: usize,
        at: usize,
        score: f64,
    ) -> (Option<Lead>, Standing) {
        let Some(pair) = scores.pair(leader, at) else { return (None, Standing::Leader) };
        let ratio = pair.ratio.map(|ratio| if pair.a == leader { ratio } else { ratio.inverse() });
        let lead = ratio
            .filter(|ratio| ratio.low > 0.0 && ratio.high.is_finite())
            .map(|ratio| Lead { ratio: ratio.estimate, low: ratio.low, high: ratio.high });
        let standing = match pair.relation {
            Relation::Higher | Relation::Lower => Standing::Behind,
            Relation::Equivalent => Standing::Equivalent,
            Relation::Inconclusive { more_rounds }
                if score < 1.0 - self.rule.plan.decision.margin =>
            {
                Standing::BehindByEstimate { more_rounds }
            }
            Relation::Inconclusive { more_rounds } => Standing::NotToldApart { more_rounds },
        };
        (lead, standing)
    }
}

#[cfg(test)]
mod tests;
