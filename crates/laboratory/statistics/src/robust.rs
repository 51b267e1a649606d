//! Huber's M-estimate in the two-way layout.
//!
//! One trial in twenty-five that was disturbed would spoil a mean and swell its error. Residuals are therefore pulled
//! in to [`CLIP`] noise levels (winsorised) while contenders, rounds and noise level are estimated together.
//! Method: Huber, *Robust Statistics* (Wiley 1981), chapter 7: least squares of modified residuals, "Proposal 2" for the
//! scale, and the first of his covariance estimates with its correction K for small samples.

use super::figure::Leeway;
use super::layout::{Effects, Layout};
use super::noise::Noise;
use statrs::distribution::{Continuous, ContinuousCDF, Normal};

/// Where residuals are cut, in noise levels. Huber's own choice; it costs 3.6 % of efficiency under normal noise.
const CLIP: f64 = 1.5;
/// Enough for convergence far beyond what matters; 10 to 30 steps are usual.
const STEPS: usize = 200;
const TOLERANCE: f64 = 1e-9;

/// A fitted layout.
#[derive(Debug)]
pub(super) struct Fit {
    layout: Layout,
    effects: Effects,
    /// `None` where no degree of freedom is left to judge it by.
    noise: Option<Noise>,
}

/// The estimated difference of two contenders, log scale.
#[derive(Clone, Copy, Debug)]
pub(super) struct Difference {
    pub(super) log: f64,
    /// Standard error of `log`.
    pub(super) error: f64,
    /// Degrees of freedom behind `error`.
    pub(super) freedom: f64,
    /// Noise variance over the variance of `log`: half the number of rounds where there are no gaps.
    pub(super) information: f64,
    /// What the counts leave open besides, which no number of rounds averages out.
    pub(super) leeway: Leeway,
}

impl Difference {
    /// The interval with half the width `radius`, widened for what the counts leave open.
    pub(super) fn bounds(self, radius: f64) -> (f64, f64) {
        (self.log - radius - self.leeway.down, self.log + radius + self.leeway.up)
    }

    /// How far from zero the estimate lies whatever the counts leave open.
    pub(super) fn distance(self) -> f64 {
        let towards_zero = if self.log > 0.0 { self.leeway.down } else { self.leeway.up };
        (self.log.abs() - towards_zero).max(0.0)
    }
}

impl Fit {
    /// Fits a layout.
    pub(super) fn new(layout: Layout) -> Self {
        if layout.freedom() == 0 {
            let logs: Vec<f64> = layout.cells.iter().map(|cell| cell.log).collect();
            let effects = layout.least_squares(&logs);
            return Self { layout, effects, noise: None };
        }
        let (effects, limit) = estimate(&layout);
        let noise = Some(noise(&layout, &effects, limit));
        Self { layout, effects, noise }
    }

    /// `None` if no chain of rounds connects the two, or nothing is known of the noise.
    pub(super) fn difference(&self, a: usize, b: usize) -> Option<Difference> {
        let unit = self.layout.variance(a, b);
        let (noise, freedom) = self.noise.as_ref()?.of_pair(a, b);
        self.layout.connects(a, b).then(|| Difference {
            log: self.effects.contenders[a] - self.effects.contenders[b],
            error: (noise * unit).sqrt(),
            freedom,
            information: unit.recip(),
            leeway: self.layout.leeway(a, b),
        })
    }

    /// Each contender relative to the geometric mean of those that were measured; `None` for the others.
    pub(super) fn relative(&self) -> Vec<Option<f64>> {
        let effects = &self.effects.contenders;
        let measured: Vec<usize> =
            (0..effects.len()).filter(|&i| self.layout.measured(i)).collect();
        let mean = measured.iter().map(|&i| effects[i]).sum::<f64>() / measured.len() as f64;
        (0..effects.len())
            .map(|i| measured.contains(&i).then(|| (effects[i] - mean).exp()))
            .collect()
    }
}

/// The effects, and the limit at which residuals are cut.
fn estimate(layout: &Layout) -> (Effects, f64) {
    let freedom = layout.freedom() as f64;
    let winsorised = winsorised_variance();
    let mut values: Vec<f64> = layout.cells.iter().map(|cell| cell.log).collect();
    let mut effects = layout.least_squares(&values);
    let mut scale = (squares(layout, &effects, f64::INFINITY) / freedom).sqrt();
    for _ in 0..STEPS {
        let limit = CLIP * scale;
        for (value, &cell) in values.iter_mut().zip(&layout.cells) {
            let expected = effects.expected(cell);
            *value = expected + (cell.log - expected).clamp(-limit, limit);
        }
        let next_effects = layout.least_squares(&values);
        let next_scale = (squares(layout, &effects, limit) / (freedom * winsorised)).sqrt();
        let steps = layout
            .cells
            .iter()
            .map(|&cell| (next_effects.expected(cell) - effects.expected(cell)).abs());
        let moved = steps.fold((next_scale - scale).abs(), f64::max);
        (effects, scale) = (next_effects, next_scale);
        if moved <= TOLERANCE * scale {
            break;
        }
    }
    (effects, CLIP * scale)
}

/// The noise as the estimate feels it: winsorised residuals, widened for what was cut.
fn noise(layout: &Layout, effects: &Effects, limit: f64) -> Noise {
    let count = layout.cells.len() as f64;
    let freedom = layout.freedom() as f64;
    let inside = |contender: Option<usize>| {
        let cells =
            layout.cells.iter().filter(|cell| contender.is_none_or(|only| cell.contender == only));
        let (inside, all) = cells.fold((0.0, 0.0), |(inside, all), &cell| {
            let kept = (cell.log - effects.expected(cell)).abs() <= limit;
            (inside + f64::from(u8::from(kept)), all + 1.0)
        });
        (inside, all)
    };
    let kept = inside(None).0.max(1.0) / count;
    let correction = 1.0 + (1.0 - freedom / count) * (1.0 - kept) / kept;
    let pooled = squares(layout, effects, limit) / freedom * (correction / kept).powi(2);

    // Of each contender's own trials, steadied by one more that is like all.
    let widen: Vec<f64> = (0..effects.contenders.len())
        .map(|contender| inside(Some(contender)))
        .map(|(inside, all)| correction * (all + 1.0) / (inside + kept))
        .collect();
    let residuals: Vec<f64> = layout
        .cells
        .iter()
        .map(|&cell| {
            (cell.log - effects.expected(cell)).clamp(-limit, limit) * widen[cell.contender]
        })
        .collect();
    Noise::new(layout, &residuals, pooled)
}

/// Sum of squared residuals, each cut at `limit`.
fn squares(layout: &Layout, effects: &Effects, limit: f64) -> f64 {
    layout
        .cells
        .iter()
        .map(|&cell| (cell.log - effects.expected(cell)).clamp(-limit, limit).powi(2))
        .sum()
}

/// Variance of a standard normal variable that is winsorised at ±[`CLIP`].
fn winsorised_variance() -> f64 {
    let normal = Normal::standard();
    let outside = 2.0 * normal.sf(CLIP);
    1.0 - outside - 2.0 * CLIP * normal.pdf(CLIP) + CLIP * CLIP * outside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(rows: &[[f64; 2]]) -> Fit {
        Fit::new(Layout::new(&rows.iter().map(|row| row.map(Some)).collect::<Vec<_>>()))
    }

    /// Twelve rounds in which the first contender is twice as high, give or take 5 %.
    fn rows() -> Vec<[f64; 2]> {
        (0..12)
            .map(|r| [200.0 + [7.0, -9.0, 4.0, -2.0, 0.0][r % 5], 100.0 + [0.0, 1.0, 2.0][r % 3]])
            .collect()
    }

    #[test]
    fn one_disturbed_trial_changes_little() {
        let clean = fit(&rows()).difference(0, 1).expect("connected");
        let mut disturbed = rows();
        disturbed[4][0] /= 10.0;
        let disturbed = fit(&disturbed).difference(0, 1).expect("connected");
        assert!((clean.log - 2.0f64.ln()).abs() < 0.02);
        // The mean would have moved by a twelfth of the logarithm of ten, 0.19.
        assert!((disturbed.log - clean.log).abs() < 0.02 && disturbed.error < 2.0 * clean.error);
    }

    #[test]
    fn the_winsorised_variance_is_hubers() {
        assert!((winsorised_variance() - 0.7785).abs() < 1e-4);
    }

    #[test]
    fn one_round_gives_estimates_and_no_measure_of_noise() {
        let fit = fit(&[[4.0, 1.0]]);
        assert!(fit.difference(0, 1).is_none());
        let relative = fit.relative();
        assert!((relative[0].expect("measured") - 2.0).abs() < 1e-9);
        assert!((relative[1].expect("measured") - 0.5).abs() < 1e-9);
    }
}
