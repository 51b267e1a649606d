//! How far many cells moved together.

use super::super::relation::Ratio;

/// Over the cells that moved nothing together, a shift is told in at most one comparison of a hundred.
const ERROR: f64 = 0.01;

/// A median change, log scale.
#[derive(Clone, Copy, Debug)]
pub(super) struct CommonShift {
    pub(super) log: f64,
    /// Standard error of `log`, as the interval has it.
    pub(super) error: f64,
    low: f64,
    high: f64,
}

impl CommonShift {
    pub(super) fn ratio(self) -> Ratio {
        Ratio { estimate: self.log.exp(), low: self.low.exp(), high: self.high.exp() }
    }
}

/// The median of the cells' `changes`, log scale, if the sign test shows it to differ from zero. Fewer than eight cells
/// cannot show it.
pub(super) fn common_shift(changes: &[f64]) -> Option<CommonShift> {
    let mut sorted = changes.to_vec();
    sorted.sort_by(f64::total_cmp);
    let outside = outside(sorted.len())?;
    let middle = sorted.len() / 2;
    let log = f64::midpoint(sorted[middle], sorted[(sorted.len() - 1) / 2]);
    let (low, high) = (sorted[outside], sorted[sorted.len() - 1 - outside]);
    // The 99 % of a normal distribution lie within 2.58 standard errors on either side.
    let error = (high - low) / 2.0 / 2.576;
    (low > 0.0 || high < 0.0).then_some(CommonShift { log, error, low, high })
}

/// How many of the smallest and of the largest of so many values lie outside the interval of the median.
fn outside(count: usize) -> Option<usize> {
    let mut term = 0.5f64.powi(i32::try_from(count).ok()?);
    let mut tail = 0.0;
    for below in 0..count {
        tail += term;
        if 2.0 * tail > ERROR {
            return below.checked_sub(1);
        }
        term *= (count - below) as f64 / (below + 1) as f64;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_of_a_median_is_that_of_the_sign_test() {
        assert_eq!(
            (outside(7), outside(8), outside(12), outside(100)),
            (None, Some(0), Some(1), Some(36))
        );
    }

    #[test]
    fn a_shift_is_told_past_cells_that_changed_otherwise() {
        let mut changes: Vec<f64> = (0..20).map(|cell| -0.1 + 0.002 * f64::from(cell)).collect();
        changes[3] = 1.0;
        let shift = common_shift(&changes).expect("20 cells");
        assert!((shift.log + 0.08).abs() < 0.003 && shift.low < shift.log && shift.high < 0.0);
        assert!(common_shift(&changes[..7]).is_none());
    }
}
