//! Variances of many cells with few figures each, steadied by one another.
//!
//! Smyth, *Linear models and empirical Bayes methods for assessing differential expression in microarray experiments*,
//! Statistical Applications in Genetics and Molecular Biology 3 (2004): the more the variances agree, the more degrees
//! of freedom stand behind what they have in common.

use statrs::function::gamma::digamma;

use super::super::independent::Moments;

/// The agreement of fewer variances is not judged.
const FEWEST: usize = 8;

/// The same moments with steadied errors, and the degrees of freedom that they are worth.
pub(super) fn steadied(sides: &[Moments]) -> Vec<Moments> {
    let variances: Vec<(f64, f64)> = sides
        .iter()
        // The number of figures is one more than the degrees of freedom.
        .map(|side| (side.squared_error * (side.freedom + 1.0), side.freedom))
        .collect();
    let Some((prior, weight)) = prior(&variances) else { return sides.to_vec() };
    sides
        .iter()
        .zip(&variances)
        .map(|(side, (variance, freedom))| {
            let steady = (weight * prior + freedom * variance) / (weight + freedom);
            Moments {
                mean: side.mean,
                squared_error: steady / (freedom + 1.0),
                freedom: weight + freedom,
            }
        })
        .collect()
}

/// The variance that these have in common, and the degrees of freedom behind it, from variances and their degrees of
/// freedom. `None` where too few have any noise.
fn prior(variances: &[(f64, f64)]) -> Option<(f64, f64)> {
    let noisy: Vec<(f64, f64)> = variances.iter().copied().filter(|one| one.0 > 0.0).collect();
    if noisy.len() < FEWEST {
        return None;
    }
    let count = noisy.len() as f64;
    let logs: Vec<f64> = noisy
        .iter()
        .map(|(variance, freedom)| variance.ln() - digamma(freedom / 2.0) + (freedom / 2.0).ln())
        .collect();
    let mean = logs.iter().sum::<f64>() / count;
    let seen = logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let chance = noisy.iter().map(|one| trigamma(one.1 / 2.0)).sum::<f64>() / count;
    let all: f64 = noisy.iter().map(|one| one.1).sum();
    let freedom = (2.0 * inverse_trigamma(seen - chance)).min(all);
    Some(((mean + digamma(freedom / 2.0) - (freedom / 2.0).ln()).exp(), freedom))
}

/// The second derivative of the logarithm of the gamma function, for positive arguments.
fn trigamma(argument: f64) -> f64 {
    let (mut at, mut sum) = (argument, 0.0);
    while at < 8.0 {
        sum += at.powi(-2);
        at += 1.0;
    }
    let inverse = at.recip();
    let series = 1.0 / 6.0 - inverse.powi(2) * (1.0 / 30.0 - inverse.powi(2) / 42.0);
    sum + inverse + inverse.powi(2) / 2.0 + inverse.powi(3) * series
}

/// By bisection; infinite where no argument has so low a value.
fn inverse_trigamma(value: f64) -> f64 {
    let (mut low, mut high) = (1e-3f64, 1e6f64);
    if value <= trigamma(high) {
        return f64::INFINITY;
    }
    for _ in 0..60 {
        let middle = (low * high).sqrt();
        if trigamma(middle) > value { low = middle } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trigamma_is_known_at_one_and_one_half() {
        let pi_squared = std::f64::consts::PI.powi(2);
        assert!((trigamma(1.0) - pi_squared / 6.0).abs() < 1e-9);
        assert!((trigamma(0.5) - pi_squared / 2.0).abs() < 1e-9);
        assert!((inverse_trigamma(trigamma(3.0)) - 3.0).abs() < 1e-6);
    }

    #[test]
    fn variances_that_agree_are_worth_all_their_freedom_and_others_little() {
        assert_eq!(prior(&[(1.0, 4.0); 10]).map(|(_, freedom)| freedom), Some(40.0));
        let unlike: Vec<(f64, f64)> = (0..10).map(|at| (10f64.powi(at - 5), 4.0)).collect();
        assert!(prior(&unlike).is_some_and(|(_, freedom)| freedom < 1.0));
        assert_eq!(prior(&[(0.0, 4.0); 10]), None);
    }
}
