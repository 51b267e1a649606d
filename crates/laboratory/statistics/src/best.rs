//! Each contender against the best of the others, the leader among them, whoever leads.
//!
//! A leader is chosen on the very figures that then tell its lead, so that the interval of its pair alone promises too
//! much. Hsu, *Simultaneous confidence intervals for all distances from the "best"*, Annals of Statistics 9 (1981),
//! needs only the comparisons of the true best, whichever it is, with the k - 1 others. On one side, as there, a
//! contender that is behind is told no more than that; on both, as Edwards and Hsu, *Multiple comparisons with the best
//! treatment*, JASA 78 (1983), it is told how far at least. These 2 (k - 1) one-sided errors share 5 % (Bonferroni),
//! since the noise of the pairs may differ.

use super::boundary::Looks;
use super::relation::Ratio;
use super::robust::Difference;

/// Of all the intervals together.
const ERROR: f64 = 0.05;

/// The intervals of the contenders `measured`, given the `difference` of each pair, the first less the second. `None`
/// for one that lacks a comparison, and for those not measured.
pub(super) fn against_best(
    measured: &[bool],
    difference: impl Fn(usize, usize) -> Option<Difference>,
    looks: Looks,
) -> Vec<Option<Ratio>> {
    let field: Vec<usize> = (0..measured.len()).filter(|&i| measured[i]).collect();
    let comparisons = field.len().saturating_sub(1).max(1);
    let table = bounds(measured.len(), difference, looks, ERROR / comparisons as f64);
    let candidates = candidates(&field, &table);
    let against = |i: usize| {
        let rivals = |of: &[usize]| of.iter().copied().filter(|&j| j != i).collect::<Vec<_>>();
        let (others, best) = (rivals(&field), rivals(&candidates));
        let log = others.iter().map(|&j| table[i][j].log).collect::<Option<Vec<_>>>()?;
        let log = log.into_iter().reduce(f64::min).filter(|_| measured[i])?;
        let lowest =
            |of: &[usize]| of.iter().map(|&j| table[i][j].low).fold(f64::INFINITY, f64::min);
        let (low, high) = if candidates == [i] {
            (lowest(&others).max(0.0), upper(i, &field, &table))
        } else if candidates.contains(&i) {
            (lowest(&best).min(0.0), upper(i, &field, &table))
        } else {
            // Whoever is the best, it is one of the candidates.
            let highest = best.iter().map(|&j| table[i][j].high).fold(f64::NEG_INFINITY, f64::max);
            (lowest(&best), highest.min(0.0))
        };
        Some(Ratio { estimate: log.exp(), low: low.exp(), high: high.exp() })
    };
    (0..measured.len()).map(against).collect()
}

/// Those of the field that may be the best.
fn candidates(field: &[usize], table: &[Vec<Bounds>]) -> Vec<usize> {
    field.iter().copied().filter(|&i| upper(i, field, table) >= 0.0).collect()
}

/// At most this far ahead of the best of the others is a contender, log scale.
fn upper(i: usize, field: &[usize], table: &[Vec<Bounds>]) -> f64 {
    field.iter().filter(|&&j| j != i).map(|&j| table[i][j].high).fold(f64::INFINITY, f64::min)
}

/// What is known of one contender less another, log scale.
#[derive(Clone, Copy)]
struct Bounds {
    log: Option<f64>,
    low: f64,
    high: f64,
}

/// At two-sided `level`, of all contenders with all.
fn bounds(
    contenders: usize,
    difference: impl Fn(usize, usize) -> Option<Difference>,
    looks: Looks,
    level: f64,
) -> Vec<Vec<Bounds>> {
    let unknown = Bounds { log: None, low: f64::NEG_INFINITY, high: f64::INFINITY };
    let mut table = vec![vec![unknown; contenders]; contenders];
    for (a, b) in (0..contenders).flat_map(|a| (a + 1..contenders).map(move |b| (a, b))) {
        if let Some(known) = difference(a, b) {
            let (low, high) = known.bounds(looks.radius(known, level));
            table[a][b] = Bounds { log: Some(known.log), low, high };
            table[b][a] = Bounds { log: Some(-known.log), low: -high, high: -low };
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::figure::Leeway;
    use super::super::robust::Spread;
    use super::*;

    fn known(log: f64, freedom: f64) -> Difference {
        let spread = Spread { error: 0.03, freedom };
        let leeway = Leeway::default();
        Difference { log, shared: spread, own: spread, information: 5.0, leeway }
    }

    /// The intervals of contenders with these logarithms, whose differences have the error 0.03 and 1,000 degrees of
    /// freedom.
    fn intervals(logs: &[f64]) -> Vec<Ratio> {
        let difference = |a: usize, b: usize| {
            let log = logs[a] - logs[b];
            Some(known(log, 1e3))
        };
        let all = against_best(&vec![true; logs.len()], difference, Looks::Once);
        all.into_iter().map(|one| one.expect("measured")).collect()
    }

    #[test]
    fn of_two_the_interval_is_that_of_the_pair() {
        let [leader, other] = intervals(&[0.2, 0.0])[..] else { panic!("two") };
        assert!((leader.low.ln() - (0.2 - 1.962 * 0.03)).abs() < 1e-4, "{leader:?}");
        let mirrored = leader.inverse();
        assert!(
            (mirrored.low - other.low).abs() < 1e-12 && (mirrored.high - other.high).abs() < 1e-12
        );
    }

    #[test]
    fn a_lead_is_told_against_the_best_of_the_others_and_wider_among_more() {
        let two = intervals(&[0.2, 0.0])[0];
        let five = intervals(&[0.2, 0.0, -0.01, -0.02, -1.0])[0];
        assert!((five.estimate - two.estimate).abs() < 1e-12);
        assert!(five.low < two.low && five.low > 1.1, "{five:?}");
    }

    #[test]
    fn who_may_be_the_best_has_no_lead_yet() {
        let all = intervals(&[0.02, 0.0, -1.0]);
        assert!(all[..2].iter().all(|one| one.low < 1.0 && one.high > 1.0), "{all:?}");
    }

    #[test]
    fn one_that_is_behind_is_told_how_far_at_least_whoever_is_the_best() {
        let all = intervals(&[0.02, 0.0, -1.0]);
        assert!(all[2].high < (-0.9_f64).exp() && all[2].low > (-1.15_f64).exp(), "{all:?}");
    }

    #[test]
    fn one_that_lacks_a_comparison_leaves_the_others_their_upper_bounds() {
        let difference = |a: usize, b: usize| {
            let log = [0.2, 0.0, -0.1][a] - [0.2, 0.0, -0.1][b];
            (a == 0 && b == 1).then_some(known(log, 9.0))
        };
        assert_eq!(against_best(&[true; 3], difference, Looks::Once), [None; 3]);
        let without = against_best(&[true, true, false], difference, Looks::Once);
        assert!(without[0].is_some_and(|one| one.low > 1.0) && without[2].is_none());
    }
}
