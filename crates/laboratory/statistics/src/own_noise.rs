//! The noise of each contender by itself.
//!
//! Within a round only differences are seen, so that the residuals of a calm contender hold a part of the noise of an
//! erratic one. Rounds are therefore levelled by their calm trials: each is weighted by the inverse of its contender's
//! variance, and what the level of the round takes from the squares is given back (restricted maximum likelihood, found
//! by repetition). With equal weights it is the estimator of Grubbs, *On estimating precision of measuring instruments
//! and product variability*, JASA 43 (1948).

use super::layout::Layout;

/// The variance of one trial of a contender, and the degrees of freedom behind it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Own {
    pub(super) variance: f64,
    pub(super) freedom: f64,
}

/// Twenty bring the variances to a percent.
const STEPS: usize = 20;
/// No contender is taken to be calmer than this share of the pooled variance: without it two erratic ones would be
/// judged by a third that seems to have no noise at all.
const LEAST: f64 = 0.01;

/// From the residuals of a layout's cells, which are in order of the rounds, and their pooled variance.
pub(super) fn own_noise(layout: &Layout, residuals: &[f64], pooled: f64) -> Vec<Own> {
    let mut all = vec![Own { variance: pooled, freedom: 1.0 }; layout.contenders];
    if pooled > 0.0 {
        for _ in 0..STEPS {
            all = step(layout, residuals, &all, LEAST * pooled);
        }
    }
    all
}

/// What the rounds say of one contender.
#[derive(Clone, Copy, Default)]
struct Sums {
    count: f64,
    sum: f64,
    squares: f64,
    /// Variances of the levels of its rounds.
    levels: f64,
}

fn step(layout: &Layout, residuals: &[f64], before: &[Own], least: f64) -> Vec<Own> {
    let trials: Vec<_> = layout.cells.iter().zip(residuals).collect();
    let mut sums = vec![Sums::default(); before.len()];
    for round in trials.chunk_by(|(one, _), (other, _)| one.round == other.round) {
        let (weight, level) = round.iter().fold((0.0, 0.0), |(weight, level), (cell, residual)| {
            let one = before[cell.contender].variance.recip();
            (weight + one, level + one * *residual)
        });
        for (cell, residual) in round {
            let sums = &mut sums[cell.contender];
            let deviation = *residual - level / weight;
            sums.count += 1.0;
            sums.sum += deviation;
            sums.squares += deviation.powi(2);
            sums.levels += weight.recip();
        }
    }
    sums.iter().zip(before).map(|(sums, own)| sums.own(*own, least)).collect()
}

impl Sums {
    fn own(self, before: Own, least: f64) -> Own {
        let rounds = self.count - 1.0;
        if rounds < 1.0 {
            return before;
        }
        let level = self.levels / self.count;
        let seen = (self.squares - self.sum.powi(2) / self.count) / rounds;
        // At least a tenth of the rounds is the contender's own.
        let own_share = (1.0 - level / before.variance).max(0.1);
        Own { variance: (seen + level).max(least), freedom: rounds * own_share }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calm_contender_is_told_from_the_erratic_ones_beside_it() {
        let sign = |bit: usize, round: usize| if round >> bit & 1 == 0 { 1.0 } else { -1.0 };
        let variances = [1.0f64, 1.0, 100.0, 100.0];
        let rows: Vec<[f64; 4]> = (0..16)
            .map(|round| [0, 1, 2, 3].map(|i| sign(i, round) * variances[i].sqrt()))
            .collect();
        let table: Vec<[Option<f64>; 4]> =
            rows.iter().map(|row| row.map(|x| Some(x.exp()))).collect();
        let residuals: Vec<f64> =
            rows.iter().flat_map(|row| row.map(|x| x - row.iter().sum::<f64>() / 4.0)).collect();
        let all = own_noise(&Layout::new(&table), &residuals, 67.0);
        for (own, truth) in all.iter().zip(variances) {
            assert!((0.8..1.25).contains(&(own.variance / truth)), "{all:?}");
        }
        assert!(all[0].freedom < 0.6 * all[2].freedom && all[2].freedom > 14.0, "{all:?}");
    }
}
