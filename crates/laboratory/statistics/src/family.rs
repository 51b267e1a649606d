//! Many pairs, one error: at which level each pair may be tested.
//!
//! Both procedures know that equality is transitive: whatever pairs are equal, they are the pairs within the groups of
//! some partition of the contenders.

use std::collections::BTreeSet;

/// Holm's step-down (1979) as sharpened by Shaffer, *Modified sequentially rejective multiple test procedures*, JASA 81
/// (1986): once one pair differs, not all others can still be equal, so the next divisor is the largest number of
/// equalities that is logically possible. With five contenders: 10, then 6, 6, 6, 6, 4, 4, 3, 2, 1.
///
/// Claiming every pair with `p <= level` errs anywhere with a chance of at most `error`.
pub(super) fn step_down(p_values: &[f64], contenders: usize, error: f64) -> Vec<f64> {
    let divisors = divisors(contenders);
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&i, &j| p_values[i].total_cmp(&p_values[j]));
    let mut levels = vec![error; p_values.len()];
    let mut stopped = None;
    for (step, &pair) in order.iter().enumerate() {
        let level = stopped.unwrap_or_else(|| error / divisors[step] as f64);
        levels[pair] = level;
        if p_values[pair] > level {
            stopped = Some(level);
        }
    }
    levels
}

/// Closed testing goes through all partitions up to this many contenders, 21,147 of them; thirteen would have 27 million.
const MOST_FOR_PARTITIONS: usize = 9;

/// Closed testing (Marcus, Peritz and Gabriel 1976) with e-values, which may be averaged however they depend on each
/// other: Vovk and Wang, *E-values: calibration, combination and applications*, Annals of Statistics 49 (2021). A pair
/// is claimed if for every partition that would make it equal the average e-value of all its equalities is at least
/// `1 / error`. The e-values are the reciprocals of `p_values`, which are in order of the pairs.
///
/// The level is the p-value that would do if all pairs gained evidence alike.
pub(super) fn closed_average(p_values: &[f64], contenders: usize, error: f64) -> Vec<f64> {
    let e_values: Vec<f64> = p_values.iter().map(|p| p.recip().min(1e100)).collect();
    let least = if contenders <= MOST_FOR_PARTITIONS {
        over_partitions(&e_values, contenders)
    } else {
        over_sizes(&e_values, &equalities(contenders))
    };
    e_values.iter().zip(least).map(|(e_value, least)| error * least / e_value).collect()
}

/// For each pair the least average of any partition that makes it equal.
fn over_partitions(e_values: &[f64], contenders: usize) -> Vec<f64> {
    let pairs = (0..contenders).flat_map(|a| (a + 1..contenders).map(move |b| (a, b)));
    let evidence: Vec<_> = pairs.zip(e_values.iter().copied()).collect();
    let mut least = vec![f64::INFINITY; evidence.len()];
    weaken(&mut least, &evidence, contenders, &mut Vec::new());
    least
}

/// For each pair the least average over sets of pairs with as many as some partition has equalities: its own e-value
/// and the smallest of the others. Every partition is among these sets, so that the claims are some of the exact ones.
/// It is Vovk and Wang's e-Holm, with the sizes of Shaffer.
fn over_sizes(e_values: &[f64], sizes: &BTreeSet<usize>) -> Vec<f64> {
    let mut order: Vec<usize> = (0..e_values.len()).collect();
    order.sort_by(|&i, &j| e_values[i].total_cmp(&e_values[j]));
    let mut rank = vec![0; e_values.len()];
    let mut sums = vec![0.0];
    for (at, &pair) in order.iter().enumerate() {
        rank[pair] = at;
        sums.push(sums[at] + e_values[pair]);
    }
    let average = |pair: usize, size: usize| {
        // Among the smallest it stands for itself.
        let sum = if rank[pair] < size { sums[size] } else { sums[size - 1] + e_values[pair] };
        sum / size as f64
    };
    (0..e_values.len())
        .map(|pair| {
            let averages = sizes.range(1..).map(|&size| average(pair, size));
            averages.fold(f64::INFINITY, f64::min)
        })
        .collect()
}

/// Lowers `least`, for every pair, to the average evidence against each partition that begins with `groups` (the group
/// of each contender) and makes the pair equal.
fn weaken(
    least: &mut [f64],
    evidence: &[((usize, usize), f64)],
    contenders: usize,
    groups: &mut Vec<usize>,
) {
    if groups.len() < contenders {
        for group in 0..=groups.iter().max().map_or(0, |last| last + 1) {
            groups.push(group);
            weaken(least, evidence, contenders, groups);
            groups.pop();
        }
        return;
    }
    let equal = |&(a, b): &(usize, usize)| groups[a] == groups[b];
    let (sum, count) = evidence
        .iter()
        .filter(|(pair, _)| equal(pair))
        .fold((0.0, 0.0), |(sum, count), (_, e_value)| (sum + e_value, count + 1.0));
    for (least, _) in least.iter_mut().zip(evidence).filter(|(_, (pair, _))| equal(pair)) {
        *least = least.min(sum / count);
    }
}

/// For each step, the largest number of pairs that can still be equal.
fn divisors(contenders: usize) -> Vec<usize> {
    let pairs = contenders * contenders.saturating_sub(1) / 2;
    let possible = equalities(contenders);
    (0..pairs)
        .map(|rejected| *possible.range(..=pairs - rejected).next_back().unwrap_or(&pairs).max(&1))
        .collect()
}

/// The numbers of equal pairs that are possible among `contenders`: sums over the groups of a partition.
fn equalities(contenders: usize) -> BTreeSet<usize> {
    let pairs = |group: usize| group * group.saturating_sub(1) / 2;
    // Whether so many equal pairs are possible, for each number of contenders.
    let mut possible = vec![vec![true]];
    for size in 1..=contenders {
        let mut next = vec![false; pairs(size) + 1];
        for group in 1..=size {
            for (rest, _) in possible[size - group].iter().enumerate().filter(|(_, can)| **can) {
                next[rest + pairs(group)] = true;
            }
        }
        possible.push(next);
    }
    let last = possible.swap_remove(contenders).into_iter();
    last.enumerate().filter_map(|(equal, can)| can.then_some(equal)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divisors_are_those_of_shaffers_table() {
        assert_eq!(divisors(2), [1]);
        assert_eq!(divisors(3), [3, 1, 1]);
        assert_eq!(divisors(4), [6, 3, 3, 3, 2, 1]);
        assert_eq!(divisors(5), [10, 6, 6, 6, 6, 4, 4, 3, 2, 1]);
        assert_eq!(divisors(10)[..10], [45, 36, 36, 36, 36, 36, 36, 36, 36, 36]);
    }

    #[test]
    fn the_first_pair_that_fails_stops_the_descent() {
        assert_eq!(step_down(&[0.5, 0.001, 0.02], 3, 0.05), [0.05, 0.05 / 3.0, 0.05]);
        assert_eq!(step_down(&[0.03, 0.02, 0.04], 3, 0.05), [0.05 / 3.0; 3]);
    }

    #[test]
    fn the_shortcut_claims_nothing_that_closed_testing_does_not() {
        let mut state = 1u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 40) as f64 / f64::from(1 << 24)
        };
        for contenders in 2..=7 {
            let mut agree = 0;
            for _ in 0..100 {
                let pairs = contenders * (contenders - 1) / 2;
                let e_values: Vec<f64> = (0..pairs).map(|_| (12.0 * next() - 4.0).exp()).collect();
                let exact = over_partitions(&e_values, contenders);
                let shortcut = over_sizes(&e_values, &equalities(contenders));
                assert!(
                    exact.iter().zip(&shortcut).all(|(exact, least)| *least <= exact * 1.000_001)
                );
                agree += usize::from(
                    exact
                        .iter()
                        .zip(&shortcut)
                        .all(|(exact, least)| (*exact < 20.0) == (*least < 20.0)),
                );
            }
            assert!(agree > 20, "{contenders}: {agree}");
        }
    }

    #[test]
    fn a_hundred_contenders_are_judged_at_once() {
        let p_values: Vec<f64> = (1..=4950).map(|at| 2e-5 * f64::from(at)).collect();
        let levels = closed_average(&p_values, 100, 0.05);
        assert!(p_values[0] <= levels[0] && p_values[4949] > levels[4949]);
    }

    #[test]
    fn every_partition_must_be_refuted() {
        // E-values 60, 60 and 0: "all equal" has the average 40, and each of the first two pairs alone has 60.
        let p_values = [1.0 / 60.0, 1.0 / 60.0, 1e9];
        let levels = closed_average(&p_values, 3, 0.05);
        assert!(p_values[0] <= levels[0] && p_values[1] <= levels[1] && p_values[2] > levels[2]);
        // 30, 30 and 0: the average of all three is 20, just enough; 29 would not do.
        let p_values = [1.0 / 29.0, 1.0 / 29.0, 1e9];
        assert!(p_values[0] > closed_average(&p_values, 3, 0.05)[0]);
        assert_eq!(closed_average(&[0.04], 2, 0.05).len(), 1);
    }
}
