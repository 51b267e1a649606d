//! Figures that share no rounds: one contender's own level, on the log scale, with Student's t.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::relation::Ratio;

/// A noise level is not judged from fewer figures than this.
const FEWEST: usize = 3;
/// An interval covers the truth with 95 %.
const INTERVAL_ERROR: f64 = 0.05;

/// Logarithms in short.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moments {
    pub(super) mean: f64,
    /// The squared standard error of the mean.
    pub(super) squared_error: f64,
    pub(super) freedom: f64,
}

impl Moments {
    /// `None` with too few figures, or one that has no logarithm.
    pub(super) fn of(figures: &[f64]) -> Option<Self> {
        let positive = figures.iter().all(|&figure| figure > 0.0 && figure.is_finite());
        if figures.len() < FEWEST || !positive {
            return None;
        }
        let count = figures.len() as f64;
        let mean = mean_of_logs(figures);
        let squares: f64 = figures.iter().map(|figure| (figure.ln() - mean).powi(2)).sum();
        Some(Self { mean, squared_error: squares / (count - 1.0) / count, freedom: count - 1.0 })
    }

    pub(super) fn count(&self) -> f64 {
        self.freedom + 1.0
    }

    /// Of a single one.
    pub(super) fn variance(&self) -> f64 {
        self.squared_error * self.count()
    }
}

fn mean_of_logs(figures: &[f64]) -> f64 {
    figures.iter().map(|figure| figure.ln()).sum::<f64>() / figures.len() as f64
}

/// The geometric mean of positive figures; none without any.
#[must_use]
pub fn geometric_mean(figures: &[f64]) -> Option<f64> {
    (!figures.is_empty()).then(|| mean_of_logs(figures).exp())
}

/// The geometric mean of figures with the interval that covers the true one in 95 % of campaigns; none with fewer than
/// three figures.
#[must_use]
pub fn level(figures: &[f64]) -> Option<Ratio> {
    let Moments { mean, squared_error, freedom } = Moments::of(figures)?;
    Some(interval(mean, squared_error.sqrt(), freedom))
}

pub(super) fn interval(log: f64, error: f64, freedom: f64) -> Ratio {
    let quantile = student(freedom).inverse_cdf(1.0 - INTERVAL_ERROR / 2.0);
    let radius = quantile * error;
    Ratio { estimate: log.exp(), low: (log - radius).exp(), high: (log + radius).exp() }
}

pub(super) fn student(freedom: f64) -> StudentsT {
    StudentsT::new(0.0, 1.0, freedom).expect("three figures leave a freedom of at least 2")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_the_geometric_mean_with_students_interval() {
        let level = level(&[90.0, 100.0, 111.111_111]).expect("three figures");
        assert!((level.estimate - 100.0).abs() < 1e-6);
        // The standard deviation is 0.105361, over the root of three, times 4.302653.
        assert!((level.high.ln() - 100f64.ln() - 0.261_734).abs() < 1e-4, "{level:?}");
    }

    #[test]
    fn fewer_than_three_figures_or_one_that_is_not_positive_have_no_level() {
        assert_eq!(level(&[1.0, 2.0]), None);
        assert_eq!(level(&[1.0, 2.0, 0.0]), None);
    }
}
