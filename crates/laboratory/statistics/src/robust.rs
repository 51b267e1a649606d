//! Huber's M-estimate in the two-way layout.
//!
//! One trial in twenty-five that was disturbed would spoil a mean and swell its error. Residuals are therefore pulled
//! in to [`CLIP`] noise levels of their contender (winsorised) while contenders, rounds and noise levels are estimated
//! together.
//! Method: Huber, *Robust Statistics* (Wiley 1981), chapter 7: least squares of modified residuals, "Proposal 2" for the
//! scale, and the first of his covariance estimates with its correction K for small samples.

use super::figure::Leeway;
use super::layout::{Effects, Entry, Layout};
use super::noise::Noise;
use statrs::distribution::{Continuous, ContinuousCDF, Normal};

/// Where residuals are cut, in noise levels. Huber's own choice; it costs 3.6 % of efficiency under normal noise.
const CLIP: f64 = 1.5;
/// Degrees of freedom of the noise level of all that a contender's own limit is steadied by.
const STEADYING: f64 = 2.0;
/// Enough for convergence far beyond what matters; 10 to 30 steps are usual.
const STEPS: usize = 200;
const TOLERANCE: f64 = 1e-7;

/// A fitted layout.
#[derive(Debug)]
pub(super) struct Fit {
    layout: Layout,
    effects: Effects,
    /// `None` where no degree of freedom is left to judge it by.
    noise: Option<Noise>,
}

/// How exactly something is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spread {
    /// Standard error, log scale.
    pub(super) error: f64,
    /// Degrees of freedom behind it.
    pub(super) freedom: f64,
}

/// The estimated difference of two contenders, log scale.
#[derive(Clone, Copy, Debug)]
pub(super) struct Difference {
    pub(super) log: f64,
    /// By the noise that the pair shares with the other contenders.
    pub(super) shared: Spread,
    /// By the noise of these two contenders alone.
    pub(super) own: Spread,
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
        let (effects, limits) = estimate(&layout);
        let noise = Some(noise(&layout, &effects, &limits));
        Self { layout, effects, noise }
    }

    /// `None` if no chain of rounds connects the two, or nothing is known of the noise.
    pub(super) fn difference(&self, a: usize, b: usize) -> Option<Difference> {
        let unit = self.layout.variance(a, b);
        let noise = self.noise.as_ref()?;
        let spread =
            |(variance, freedom): (f64, f64)| Spread { error: (variance * unit).sqrt(), freedom };
        self.layout.connects(a, b).then(|| Difference {
            log: self.effects.contenders[a] - self.effects.contenders[b],
            shared: spread(noise.of_pair(a, b)),
            own: spread(noise.own(a, b)),
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

/// The effects, and for each contender the limit at which its residuals are cut.
fn estimate(layout: &Layout) -> (Effects, Vec<f64>) {
    let winsorised = winsorised_variance();
    let mut values: Vec<f64> = layout.cells.iter().map(|cell| cell.log).collect();
    let mut effects = layout.least_squares(&values);
    let mut scales = scales(layout, &effects, &vec![f64::INFINITY; layout.contenders], 1.0);
    for _ in 0..STEPS {
        let limits: Vec<f64> = scales.iter().map(|scale| CLIP * scale).collect();
        for (value, &cell) in values.iter_mut().zip(&layout.cells) {
            *value = effects.expected(cell) + residual(&effects, &limits, cell);
        }
        let next_effects = layout.least_squares(&values);
        let next_scales = self::scales(layout, &effects, &limits, winsorised);
        let shifts = layout
            .cells
            .iter()
            .map(|&cell| (next_effects.expected(cell) - effects.expected(cell)).abs());
        let grows = next_scales.iter().zip(&scales).map(|(next, last)| (next - last).abs());
        let moved = shifts.chain(grows).fold(0.0, f64::max);
        (effects, scales) = (next_effects, next_scales);
        if moved <= TOLERANCE * scales.iter().copied().fold(0.0, f64::max) {
            break;
        }
    }
    (effects, scales.iter().map(|scale| CLIP * scale).collect())
}

/// The noise level of each contender's residuals, steadied by that of all. `winsorised` is what cutting at the limits
/// leaves of a variance.
fn scales(layout: &Layout, effects: &Effects, limits: &[f64], winsorised: f64) -> Vec<f64> {
    let mut squares = vec![0.0; layout.contenders];
    let mut counts = vec![0.0; layout.contenders];
    for &cell in &layout.cells {
        squares[cell.contender] += residual(effects, limits, cell).powi(2);
        counts[cell.contender] += 1.0;
    }
    let freedom = layout.freedom() as f64;
    let pooled = squares.iter().sum::<f64>() / freedom / winsorised;
    let share = freedom / layout.cells.len() as f64;
    let scale = |(squares, count): (&f64, &f64)| {
        let own = squares / winsorised;
        ((STEADYING * pooled + own) / (STEADYING + share * count)).sqrt()
    };
    squares.iter().zip(&counts).map(scale).collect()
}

/// The residual of a trial, cut at its contender's limit.
fn residual(effects: &Effects, limits: &[f64], cell: Entry) -> f64 {
    let limit = limits[cell.contender];
    (cell.log - effects.expected(cell)).clamp(-limit, limit)
}

/// The noise as the estimate feels it: winsorised residuals, widened for what was cut.
fn noise(layout: &Layout, effects: &Effects, limits: &[f64]) -> Noise {
    let count = layout.cells.len() as f64;
    let freedom = layout.freedom() as f64;
    let mut inside = vec![0.0; layout.contenders];
    let mut all = vec![0.0; layout.contenders];
    for cell in &layout.cells {
        let kept = (cell.log - effects.expected(*cell)).abs() <= limits[cell.contender];
        inside[cell.contender] += f64::from(u8::from(kept));
        all[cell.contender] += 1.0;
    }
    let kept = inside.iter().sum::<f64>().max(1.0) / count;
    let correction = 1.0 + (1.0 - freedom / count) * (1.0 - kept) / kept;
    // Of each contender's own trials, steadied by one more that is like all.
    let widen = |of: usize| correction * (all[of] + 1.0) / (inside[of] + kept);
    let residuals: Vec<f64> = layout
        .cells
        .iter()
        .map(|&cell| residual(effects, limits, cell) * widen(cell.contender))
        .collect();
    let pooled = residuals.iter().map(|residual| residual.powi(2)).sum::<f64>() / freedom;
    Noise::new(layout, &residuals, pooled)
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
        assert!(
            (disturbed.log - clean.log).abs() < 0.02
                && disturbed.shared.error < 2.0 * clean.shared.error
        );
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
