//! The eligible contenders, side by side.

use statistics::{Figure, PairwiseAnalysis, Ratio, Relation, analyse, relative};

use super::{
    super::{
        best::{best, dominates, shares},
        rounds::{ByRound, rules},
        score::{Rule, score, tie_breaker, turned},
        weightings,
    },
    Lead, Ranked, Standing,
};

/// The eligible contenders.
pub(super) struct Field<'a> {
    pub(super) rule: Rule<'a>,
    pub(super) rounds: &'a ByRound<'a>,
    pub(super) contenders: Vec<&'a str>,
}

/// How the contenders of a field stand.
#[derive(Default)]
pub(super) struct Standings<'a> {
    /// Best score first.
    pub(super) ranking: Vec<Ranked>,
    /// Those that no round compares with the others.
    pub(super) apart: Vec<&'a str>,
    /// In how many rounds any of them can be compared.
    pub(super) compared: usize,
    /// Whether every comparison with the first is settled.
    pub(super) settled: bool,
    /// Of those shown to be equivalent to the first, itself included, the one that is shown to be
    /// the best of them in the tie-breaker.
    pub(super) by_tie_breaker: Option<String>,
}

impl<'a> Field<'a> {
    pub(super) fn standings(&self) -> Standings<'a> {
        let table =
            self.rounds.table(&self.contenders, |round, name| score(self.rule, round, name));
        let scores = self.analyse(&table);
        let all = || self.contenders.iter().copied().enumerate();
        let apart = || all().filter(|&(at, _)| scores.relative[at].is_none());
        let apart = apart().map(|(_, contender)| contender).collect();
        let Some(leader) = best(&scores.relative) else {
            return Standings { apart, ..Standings::default() };
        };
        // Whether it is the driver that keeps it from being told from the leader, which no further round changes.
        let is_held_back = |at: usize| {
            let measured = scores.pair(leader, at).is_some_and(|pair| pair.ratio.is_some());
            measured
                && self.rule.is_lower_bound(self.contenders[at])
                && might_lead(&table, leader, at)
        };
        let criteria = self.criteria();
        let won = weightings::won(&criteria);
        let broken =
            self.rounds.table(&self.contenders, |round, name| tie_breaker(self.rule, round, name));
        let broken = self.analyse(&broken);
        let in_tie_breaker = shares(&broken.relative);
        let shares = shares(&scores.relative);
        let ranked = |at: usize| {
            let score = shares[at]?;
            let against_leader = match scores.pair(leader, at) {
                None => Standing::Leader,
                Some(pair) => self.against(pair.relation, is_held_back(at), score),
            };
            let advantage = scores.against_best[at];
            let lead = if at == leader { advantage } else { advantage.map(Ratio::inverse) };
            Some(Ranked {
                contender: self.contenders[at].to_owned(),
                score,
                at_least: self.rule.is_lower_bound(self.contenders[at]),
                criteria: criteria[at].clone(),
                tie_breaker: in_tie_breaker[at],
                against_leader,
                lead: lead.and_then(Lead::bounded),
                weightings_won: won[at],
                on_pareto_front: !criteria.iter().any(|other| dominates(other, &criteria[at])),
            })
        };
        let ranked: Vec<(usize, Ranked)> =
            all().filter_map(|(at, _)| Some((at, ranked(at)?))).collect();
        let equals = ranked.iter().filter(|(_, ranked)| {
            matches!(ranked.against_leader, Standing::Leader | Standing::Equivalent)
        });
        let equals: Vec<usize> = equals.map(|&(at, _)| at).collect();
        let by_tie_breaker = shown_best(&broken, &equals).map(|at| self.contenders[at].to_owned());
        let mut ranking: Vec<Ranked> = ranked.into_iter().map(|(_, ranked)| ranked).collect();
        ranking.sort_by(|one, other| other.score.total_cmp(&one.score));
        // The rule that `statistics` simulates, so that its published error holds for campaigns.
        let pairs = scores.pairs_of(leader).filter(|&(_, other)| !is_held_back(other));
        let settled = scores.settled(pairs);
        let compared = table.iter().filter(|row| row.iter().flatten().count() > 1).count();
        Standings { ranking, apart, compared, settled, by_tie_breaker }
    }

    fn analyse(&self, table: &[Vec<Option<Figure>>]) -> PairwiseAnalysis {
        let mut analysis = analyse(table, rules(self.rule.plan));
        if let Some(alone) = alone(table) {
            analysis.relative = alone;
        }
        analysis
    }

    /// Each contender's share of the best, criterion by criterion.
    fn criteria(&self) -> Vec<Vec<f64>> {
        let mut criteria = vec![Vec::new(); self.contenders.len()];
        for criterion in self.rule.criteria() {
            let table = self
                .rounds
                .table(&self.contenders, |round, name| turned(self.rule, round, name, criterion));
            let relative = alone(&table).unwrap_or_else(|| relative(&table));
            for (of_contender, share) in criteria.iter_mut().zip(shares(&relative)) {
                of_contender.push(share.unwrap_or(0.0));
            }
        }
        criteria
    }

    fn against(&self, relation: Relation, is_held_back: bool, score: f64) -> Standing {
        match relation {
            Relation::Higher | Relation::Lower => Standing::Behind,
            Relation::Equivalent => Standing::Equivalent,
            Relation::Inconclusive { .. } if is_held_back => Standing::DriverBound,
            Relation::Inconclusive { more_rounds }
                if score < 1.0 - self.rule.plan.decision.margin =>
            {
                Standing::BehindByEstimate { more_rounds }
            }
            Relation::Inconclusive { more_rounds } => Standing::NotToldApart { more_rounds },
        }
    }
}

/// Whether a contender's score, as high as it may be in truth, reaches the leader's on average.
fn might_lead(scores: &[Vec<Option<Figure>>], leader: usize, at: usize) -> bool {
    let leads = scores.iter().filter_map(|row| Some((row[at]?.high / row[leader]?.value).ln()));
    leads.sum::<f64>() >= 0.0
}

impl Lead {
    fn bounded(Ratio { estimate, low, high }: Ratio) -> Option<Self> {
        (low > 0.0).then_some(Self { ratio: estimate, low, high })
    }
}

/// A single contender with a figure is compared with nobody, and is the best.
fn alone(table: &[Vec<Option<Figure>>]) -> Option<Vec<Option<f64>>> {
    (table.first()?.len() == 1).then(|| vec![Some(1.0)])
}

/// The one of these that is shown to be higher than each other one; `None` where that is not shown
/// of any, or where there is nothing to choose.
fn shown_best(analysis: &PairwiseAnalysis, among: &[usize]) -> Option<usize> {
    let beats = |one: usize, other: usize| {
        analysis.pair(one, other).is_some_and(|pair| {
            pair.relation == if pair.a == one { Relation::Higher } else { Relation::Lower }
        })
    };
    let beats_all = |one: usize| among.iter().all(|&other| other == one || beats(one, other));
    among.iter().copied().filter(|_| among.len() > 1).find(|&one| beats_all(one))
}
