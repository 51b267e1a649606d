//! How noisy a pair is: the noise of all contenders pooled, or its own, or something between.
//!
//! Pooling over the whole layout makes small campaigns decisive, but is wrong where one server is erratic and another
//! is calm. So the variance of each pair is drawn towards the pooled one by as much as the pairs differ no more than
//! chance would have it: the credibility estimate of Bühlmann, *Experience rating and credibility*, ASTIN Bulletin 4
//! (1967), the idea of James and Stein applied to variances (compare Smyth's moderated t, 2004). With equal contenders
//! nearly all is pooled; with plainly unequal ones each pair is judged by its own rounds.

use super::layout::Layout;
use super::own_noise::{Own, own_noise};

/// Variances of one trial on the log scale, for the differences within a layout.
#[derive(Debug)]
pub(super) struct Noise {
    pooled: f64,
    freedom: f64,
    pairs: Vec<Vec<Sums>>,
    contenders: Vec<Own>,
    /// The weight of a pair's own variance, from 0 to 1.
    credibility: f64,
}

/// Moments of the differences of two contenders within their common rounds.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    count: f64,
    sum: f64,
    squares: f64,
}

impl Sums {
    /// Degrees of freedom.
    fn freedom(self) -> f64 {
        (self.count - 1.0).max(0.0)
    }

    /// Variance of one trial; the difference of two has twice as much.
    fn variance(self) -> f64 {
        (self.squares - self.sum * self.sum / self.count) / self.freedom() / 2.0
    }
}

impl Noise {
    /// From the residuals of a layout's cells and their `pooled` variance.
    pub(super) fn new(layout: &Layout, residuals: &[f64], pooled: f64) -> Self {
        let size = layout.contenders;
        let mut pairs = vec![vec![Sums::default(); size]; size];
        let trials: Vec<_> = layout.cells.iter().zip(residuals).collect();
        for round in trials.chunk_by(|(one, _), (other, _)| one.round == other.round) {
            for (one, x) in round {
                for (other, y) in round {
                    let sums = &mut pairs[one.contender][other.contender];
                    sums.count += 1.0;
                    sums.sum += *x - *y;
                    sums.squares += (*x - *y).powi(2);
                }
            }
        }
        let known: Vec<Sums> = (0..size)
            .flat_map(|a| pairs[a][..a].to_vec())
            .filter(|sums| sums.freedom() > 0.0)
            .collect();
        let credibility = credibility(&known, pooled);
        let contenders = own_noise(layout, residuals, pooled);
        Self { pooled, freedom: layout.freedom() as f64, pairs, contenders, credibility }
    }

    /// Variance of one trial for a pair, and the degrees of freedom behind it (Satterthwaite's, given that the pair's
    /// own variance is a part of the pooled one).
    pub(super) fn of_pair(&self, a: usize, b: usize) -> (f64, f64) {
        let own = self.pairs[a][b];
        if self.credibility == 0.0 || own.freedom() == 0.0 {
            return (self.pooled, self.freedom);
        }
        let weight = self.credibility;
        let variance = weight * own.variance() + (1.0 - weight) * self.pooled;
        let freedom =
            (weight.powi(2) / own.freedom() + (1.0 - weight.powi(2)) / self.freedom).recip();
        (variance, freedom)
    }

    /// The same from the noise of these two contenders alone, by Welch and Satterthwaite.
    pub(super) fn own(&self, a: usize, b: usize) -> (f64, f64) {
        let (one, other) = (self.contenders[a], self.contenders[b]);
        let squares = |own: Own| own.variance.powi(2) / own.freedom;
        let spread = squares(one) + squares(other);
        let sum = one.variance + other.variance;
        // Without any noise the freedom is of no account.
        let freedom = if spread > 0.0 { sum.powi(2) / spread } else { self.freedom };
        (sum / 2.0, freedom.min(self.freedom))
    }
}

/// The share of the variance between pairs that is not chance.
fn credibility(pairs: &[Sums], pooled: f64) -> f64 {
    let count = pairs.len() as f64;
    let ratios: Vec<f64> = pairs.iter().map(|pair| pair.variance() / pooled).collect();
    let mean = ratios.iter().sum::<f64>() / count;
    let seen = ratios.iter().map(|ratio| (ratio - mean).powi(2)).sum::<f64>() / (count - 1.0);
    // A variance relative to the truth varies by 2 / freedom. Pairs with a common contender correlate by 1/4, which
    // brings the variance seen among all pairs of k contenders down by 1 / (k + 1).
    let chance = pairs.iter().map(|pair| 2.0 / pair.freedom()).sum::<f64>() / count;
    let contenders = f64::midpoint(1.0, (1.0 + 8.0 * count).sqrt());
    let expected = chance * (1.0 - 1.0 / (contenders + 1.0));
    if seen > expected { 1.0 - expected / seen } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(rows: &[[f64; 3]], pooled: f64) -> Noise {
        let table: Vec<[Option<f64>; 3]> =
            rows.iter().map(|row| row.map(|x| Some(x.exp()))).collect();
        let residuals: Vec<f64> = rows.iter().flatten().copied().collect();
        Noise::new(&Layout::new(&table), &residuals, pooled)
    }

    #[test]
    fn like_contenders_share_their_noise() {
        let rows = [[1.0, -1.0, 0.0], [0.0, 1.0, -1.0], [-1.0, 0.0, 1.0], [1.0, 0.0, -1.0]];
        assert_eq!(noise(&rows, 0.9).of_pair(0, 2), (0.9, 6.0));
    }

    #[test]
    fn an_erratic_contender_keeps_its_own() {
        let sign = |round: usize| if round.is_multiple_of(2) { 1.0 } else { -1.0 };
        let rows: Vec<[f64; 3]> =
            (0..40).map(|r| [0.1 * sign(r), 0.1 * sign(r / 2), 10.0 * sign(r / 4)]).collect();
        let noise = noise(&rows, 33.3);
        let (calm, freedom) = noise.of_pair(0, 1);
        assert!(calm < 0.1 * noise.pooled && (39.0..50.0).contains(&freedom), "{calm} {freedom}");
        assert!(noise.of_pair(0, 2).0 > 1.4 * noise.pooled);
    }
}
