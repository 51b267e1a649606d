//! What is said of contenders: ratios, relations, and the analysis that holds them.

use super::boundary::Looks;

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
    /// What the counts leave open is wider than the margin: no number of rounds can show the two to be equivalent, a
    /// longer window can.
    pub coarse: bool,
}

/// Every pair of one scenario in one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct PairwiseAnalysis {
    /// The figure of each contender relative to the geometric mean of all, rounds allowed for; 1.1 is 10 % above it.
    /// `None` where the rounds do not tell.
    pub relative: Vec<Option<f64>>,
    /// All pairs, in order of `a`, then `b`.
    pub comparisons: Vec<PairComparison>,
    /// Each contender over the best of the others, by Hsu's multiple comparisons with the best: all these intervals
    /// together hold in 95 % of campaigns, whoever leads; with [`Looks::EveryRound`] at all looks together. `None`
    /// where a comparison with another measured contender is missing.
    pub against_best: Vec<Option<Ratio>>,
}

impl PairwiseAnalysis {
    /// The comparison of two contenders, in either order; the answer tells which is `a`.
    #[must_use]
    pub fn pair(&self, one: usize, other: usize) -> Option<&PairComparison> {
        let (a, b) = (one.min(other), one.max(other));
        let contenders = self.relative.len();
        (a < b && b < contenders).then(|| &self.comparisons[place(a, b, contenders)])
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

/// Where the pair `a < b` stands among all pairs in order of `a`, then `b`.
pub(super) fn place(a: usize, b: usize, contenders: usize) -> usize {
    // Before those of `a` stand those of 0 to a - 1.
    a * (2 * contenders - a - 1) / 2 + b - a - 1
}
