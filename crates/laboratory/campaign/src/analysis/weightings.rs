//! How much the winner depends on the weights: the same scores under other ways to divide them.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::best::best;

/// Parts that the weights are divided into: steps of a tenth.
const PARTS: usize = 10;
/// With more criteria than this there are too many ways to divide the parts, and a sample is drawn.
const ALL_UP_TO: usize = 7;
/// Weightings that are drawn, from a fixed seed: a share is known to within 0.01.
const DRAWN: usize = 10_000;

/// The share of the weightings that each contender wins.
pub(super) fn won(criteria: &[Vec<f64>]) -> Vec<f64> {
    let count = criteria.first().map_or(0, Vec::len);
    let each = 1.0 / tried(count) as f64;
    let mut won = vec![0.0; criteria.len()];
    let logs: Vec<Vec<f64>> =
        criteria.iter().map(|shares| shares.iter().map(|share| share.ln()).collect()).collect();
    for weights in weightings(count) {
        let scores: Vec<Option<f64>> = logs.iter().map(|logs| score(&weights, logs)).collect();
        if let Some(at) = best(&scores) {
            won[at] += each;
        }
    }
    won
}

/// How many weightings are tried for so many criteria.
pub(super) fn tried(criteria: usize) -> usize {
    if criteria <= ALL_UP_TO { divisions(PARTS, criteria).len() } else { DRAWN }
}

/// The logarithm of the score from those of the shares; none with a share of zero in a criterion that
/// counts.
fn score(weights: &[f64], logs: &[f64]) -> Option<f64> {
    let counted = weights.iter().zip(logs).filter(|(weight, _)| **weight > 0.0);
    let score = counted.map(|(weight, log)| weight * log).sum::<f64>();
    score.is_finite().then_some(score)
}

/// Every way to divide whole parts among a few criteria; of many, a sample of all ways there are.
fn weightings(criteria: usize) -> Box<dyn Iterator<Item = Vec<f64>>> {
    if criteria <= ALL_UP_TO {
        Box::new(divisions(PARTS, criteria).into_iter())
    } else {
        let mut random = ChaCha8Rng::seed_from_u64(0);
        Box::new((0..DRAWN).map(move |_| drawn(&mut random, criteria)))
    }
}

/// One weighting, every one as likely as any other: exponential variates, whose scale does not
/// matter.
fn drawn(random: &mut ChaCha8Rng, criteria: usize) -> Vec<f64> {
    (0..criteria).map(|_| -(1.0 - random.random::<f64>()).ln()).collect()
}

fn divisions(parts: usize, criteria: usize) -> Vec<Vec<f64>> {
    match criteria {
        0 => Vec::new(),
        1 => vec![vec![parts as f64]],
        _ => (0..=parts)
            .flat_map(|first| {
                divisions(parts - first, criteria - 1).into_iter().map(move |mut rest| {
                    rest.insert(0, first as f64);
                    rest
                })
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_criteria_share_ten_parts_in_1001_ways() {
        assert_eq!(tried(5), 1001);
        let sums = weightings(5).map(|weights| weights.iter().sum::<f64>());
        assert!(sums.into_iter().all(|sum| (sum - 10.0).abs() < 1e-9));
        assert_eq!(tried(0), 0);
    }

    #[test]
    fn of_many_criteria_the_same_bounded_number_of_weightings_is_drawn() {
        for criteria in [8, 18, 24, 100] {
            assert_eq!(tried(criteria), DRAWN);
        }
        assert!(weightings(24).eq(weightings(24)));
        // By symmetry each of two contenders that mirror each other wins half.
        let (one, other) = ([[0.5; 9], [1.0; 9]].concat(), [[1.0; 9], [0.5; 9]].concat());
        let won = won(&[one, other]);
        assert!((won[0] - 0.5).abs() < 0.02 && (won[0] + won[1] - 1.0).abs() < 1e-9, "{won:?}");
    }

    #[test]
    fn a_share_of_zero_loses_where_it_counts_and_only_there() {
        // The first wins only where the second criterion has no weight, one weighting of eleven.
        let won = won(&[vec![1.0, 0.0], vec![0.5, 1.0]]);
        assert!(
            (won[0] - 1.0 / 11.0).abs() < 1e-9 && (won[1] - 10.0 / 11.0).abs() < 1e-9,
            "{won:?}"
        );
    }
}
