//! How much the winner depends on the weights: the same scores under every other way to divide them.

use super::best::best;

/// Parts that the weights are divided into: steps of a tenth, or coarser where there are very many criteria.
const PARTS: usize = 10;
/// Upper bound on the weightings tried.
const MOST: usize = 20_000;

/// The share of all weightings that each contender wins.
pub(super) fn won(criteria: &[Vec<f64>]) -> Vec<f64> {
    let all = all(criteria.first().map_or(0, Vec::len));
    let mut won = vec![0.0; criteria.len()];
    for weights in &all {
        let scores: Vec<Option<f64>> = criteria
            .iter()
            .map(|shares| Some(weights.iter().zip(shares).map(|(w, s)| w * s.ln()).sum()))
            .collect();
        if let Some(at) = best(&scores) {
            won[at] += 1.0 / all.len() as f64;
        }
    }
    won
}

/// Every way to divide whole parts among the criteria, each as its weights.
pub(super) fn all(criteria: usize) -> Vec<Vec<f64>> {
    (1..=PARTS)
        .rev()
        .map(|parts| divisions(parts, criteria))
        .find(|all| all.len() <= MOST)
        .unwrap_or_default()
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
        let all = all(5);
        assert_eq!(all.len(), 1001);
        assert!(all.iter().all(|weights| (weights.iter().sum::<f64>() - 10.0).abs() < 1e-9));
    }

    #[test]
    fn many_criteria_get_coarser_steps_rather_than_endless_ones() {
        assert!((1..=MOST).contains(&all(12).len()));
        assert!(all(0).is_empty());
    }
}
