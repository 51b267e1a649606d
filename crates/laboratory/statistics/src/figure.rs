//! A figure, and how exactly it was counted.

/// A positive figure of one trial, with the bounds between which the true one lies however long one measures in the
/// same way. A plain number is exact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// The figure as it was measured.
    pub value: f64,
    /// The true figure is not lower; 0 if there is no such bound.
    pub low: f64,
    /// The true figure is not higher.
    pub high: f64,
}

impl Figure {
    /// A rate, or anything else in proportion to `answers`, that was counted over `connections`. A connection counts
    /// whole answers only, so that the count may be off by one for each; where all connections wait for the same wave
    /// of answers, it is off by that much in every round alike, and no number of rounds averages it out.
    #[must_use]
    pub fn counted(value: f64, answers: f64, connections: f64) -> Self {
        let share = connections / answers;
        Self { value, low: value * (1.0 - share).max(0.0), high: value * (1.0 + share) }
    }

    /// The same where less is better: its reciprocal.
    #[must_use]
    pub fn inverse(self) -> Self {
        Self { value: self.value.recip(), low: self.high.recip(), high: self.low.recip() }
    }

    /// What has a logarithm.
    pub(super) fn valid(self) -> Option<Self> {
        (self.value.is_finite() && self.value > 0.0).then_some(self)
    }

    pub(super) fn leeway(self) -> Leeway {
        Leeway {
            up: (self.high / self.value).ln().max(0.0),
            down: (self.value / self.low).ln().max(0.0),
        }
    }
}

impl From<f64> for Figure {
    fn from(value: f64) -> Self {
        Self { value, low: value, high: value }
    }
}

/// How far a truth may lie above and below its estimate for want of exact counts, log scale.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Leeway {
    pub(super) up: f64,
    pub(super) down: f64,
}

impl Leeway {
    pub(super) fn mean(all: impl Iterator<Item = Self>) -> Self {
        let (mut sum, mut count) = (Self::default(), 0.0);
        for one in all {
            sum = Self { up: sum.up + one.up, down: sum.down + one.down };
            count += 1.0;
        }
        Self { up: sum.up / count, down: sum.down / count }
    }

    /// Of the difference "this minus other".
    pub(super) fn over(self, other: Self) -> Self {
        Self { up: self.up + other.down, down: self.down + other.up }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_off_by_at_most_one_answer_a_connection() {
        let figure = Figure::counted(24.0, 240.0, 120.0);
        assert_eq!((figure.low, figure.high), (12.0, 36.0));
        assert!(Figure::counted(5.0, 50.0, 120.0).low <= 0.0);
        assert_eq!(Figure::from(7.0).leeway(), Leeway::default());
    }
}
