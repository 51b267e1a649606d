//! Figures side by side: which is the best, and what share of it the others are.

use std::cmp::Ordering;

/// The index of the highest figure.
pub(super) fn best(figures: &[Option<f64>]) -> Option<usize> {
    let order =
        |one: &Option<f64>, other: &Option<f64>| one.partial_cmp(other).unwrap_or(Ordering::Equal);
    let at = (0..figures.len()).max_by(|&one, &other| order(&figures[one], &figures[other]))?;
    figures[at].map(|_| at)
}

/// Each figure over the highest.
pub(super) fn shares(figures: &[Option<f64>]) -> Vec<Option<f64>> {
    let highest = best(figures).and_then(|at| figures[at]).unwrap_or(1.0);
    figures.iter().map(|figure| figure.map(|figure| figure / highest)).collect()
}

/// Whether one contender is at least as good in every criterion, and better in one.
pub(super) fn dominates(one: &[f64], other: &[f64]) -> bool {
    one.iter().zip(other).all(|(one, other)| one >= other)
        && one.iter().zip(other).any(|(one, other)| one > other)
}
