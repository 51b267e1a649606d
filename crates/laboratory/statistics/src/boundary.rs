//! How far a difference must lie from zero before it is believed.

use super::family;
use super::robust::{Difference, Spread};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// When the campaign is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looks {
    /// Once, after a number of rounds that was fixed before: Student's t.
    Once,
    /// After every round, with leave to stop at any: an anytime-valid t-test and its confidence sequence, by Lindon,
    /// Ham, Tingley and Bojinov, *Anytime-valid linear models and regression adjusted causal inference in randomized
    /// experiments* (arXiv:2210.08589), whose level holds at all rounds together, with no last round to be named.
    EveryRound,
}

/// Precision of the normal mixture over (difference / noise), in units of [`Difference::information`]: its standard
/// deviation is one noise level. Validity does not hang on it. 0.5 would save some 3 % of the rounds, but trusts the
/// first rounds more than contenders of unequal noise bear.
const MIXTURE: f64 = 1.0;

/// The error of the second key alone. A pair's own noise is known from few rounds, but is not mistaken for that of
/// others: where only two erratic contenders are equal among calm ones, this bounds the false claims.
const SECOND_KEY: f64 = 0.04;

impl Looks {
    /// The level of each pair of `contenders`, given all their p-values in order of the pairs: claiming every pair with
    /// `p <= level` errs anywhere with a chance of at most 5 %. Of a single look only 4 % are spent, because the
    /// p-values of small samples hold to about a tenth.
    pub(super) fn levels(self, p_values: &[f64], contenders: usize) -> Vec<f64> {
        match self {
            Self::Once => family::step_down(p_values, contenders, 0.04),
            Self::EveryRound => family::closed_average(p_values, contenders, 0.05),
        }
    }

    /// The chance, at most, that equal contenders look as different as these two, judged by the noise that they share
    /// with the others. After every round it is the reciprocal of an e-value, and may exceed 1.
    pub(super) fn p_value(self, difference: Difference) -> f64 {
        self.chance(difference, difference.shared)
    }

    /// The second key: whether two contenders that are told apart at `level` within the family are so by their own
    /// noise too. Four times the level will do, but no more than [`SECOND_KEY`].
    pub(super) fn confirms(self, difference: Difference, level: f64) -> bool {
        self.chance(difference, difference.own) <= second_key(level)
    }

    fn chance(self, difference: Difference, spread: Spread) -> f64 {
        let distance = difference.distance();
        if distance == 0.0 {
            return 1.0;
        }
        let Spread { error, freedom } = spread;
        let t = distance / error;
        match self {
            Self::Once => 2.0 * student(freedom).sf(t),
            Self::EveryRound => {
                // The likelihood ratio of a mixture of alternatives to "equal": a martingale under "equal", so that
                // its reciprocal is an anytime-valid p-value (Ville's inequality).
                let shrink = shrinkage(difference);
                let growth = if t.is_finite() {
                    (1.0 + t * t / freedom) / (1.0 + shrink * t * t / freedom)
                } else {
                    shrink.recip()
                };
                (growth.powf(f64::midpoint(freedom, 1.0)) * shrink.sqrt()).recip()
            }
        }
    }

    /// Half the width of the interval for the difference with error `level`, log scale, by the pair's own noise.
    pub(super) fn radius(self, difference: Difference, level: f64) -> f64 {
        self.reach(difference, difference.own, level)
    }

    /// How far from zero a difference must lie to be told apart at `level` within the family, with both keys.
    pub(super) fn threshold(self, difference: Difference, level: f64) -> f64 {
        let shared = self.reach(difference, difference.shared, level);
        shared.max(self.radius(difference, second_key(level)))
    }

    fn reach(self, difference: Difference, spread: Spread, level: f64) -> f64 {
        let Spread { error, freedom } = spread;
        match self {
            Self::Once => error * student(freedom).inverse_cdf(1.0 - level / 2.0),
            Self::EveryRound => {
                // The t at which the chance is `level`.
                let shrink = shrinkage(difference);
                let growth = (level * level * shrink).powf(-1.0 / (freedom + 1.0));
                let room = 1.0 - shrink * growth;
                if room > 0.0 {
                    error * (freedom * (growth - 1.0) / room).sqrt()
                } else {
                    f64::INFINITY
                }
            }
        }
    }
}

fn second_key(level: f64) -> f64 {
    (4.0 * level).min(SECOND_KEY)
}

fn shrinkage(difference: Difference) -> f64 {
    MIXTURE / (MIXTURE + difference.information)
}

fn student(freedom: f64) -> StudentsT {
    StudentsT::new(0.0, 1.0, freedom).expect("degrees of freedom are positive")
}

#[cfg(test)]
mod tests {
    use super::super::figure::Leeway;
    use super::*;

    fn difference(t: f64, rounds: f64, freedom: f64) -> Difference {
        let leeway = Leeway::default();
        let spread = Spread { error: 0.03, freedom };
        let information = rounds / 2.0;
        Difference { log: t * 0.03, shared: spread, own: spread, information, leeway }
    }

    #[test]
    fn a_single_look_is_students_t() {
        assert!(
            (Looks::Once.radius(difference(1.0, 10.0, 36.0), 0.05) / 0.03 - 2.028_094).abs() < 1e-5
        );
        assert!(
            (Looks::Once.radius(difference(1.0, 3.0, 2.0), 0.05) / 0.03 - 4.302_653).abs() < 1e-5
        );
        assert!(
            (Looks::Once.radius(difference(1.0, 2e4, 8e4), 0.05) / 0.03 - 1.959_99).abs() < 1e-4
        );
        assert!((Looks::Once.p_value(difference(2.028_094, 10.0, 36.0)) - 0.05).abs() < 1e-6);
    }

    #[test]
    fn the_radius_is_where_the_p_value_crosses_the_level() {
        for looks in [Looks::Once, Looks::EveryRound] {
            for (rounds, freedom) in [(6.0, 20.0), (10.0, 36.0), (300.0, 1196.0)] {
                let t = looks.radius(difference(0.0, rounds, freedom), 0.005) / 0.03;
                assert!((looks.p_value(difference(t, rounds, freedom)) - 0.005).abs() < 1e-8);
            }
        }
    }

    #[test]
    fn looking_often_costs_width() {
        let once = Looks::Once.radius(difference(1.0, 30.0, 116.0), 0.05);
        let often = Looks::EveryRound.radius(difference(1.0, 30.0, 116.0), 0.05);
        assert!(often > 1.3 * once && often < 1.7 * once);
        assert!(Looks::EveryRound.radius(difference(1.0, 3.0, 2.0), 0.005).is_infinite());
    }
}
