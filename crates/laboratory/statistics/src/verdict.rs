//! From the table of a campaign to one verdict for every pair.

use super::best::against_best;
use super::figure::Figure;
use super::layout::{Layout, figure};
use super::relation::{PairComparison, PairwiseAnalysis, Ratio, Relation, Rules, place};
use super::robust::{Difference, Fit};

/// A noise level is not judged from fewer rounds than this.
const FEWEST_ROUNDS: usize = 3;
/// The interval of a pair covers the true ratio with 95 %.
const INTERVAL_ERROR: f64 = 0.05;

/// Compares every pair of contenders. `table` has a row for each round and in it a column for each contender; `None`
/// marks a trial that was missing or invalid, and so does a figure that is not positive, which has no logarithm.
#[must_use]
pub fn analyse<R, F>(table: &[R], rules: Rules) -> PairwiseAnalysis
where
    R: AsRef<[Option<F>]>,
    F: Copy + Into<Figure>,
{
    let fit = Fit::new(Layout::new(table));
    let relative = fit.relative();
    let contenders = relative.len();
    let both = |row: &R, a, b| figure(row.as_ref(), a).and(figure(row.as_ref(), b)).is_some();
    let pairs: Vec<Pair> = (0..contenders)
        .flat_map(|a| (a + 1..contenders).map(move |b| (a, b)))
        .map(|(a, b)| {
            let rounds = table.iter().filter(|row| both(row, a, b)).count();
            let known = (rounds >= FEWEST_ROUNDS).then(|| fit.difference(a, b)).flatten();
            Pair { a, b, rounds, known }
        })
        .collect();

    // The family is made of the contenders that were measured; a pair that still lacks rounds has the p-value 1.
    let measured: Vec<bool> = relative.iter().map(Option::is_some).collect();
    let in_family = |pair: &&Pair| measured[pair.a] && measured[pair.b];
    let p_value = |pair: &Pair| pair.known.map_or(1.0, |known| rules.looks.p_value(known));
    let p_values: Vec<f64> = pairs.iter().filter(in_family).map(p_value).collect();
    let levels = rules.looks.levels(&p_values, relative.iter().flatten().count());

    let mut tests = p_values.into_iter().zip(levels);
    let comparisons: Vec<PairComparison> = pairs
        .iter()
        .map(|pair| {
            let test = in_family(&pair).then(|| tests.next()).flatten();
            pair.judge(test, rules)
        })
        .collect();
    let known = |a, b| pairs[place(a, b, contenders)].known;
    let against_best = against_best(&measured, known, rules.looks);
    PairwiseAnalysis { relative, comparisons, against_best }
}

/// The figure of each contender relative to the geometric mean of all, as [`PairwiseAnalysis::relative`], without
/// any comparison.
#[must_use]
pub fn relative<R, F>(table: &[R]) -> Vec<Option<f64>>
where
    R: AsRef<[Option<F>]>,
    F: Copy + Into<Figure>,
{
    Fit::new(Layout::new(table)).relative()
}

/// Two contenders and what their rounds say of them.
struct Pair {
    a: usize,
    b: usize,
    /// In which both were measured.
    rounds: usize,
    /// `None` with too few rounds.
    known: Option<Difference>,
}

impl Pair {
    /// `test` is the p-value and the level at which the pair is tested within the family.
    fn judge(&self, test: Option<(f64, f64)>, rules: Rules) -> PairComparison {
        let &Self { a, b, rounds, known } = self;
        let Some((known, (p_value, level))) = known.zip(test) else {
            let more_rounds = (rounds > 0).then(|| FEWEST_ROUNDS.saturating_sub(rounds));
            let relation = Relation::Inconclusive { more_rounds };
            return PairComparison { a, b, ratio: None, relation, coarse: false };
        };
        let (low, high) = known.bounds(rules.looks.radius(known, INTERVAL_ERROR));
        let ratio = Ratio { estimate: known.log.exp(), low: low.exp(), high: high.exp() };
        let margin = rules.margin.ln_1p();
        let relation = if -margin < low && high < margin {
            Relation::Equivalent
        } else if p_value > level || !rules.looks.confirms(known, level) {
            Relation::Inconclusive { more_rounds: more_rounds(known, level, rules) }
        } else if known.log > 0.0 {
            Relation::Higher
        } else {
            Relation::Lower
        };
        let coarse = known.leeway.up.max(known.leeway.down) >= margin && margin > 0.0;
        PairComparison { a, b, ratio: Some(ratio), relation, coarse }
    }
}

/// After how many more rounds a difference at `level`, or equivalence, would be shown. A radius shrinks as the root of
/// the number of rounds, which is twice the information.
fn more_rounds(known: Difference, level: f64, rules: Rules) -> Option<usize> {
    let until_different = rules.looks.threshold(known, level) / known.distance();
    let (low, high) = known.bounds(0.0);
    let room = rules.margin.ln_1p() - high.max(-low);
    let until_equivalent = rules.looks.radius(known, INTERVAL_ERROR) / room.max(0.0);
    let more = 2.0 * known.information * (until_different.min(until_equivalent).powi(2) - 1.0);
    more.is_finite().then(|| whole(more))
}

/// At least one round; no one will wait for a million.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits")]
fn whole(rounds: f64) -> usize {
    rounds.ceil().clamp(1.0, 1e6) as usize
}

#[cfg(test)]
mod tests;
