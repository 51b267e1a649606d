//! From the table of a campaign to one verdict for every pair.

use super::boundary::Looks;
use super::layout::{Layout, figure};
use super::robust::{Difference, Fit};

/// A noise level is not judged from fewer rounds than this.
const FEWEST_ROUNDS: usize = 3;
/// The interval of a pair covers the true ratio with 95 %.
const INTERVAL_ERROR: f64 = 0.05;

/// What was laid down before measuring.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Contenders within this of each other count as equivalent, as a fraction of either: 0.05 is ±5 %.
    pub margin: f64,
    /// Whether the number of rounds was fixed, or is decided while measuring.
    pub looks: Looks,
}

impl Default for Rules {
    fn default() -> Self {
        Self { margin: 0.05, looks: Looks::Once }
    }
}

/// How many times as high contender `a` is as contender `b`, with an interval that covers the truth in 95 % of
/// campaigns, for this pair alone; with [`Looks::EveryRound`] at all looks together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// The estimate of a / b; 1.25 means that `a` is 25 % higher.
    pub estimate: f64,
    /// Lower end of the interval, 0 if there is no bound.
    pub low: f64,
    /// Upper end of the interval, infinite if there is no bound.
    pub high: f64,
}

impl Ratio {
    /// The same seen from `b`: b / a.
    #[must_use]
    pub fn inverse(self) -> Self {
        Self { estimate: self.estimate.recip(), low: self.high.recip(), high: self.low.recip() }
    }
}

/// What may be said of `a` against `b`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `a` has the higher figure; over all pairs the chance of any such false claim is below 5 %.
    Higher,
    /// `a` has the lower figure, likewise.
    Lower,
    /// The interval lies inside the margin, on both sides. It prevails over a difference that is proven but too small
    /// to matter.
    Equivalent,
    /// Neither is shown.
    Inconclusive {
        /// About how many more rounds would show one of them if estimate and noise stay as they are; `None` if nothing
        /// can be said about it yet.
        more_rounds: Option<usize>,
    },
}

/// One pair of contenders, by their columns; `a < b`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairComparison {
    /// Column of the first contender.
    pub a: usize,
    /// Column of the second contender.
    pub b: usize,
    /// `None` with fewer than three rounds in which both were measured.
    pub ratio: Option<Ratio>,
    /// The one verdict.
    pub relation: Relation,
}

/// Every pair of one scenario in one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct PairwiseAnalysis {
    /// The figure of each contender relative to the geometric mean of all, rounds allowed for; 1.1 is 10 % above it.
    /// `None` where the rounds do not tell.
    pub relative: Vec<Option<f64>>,
    /// All pairs, in order of `a`, then `b`.
    pub comparisons: Vec<PairComparison>,
}

impl PairwiseAnalysis {
    /// The comparison of two contenders, in either order; the answer tells which is `a`.
    #[must_use]
    pub fn pair(&self, one: usize, other: usize) -> Option<&PairComparison> {
        let (a, b) = (one.min(other), one.max(other));
        self.comparisons.iter().find(|pair| (pair.a, pair.b) == (a, b))
    }

    /// Whether every one of the pairs that a decision hangs on is shown to differ or to be equivalent.
    /// With [`Looks::EveryRound`] measuring may stop as soon as this is true, or at any other moment.
    #[must_use]
    pub fn settled(&self, pairs: impl IntoIterator<Item = (usize, usize)>) -> bool {
        pairs.into_iter().all(|(one, other)| {
            self.pair(one, other)
                .is_some_and(|pair| !matches!(pair.relation, Relation::Inconclusive { .. }))
        })
    }

    /// The pairs of one contender with each other that was measured, for [`Self::settled`].
    pub fn pairs_of(&self, contender: usize) -> impl Iterator<Item = (usize, usize)> {
        (0..self.relative.len())
            .filter(move |&other| other != contender && self.relative[other].is_some())
            .map(move |other| (contender, other))
    }
}

/// Compares every pair of contenders. `table` has a row for each round and in it a column for each contender; `None`
/// marks a trial that was missing or invalid, and so does a figure that is not positive, which has no logarithm.
#[must_use]
pub fn analyse<R: AsRef<[Option<f64>]>>(table: &[R], rules: Rules) -> PairwiseAnalysis {
    let layout = Layout::new(table);
    let contenders = layout.contenders;
    let pairs = (0..contenders).flat_map(|a| (a + 1..contenders).map(move |b| (a, b)));
    let both = |row: &R, a, b| figure(row.as_ref(), a).and(figure(row.as_ref(), b)).is_some();
    let rounds = |a, b| table.iter().filter(|row| both(row, a, b)).count();
    let meetings: Vec<(usize, usize, usize)> = pairs.map(|(a, b)| (a, b, rounds(a, b))).collect();

    let fit = Fit::new(layout);
    let relative = fit.relative();
    let differences: Vec<Option<Difference>> = meetings
        .iter()
        .map(|&(a, b, rounds)| (rounds >= FEWEST_ROUNDS).then(|| fit.difference(a, b))?)
        .collect();
    // The family is made of the contenders that were measured; a pair that still lacks rounds has the p-value 1.
    let in_family = |(a, b, _): (usize, usize, usize)| relative[a].and(relative[b]).is_some();
    let p_values: Vec<f64> = meetings
        .iter()
        .zip(&differences)
        .filter(|(pair, _)| in_family(**pair))
        .map(|(_, difference)| difference.map_or(1.0, |known| rules.looks.p_value(known)))
        .collect();
    let levels = rules.looks.levels(&p_values, relative.iter().flatten().count());

    let mut tests = p_values.into_iter().zip(levels);
    let comparisons = meetings.iter().zip(&differences).map(|(&(a, b, rounds), difference)| {
        let test = in_family((a, b, rounds)).then(|| tests.next()).flatten();
        let judged = difference
            .zip(test)
            .map(|(known, (p_value, level))| judge(known, p_value <= level, level, rules));
        let more_rounds = (rounds > 0).then(|| FEWEST_ROUNDS.saturating_sub(rounds));
        let unknown = (None, Relation::Inconclusive { more_rounds });
        let (ratio, relation) = judged.map_or(unknown, |(ratio, relation)| (Some(ratio), relation));
        PairComparison { a, b, ratio, relation }
    });
    let comparisons = comparisons.collect();
    PairwiseAnalysis { relative, comparisons }
}

/// `differs` tells whether the pair is told apart at its `level` within the family.
fn judge(difference: Difference, differs: bool, level: f64, rules: Rules) -> (Ratio, Relation) {
    let Difference { log, information, .. } = difference;
    let radius = rules.looks.radius(difference, INTERVAL_ERROR);
    let ratio =
        Ratio { estimate: log.exp(), low: (log - radius).exp(), high: (log + radius).exp() };
    let margin = rules.margin.ln_1p();
    let relation = if log.abs() + radius < margin {
        Relation::Equivalent
    } else if differs && log > 0.0 {
        Relation::Higher
    } else if differs {
        Relation::Lower
    } else {
        // A radius shrinks as the root of the number of rounds, which is twice the information.
        let until_different = rules.looks.radius(difference, level) / log.abs();
        let until_equivalent =
            if log.abs() < margin { radius / (margin - log.abs()) } else { f64::INFINITY };
        let more = 2.0 * information * (until_different.min(until_equivalent).powi(2) - 1.0);
        Relation::Inconclusive { more_rounds: more.is_finite().then(|| whole(more)) }
    };
    (ratio, relation)
}

/// At least one round; no one will wait for a million.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits")]
fn whole(rounds: f64) -> usize {
    rounds.ceil().clamp(1.0, 1e6) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Zero stands for a gap.
    fn table(rows: &[&[f64]]) -> Vec<Vec<Option<f64>>> {
        rows.iter().map(|row| row.iter().map(|&x| (x > 0.0).then_some(x)).collect()).collect()
    }

    #[test]
    fn a_drifting_machine_cancels_out() {
        // Each round is a third slower than the last; within a round the second contender is 20 to 21 % slower.
        let rows = [[900.0, 750.0], [600.0, 497.0], [400.0, 332.0], [266.0, 221.0]];
        let analysis = analyse(&rows.map(|row| row.map(Some)), Rules::default());
        let pair = analysis.comparisons[0];
        let ratio = pair.ratio.expect("four rounds");
        assert_eq!(pair.relation, Relation::Higher);
        assert!(ratio.low < 1.2 && ratio.high > 1.2 && ratio.high - ratio.low < 0.02);
        assert!((ratio.inverse().inverse().low - ratio.low).abs() < 1e-12);
        assert!((analysis.relative[0].expect("measured").powi(2) - ratio.estimate).abs() < 1e-9);
    }

    #[test]
    fn too_few_rounds_say_so() {
        let rows = [[900.0, 100.0, 500.0]; 2].map(|row| row.map(Some));
        for rounds in 0..=2 {
            for pair in analyse(&rows[..rounds], Rules::default()).comparisons {
                assert_eq!(pair.ratio, None);
                assert_eq!(pair.relation, Relation::Inconclusive { more_rounds: Some(3 - rounds) });
            }
        }
    }

    #[test]
    fn figures_without_noise_are_taken_at_their_word() {
        let rows = [[7.0, 7.0, 14.0]; 3].map(|row| row.map(Some));
        let analysis = analyse(&rows, Rules::default());
        let verdicts: Vec<Relation> =
            analysis.comparisons.iter().map(|pair| pair.relation).collect();
        assert_eq!(verdicts, [Relation::Equivalent, Relation::Lower, Relation::Lower]);
    }

    #[test]
    fn a_contender_that_failed_spoils_nothing_for_the_others() {
        let whole =
            table(&[&[9.0, 8.0, 5.0], &[6.0, 5.2, 3.1], &[7.0, 6.5, 4.1], &[8.0, 7.1, 4.2]]);
        let mut gone = whole.clone();
        for row in &mut gone {
            row.insert(1, None);
        }
        let (whole, gone) = (analyse(&whole, Rules::default()), analyse(&gone, Rules::default()));
        assert_eq!(gone.relative[1], None);
        assert_eq!(
            gone.pair(0, 1).map(|pair| pair.relation),
            Some(Relation::Inconclusive { more_rounds: None })
        );
        for (one, other) in [((0, 1), (0, 2)), ((0, 2), (0, 3)), ((1, 2), (2, 3))] {
            let (one, other) = (whole.pair(one.0, one.1), gone.pair(other.1, other.0));
            assert_eq!(one.map(|pair| pair.relation), other.map(|pair| pair.relation));
            let estimate = |pair: Option<&PairComparison>| {
                pair.and_then(|pair| pair.ratio).map(|ratio| ratio.estimate)
            };
            assert!((estimate(one).unwrap() - estimate(other).unwrap()).abs() < 1e-9);
        }
    }

    #[test]
    fn columns_may_be_exchanged() {
        let rows = table(&[
            &[9.0, 8.0, 5.0],
            &[6.0, 0.0, 3.1],
            &[7.0, 6.5, 4.1],
            &[8.0, 7.1, 4.2],
            &[8.5, 7.0, 4.0],
        ]);
        let turned: Vec<Vec<Option<f64>>> =
            rows.iter().map(|row| row.iter().rev().copied().collect()).collect();
        let (one, other) = (analyse(&rows, Rules::default()), analyse(&turned, Rules::default()));
        let ratio = |analysis: &PairwiseAnalysis, a, b| analysis.pair(a, b).unwrap().ratio.unwrap();
        assert!((ratio(&one, 0, 1).low - ratio(&other, 1, 2).inverse().low).abs() < 1e-9);
        assert_eq!(one.pair(0, 2).unwrap().relation, Relation::Higher);
        assert_eq!(other.pair(0, 2).unwrap().relation, Relation::Lower);
    }

    #[test]
    fn settled_asks_only_for_the_pairs_that_matter() {
        let rows = table(&[
            &[90.0, 50.0, 51.0],
            &[60.0, 33.0, 30.0],
            &[70.0, 38.0, 41.0],
            &[80.0, 47.0, 44.0],
        ]);
        let analysis = analyse(&rows, Rules::default());
        assert!(analysis.settled(analysis.pairs_of(0)));
        assert!(!analysis.settled(analysis.pairs_of(1)));
        let Relation::Inconclusive { more_rounds: Some(more) } =
            analysis.pair(1, 2).unwrap().relation
        else {
            panic!("two near equals after four rounds: {analysis:?}");
        };
        assert!((5..500).contains(&more), "{more}");
    }

    #[test]
    fn an_erratic_contender_is_judged_by_its_own_noise() {
        let calm = |round: usize| 100.0 + [0.3, -0.2, 0.1, -0.4, 0.2][round % 5];
        let wild = |round: usize| 100.0 + [30.0, -25.0, 10.0, -15.0][round % 4];
        let rows: Vec<[Option<f64>; 3]> =
            (0..20).map(|r| [Some(calm(r)), Some(calm(r + 2) * 1.06), Some(wild(r))]).collect();
        let analysis = analyse(&rows, Rules::default());
        assert_eq!(analysis.pair(0, 1).unwrap().relation, Relation::Lower);
        assert!(matches!(analysis.pair(0, 2).unwrap().relation, Relation::Inconclusive { .. }));
    }
}
