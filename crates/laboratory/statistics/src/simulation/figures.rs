//! What simulated campaigns come to, in percent of campaigns unless it is said.

use super::super::{PairComparison, PairwiseAnalysis, Relation, Rules, analyse};
use super::models::{campaign, rng};
use super::settings::Setting;

const EVERY_ROUND: Rules = Rules { margin: 0.05, looks: super::super::Looks::EveryRound };
const MOST_ROUNDS: usize = 30;

/// One look at the end.
pub(super) struct Errors {
    /// With any false claim.
    pub(super) wrong: f64,
    /// With an interval that covers the truth, of the worst pair.
    pub(super) worst: f64,
    /// The same of all pairs together.
    pub(super) mean: f64,
}

pub(super) fn percent(count: u32, of: u32) -> f64 {
    100.0 * f64::from(count) / f64::from(of)
}

/// A claim that is wrong: equals called different, the slower called faster, or those called equivalent that are further
/// apart than the margin.
pub(super) fn is_wrong(pair: &PairComparison, truth: &[f64]) -> bool {
    let ratio = truth[pair.a] / truth[pair.b];
    match pair.relation {
        Relation::Higher => ratio <= 1.0,
        Relation::Lower => ratio >= 1.0,
        Relation::Equivalent => ratio.ln().abs() > 0.05f64.ln_1p(),
        Relation::Inconclusive { .. } => false,
    }
}

fn any_wrong(analysis: &PairwiseAnalysis, truth: &[f64]) -> bool {
    analysis.comparisons.iter().any(|pair| is_wrong(pair, truth))
}

pub(super) fn errors(setting: &Setting, rounds: usize, campaigns: u32) -> Errors {
    let Setting { truth, variation, noise, .. } = *setting;
    let mut rng = rng(100 + rounds as u64);
    let pairs = truth.len() * (truth.len() - 1) / 2;
    let (mut wrong, mut covered, mut known) = (0, vec![0; pairs], vec![0; pairs]);
    for _ in 0..campaigns {
        let table = campaign(&mut rng, truth, variation, noise, rounds);
        let analysis = analyse(&table, Rules::default());
        wrong += u32::from(any_wrong(&analysis, truth));
        for (at, pair) in analysis.comparisons.iter().enumerate() {
            let is_known = u32::from(pair.ratio.is_some());
            covered[at] += is_known * u32::from(covers(pair, truth));
            known[at] += is_known;
        }
    }
    let shares =
        covered.iter().zip(&known).map(|(&covered, &known)| percent(covered, known.max(1)));
    Errors {
        wrong: percent(wrong, campaigns),
        worst: shares.fold(100.0, f64::min),
        mean: percent(covered.iter().sum(), known.iter().sum()),
    }
}

/// Whether the intervals of all contenders against the best of the others hold at once.
fn best_covered(analysis: &PairwiseAnalysis, truth: &[f64]) -> bool {
    analysis.against_best.iter().enumerate().all(|(at, interval)| {
        let others = (0..truth.len()).filter(|&other| other != at).map(|other| truth[other]);
        let true_ratio = truth[at] / others.fold(0.0, f64::max);
        let near = 1e-12;
        interval.is_none_or(|one| one.low <= true_ratio + near && true_ratio - near <= one.high)
    })
}

pub(super) fn best(setting: &Setting, rounds: usize, campaigns: u32) -> f64 {
    let Setting { truth, variation, noise, .. } = *setting;
    let mut rng = rng(200 + rounds as u64);
    let covered = (0..campaigns).filter(|_| {
        let table = campaign(&mut rng, truth, variation, noise, rounds);
        best_covered(&analyse(&table, Rules::default()), truth)
    });
    100.0 * covered.count() as f64 / f64::from(campaigns)
}

/// A look after every round.
pub(super) struct Looks {
    /// With a false claim at any look.
    pub(super) wrong: f64,
    /// With an interval that covers the truth at every look, of the worst pair.
    pub(super) worst: f64,
    /// With intervals against the best that all hold at every look.
    pub(super) best: f64,
}

pub(super) fn looks(setting: &Setting, campaigns: u32) -> Looks {
    let Setting { truth, variation, noise, .. } = *setting;
    let mut rng = rng(300);
    let (mut wrong, mut best) = (0, 0);
    let mut covered = vec![0; truth.len() * (truth.len() - 1) / 2];
    for _ in 0..campaigns {
        let table = campaign(&mut rng, truth, variation, noise, MOST_ROUNDS);
        let looks: Vec<PairwiseAnalysis> =
            (3..=MOST_ROUNDS).map(|seen| analyse(&table[..seen], EVERY_ROUND)).collect();
        wrong += u32::from(looks.iter().any(|analysis| any_wrong(analysis, truth)));
        best += u32::from(looks.iter().all(|analysis| best_covered(analysis, truth)));
        for (at, covered) in covered.iter_mut().enumerate() {
            *covered += u32::from(looks.iter().all(|look| covers(&look.comparisons[at], truth)));
        }
    }
    Looks {
        wrong: percent(wrong, campaigns),
        worst: percent(covered.into_iter().min().unwrap_or(campaigns), campaigns),
        best: percent(best, campaigns),
    }
}

/// Whether the interval of a pair covers the truth, or there is none yet.
pub(super) fn covers(pair: &PairComparison, truth: &[f64]) -> bool {
    let true_ratio = truth[pair.a] / truth[pair.b];
    pair.ratio.is_none_or(|ratio| ratio.low <= true_ratio && true_ratio <= ratio.high)
}

/// How often the first contender is shown to be higher than all others.
pub(super) fn power(setting: &Setting, rounds: usize, campaigns: u32) -> f64 {
    let Setting { truth, variation, noise, .. } = *setting;
    let mut rng = rng(400 + rounds as u64);
    let found = (0..campaigns).filter(|_| {
        let table = campaign(&mut rng, truth, variation, noise, rounds);
        let analysis = analyse(&table, Rules::default());
        analysis.comparisons[..truth.len() - 1].iter().all(|pair| pair.relation == Relation::Higher)
    });
    100.0 * found.count() as f64 / f64::from(campaigns)
}

/// Campaigns that go on until the leader is told from all others.
pub(super) struct Decided {
    /// The mean number of rounds; no percentage.
    pub(super) rounds: f64,
    /// With the right leader.
    pub(super) right: f64,
    /// With an interval that covers the truth when it ends, of the worst pair.
    pub(super) worst: f64,
}

pub(super) fn until_decided(setting: &Setting, campaigns: u32) -> Decided {
    let Setting { truth, variation, noise, .. } = *setting;
    let mut rng = rng(500);
    let (mut rounds, mut right) = (0, 0);
    let mut covered = vec![0; truth.len() * (truth.len() - 1) / 2];
    for _ in 0..campaigns {
        let table = campaign(&mut rng, truth, variation, noise, MOST_ROUNDS);
        for seen in 3..=MOST_ROUNDS {
            let analysis = analyse(&table[..seen], EVERY_ROUND);
            let figure = |i: &usize| analysis.relative[*i].unwrap_or(0.0);
            let leader = (0..truth.len()).max_by(|i, j| figure(i).total_cmp(&figure(j)));
            let leader = leader.expect("contenders");
            if seen == MOST_ROUNDS || analysis.settled(analysis.pairs_of(leader)) {
                rounds += seen;
                right += u32::from(leader == 0);
                for (covered, pair) in covered.iter_mut().zip(&analysis.comparisons) {
                    *covered += u32::from(covers(pair, truth));
                }
                break;
            }
        }
    }
    Decided {
        rounds: rounds as f64 / f64::from(campaigns),
        right: percent(right, campaigns),
        worst: percent(covered.into_iter().min().unwrap_or(campaigns), campaigns),
    }
}
