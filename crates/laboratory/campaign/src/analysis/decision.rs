//! The recommended contender, by the rule that was written down before measuring.
//!
//! A contender's score is the weighted geometric mean of its figures in the rule's criteria, each
//! oriented so that more is better. It is computed within each round, so that scores are compared
//! like any other figure: as ratios within rounds, with intervals and the family-wise error
//! controlled. The leader is the contender with the highest score; fewer than three rounds recommend
//! nobody. The tie-breaker chooses among those shown to be equivalent to it, by a difference that is
//! shown, too. What is not shown makes the choice provisional, and the decision names it.

mod eligibility;
mod field;
pub mod reasons;

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    bound::Bound,
    driver_choice::{Chosen, choose},
    rounds::{ByRound, FEWEST_ROUNDS},
    score::{Rule, held_back},
    weightings,
};
use crate::{load_driver::LoadDriver, matrix::Metric, plan::Plan, record::sample::Sample};
use eligibility::exclusion;
use field::{Field, Standings};

/// The decision and its evidence.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Decision {
    /// The driver whose figures count, scenario by scenario.
    pub drivers: Vec<Chosen>,
    /// Eligible contenders, best score first.
    pub ranking: Vec<Ranked>,
    /// Contenders that cannot be recommended, and why.
    pub excluded: Vec<Excluded>,
    /// The recommended contender; none when no contender is eligible, or too few rounds compare them.
    pub winner: Option<String>,
    /// Whom the estimates favour where too few rounds recommend anybody.
    pub leaning: Option<Leaning>,
    /// Whether something is not shown that the recommendation rests on: a deficit, or a difference
    /// in the tie-breaker among those that tie.
    pub provisional: bool,
    /// Whether the tie-breaker chose the winner.
    pub by_tie_breaker: bool,
    /// How far the comparison of the leader with the others has come.
    pub settlement: Settlement,
    /// How many ways to divide the weights were tried for `weightings_won`.
    pub weightings: usize,
}

impl Decision {
    /// Whether a driver's figures are those that count in a scenario.
    #[must_use]
    pub fn counts(&self, scenario: &str, driver: LoadDriver) -> bool {
        let mut own = self.drivers.iter().filter(|one| one.scenario == scenario);
        own.any(|one| one.drivers().any(|counts| counts == driver))
    }

    /// The driver whose figure counts for a metric in a scenario; `None` for one that is not the
    /// plan's.
    #[must_use]
    pub fn driver_for(&self, scenario: &str, metric: Metric) -> Option<LoadDriver> {
        let own = self.drivers.iter().find(|one| one.scenario == scenario);
        own.map(|one| one.driver_for(metric))
    }

    /// The contender that is recommended, or that the estimates favour.
    #[must_use]
    pub fn favoured(&self) -> Option<&str> {
        let leaning = self.leaning.as_ref().map(|leaning| leaning.contender.as_str());
        self.winner.as_deref().or(leaning)
    }

    /// A contender's place in the ranking.
    #[must_use]
    pub fn ranked(&self, contender: &str) -> Option<&Ranked> {
        self.ranking.iter().find(|ranked| ranked.contender == contender)
    }

    /// About so many more rounds would settle every comparison with the leader that is open; `None`
    /// where that cannot be estimated.
    #[must_use]
    pub fn rounds_to_settle(&self) -> Option<usize> {
        let open = self.ranking.iter().filter_map(|ranked| match ranked.against_leader {
            Standing::BehindByEstimate { more_rounds } | Standing::NotToldApart { more_rounds } => {
                more_rounds
            }
            _ => None,
        });
        open.max()
    }

    /// Whether the leader's score over another one's is a bound.
    #[must_use]
    pub fn bound_of_lead(&self, other: &Ranked) -> Bound {
        let leader = self.ranking.first().is_some_and(|leader| leader.at_least);
        Bound::of_ratio(leader, other.at_least)
    }
}

/// How far the comparison of the leader with every other eligible contender has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Settlement {
    /// Each of the others is shown to be behind or to be equivalent, or the driver holds it back,
    /// which no further round changes.
    Settled,
    /// More rounds may settle it.
    Open,
    /// Fewer than two contenders can ever be eligible.
    NothingToDecide,
}

/// An eligible contender.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Ranked {
    /// The contender.
    pub contender: String,
    /// Its score over the leader's, at most 1.
    pub score: f64,
    /// Its score is a lower bound, because a figure in it is one.
    pub at_least: bool,
    /// Its figure over the best one's in each criterion, in the rule's order, oriented so that 1 is
    /// the best.
    pub criteria: Vec<f64>,
    /// Its figure in the tie-breaker over the best one's, oriented the same way; over all
    /// scenarios.
    pub tie_breaker: Option<f64>,
    /// How it stands against the leader.
    pub against_leader: Standing,
    /// The leader's score over the best of the others; of another contender, the best score over its
    /// own. All these 95 % intervals hold together, whoever leads; none with fewer than three rounds.
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
    /// Upper end, infinite and none in JSON if there is no bound.
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
    /// Nothing can be said: the driver held it back, so that its score is a lower bound.
    DriverBound,
    /// Within the margin, and nothing is confirmed; about this many more rounds would settle it.
    NotToldApart {
        /// `None` where nothing can be said about it yet.
        more_rounds: Option<usize>,
    },
}

/// A contender that the estimates favour, and no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Leaning {
    /// The contender.
    pub contender: String,
    /// In so many rounds contenders were compared: too few to judge their noise.
    pub rounds: usize,
    /// About so many more rounds make a recommendation.
    pub more_rounds: usize,
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
    let own = plan.rule();
    let drivers = choose(plan, &own, &rounds);
    let held_back = held_back(plan, &drivers, &rounds);
    let rule = Rule { plan, own: &own, drivers: &drivers, held_back: &held_back };
    let (mut contenders, mut excluded, mut gone) = (Vec::new(), Vec::new(), 0);
    for contender in plan.contender_names() {
        match exclusion(rule, &rounds, contender) {
            None => contenders.push(contender),
            Some(exclusion) => {
                gone += usize::from(exclusion.for_good);
                excluded.push(Excluded::new(contender, exclusion.reason));
            }
        }
    }
    let Standings { ranking, apart, compared, settled, by_tie_breaker } =
        Field { rule, rounds: &rounds, contenders }.standings();
    let no_round = "it shares no valid round with the others";
    excluded.extend(apart.into_iter().map(|name| Excluded::new(name, no_round.to_owned())));
    let ties = ranking.iter().filter(|ranked| ranked.ties()).count() > 1;
    let unknown = ranking.iter().any(|ranked| ranked.against_leader == Standing::DriverBound);
    let first = by_tie_breaker.clone().or(ranking.first().map(|leader| leader.contender.clone()));
    let too_few = ranking.len() > 1 && compared < FEWEST_ROUNDS;
    let leaning = first.clone().filter(|_| too_few).map(|contender| Leaning {
        contender,
        rounds: compared,
        more_rounds: FEWEST_ROUNDS - compared,
    });
    Decision {
        provisional: !settled || unknown || (ties && by_tie_breaker.is_none()),
        by_tie_breaker: by_tie_breaker.is_some(),
        settlement: match plan.contenders.len() - gone {
            0 | 1 => Settlement::NothingToDecide,
            _ if settled && ranking.len() > 1 => Settlement::Settled,
            _ => Settlement::Open,
        },
        winner: first.filter(|_| leaning.is_none()),
        leaning,
        weightings: weightings::tried(own.criteria.len()),
        ranking,
        excluded,
        drivers,
    }
}

impl Excluded {
    fn new(contender: &str, reason: String) -> Self {
        Self { contender: contender.to_owned(), reason }
    }
}

impl Ranked {
    /// Whether it is not told apart from the leader, or is the leader.
    #[must_use]
    pub fn ties(&self) -> bool {
        !matches!(self.against_leader, Standing::Behind | Standing::BehindByEstimate { .. })
    }
}

#[cfg(test)]
mod tests;
