//! Whether ratios depend on where they were measured.
//!
//! Rounds of one table may come from several machines. What a machine does to all contenders alike cancels out within
//! its rounds; what it does to one of them more than to another is an interaction. Within a round the difference of two
//! contenders, log scale, is one observation, and its mean is compared over the machines: by Welch's test, because one
//! machine may be several times as noisy as another (Welch, *On the comparison of several mean values: an alternative
//! approach*, Biometrika 38, 1951). That two contenders agree everywhere is transitive, as equality is, so that the
//! family of pairs is tested as any other is.

use statrs::distribution::{ContinuousCDF, FisherSnedecor};

use super::family::step_down;
use super::figure::Figure;
use super::independent::Moments;
use super::layout::figure;

/// Over all pairs the chance of any false claim is at most 5 %. Welch's test errs more often than it says where a machine
/// has few rounds, so that it is asked for half of that.
const FAMILY_ERROR: f64 = 0.025;
/// A machine's noise is steadied by the mean of all with so many degrees of freedom: among many machines with few
/// rounds each, one seems to have next to no noise by chance, and would outweigh all others.
const STEADYING: f64 = 1.0;

/// Two contenders whose ratio is shown to depend on the machine, by their columns; `a < b`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interaction {
    /// Column of the first contender.
    pub a: usize,
    /// Column of the second contender.
    pub b: usize,
}

/// The pairs whose ratio is shown to depend on the machine. `tables` has a table for each machine, with a row for each
/// of its rounds and in it a column for each contender, `None` where a trial is missing. `kinds` names the kind of each
/// machine: machines of one kind are also tested together, since rounds that are few on each may be many on all of a kind.
#[must_use]
pub fn interactions<F, K>(tables: &[Vec<Vec<Option<F>>>], kinds: &[K]) -> Vec<Interaction>
where
    F: Copy + Into<Figure>,
    K: PartialEq,
{
    let contenders = tables.iter().flatten().map(Vec::len).max().unwrap_or(0);
    let pairs: Vec<Interaction> = (0..contenders)
        .flat_map(|a| (a + 1..contenders).map(move |b| Interaction { a, b }))
        .collect();
    let by_kind = of_each_kind(kinds);
    let p_values: Vec<f64> =
        pairs.iter().map(|pair| p_value(&ratios(tables, *pair), &by_kind)).collect();
    let levels = step_down(&p_values, contenders, FAMILY_ERROR);
    let tests = p_values.iter().zip(levels);
    let shown = pairs.into_iter().zip(tests).filter(|(_, (p_value, level))| **p_value <= *level);
    shown.map(|(pair, _)| pair).collect()
}

/// The machines of each kind.
fn of_each_kind<K: PartialEq>(kinds: &[K]) -> Vec<Vec<usize>> {
    let mut found: Vec<Vec<usize>> = Vec::new();
    for (at, kind) in kinds.iter().enumerate() {
        match found.iter_mut().find(|one| kinds[one[0]] == *kind) {
            Some(same) => same.push(at),
            None => found.push(vec![at]),
        }
    }
    found
}

/// On each machine, that of each round in which both were measured.
fn ratios<F: Copy + Into<Figure>>(
    tables: &[Vec<Vec<Option<F>>>],
    pair: Interaction,
) -> Vec<Vec<f64>> {
    let ratio =
        |row: &Vec<Option<F>>| Some(figure(row, pair.a)?.value / figure(row, pair.b)?.value);
    tables.iter().map(|table| table.iter().filter_map(ratio).collect()).collect()
}

/// How likely it is that the ratios of machines, or of kinds of machines, differ as much by chance. Where both are
/// tested, that of the surer one is doubled.
fn p_value(ratios: &[Vec<f64>], by_kind: &[Vec<usize>]) -> f64 {
    let test = |groups: Vec<Moments>| welch(groups).unwrap_or(1.0);
    let machines = test(ratios.iter().filter_map(|of_one| Moments::of(of_one)).collect());
    if by_kind.len() < 2 || by_kind.len() == ratios.len() {
        return machines;
    }
    let together = |kind: &Vec<usize>| -> Vec<f64> {
        kind.iter().flat_map(|&machine| &ratios[machine]).copied().collect()
    };
    let kinds = by_kind.iter().map(together).filter_map(|of_kind| Moments::of(&of_kind));
    (2.0 * machines.min(test(kinds.collect()))).min(1.0)
}

/// How likely means that differ as much are by chance; `None` where fewer than two groups tell.
fn welch(mut all: Vec<Moments>) -> Option<f64> {
    let groups = all.len() as f64;
    if groups < 2.0 {
        return None;
    }
    let noise = all.iter().map(Moments::variance).sum::<f64>() / groups;
    if noise <= 0.0 {
        let same = all.iter().all(|one| (one.mean - all[0].mean).abs() < 1e-12);
        return Some(f64::from(u8::from(same)));
    }
    for one in &mut all {
        let steadied =
            (one.freedom * one.variance() + STEADYING * noise) / (one.freedom + STEADYING);
        one.squared_error = steadied / one.count();
    }
    let weight = |one: &Moments| one.squared_error.recip();
    let weights: f64 = all.iter().map(weight).sum();
    let middle = all.iter().map(|one| weight(one) * one.mean).sum::<f64>() / weights;
    let between: f64 = all.iter().map(|one| weight(one) * (one.mean - middle).powi(2)).sum::<f64>();
    let unsure: f64 =
        all.iter().map(|one| (1.0 - weight(one) / weights).powi(2) / one.freedom).sum();
    let squared = groups * groups - 1.0;
    let correction = 1.0 + 2.0 * (groups - 2.0) / squared * unsure;
    let statistic = between / (groups - 1.0) / correction;
    FisherSnedecor::new(groups - 1.0, squared / (3.0 * unsure)).ok().map(|it| it.sf(statistic))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means(all: &[(f64, f64, f64)]) -> Vec<Moments> {
        let of = |&(mean, variance, count): &(f64, f64, f64)| Moments {
            mean,
            squared_error: variance / count,
            freedom: count - 1.0,
        };
        all.iter().map(of).collect()
    }

    #[test]
    fn two_machines_are_compared_as_by_welchs_t_with_steadied_noise() {
        // The steadied variances are 1.15 and 3.7: t = 2.163 with 5.28 degrees of freedom.
        let p_value = welch(means(&[(0.0, 1.0, 10.0), (2.0, 4.0, 5.0)])).expect("two");
        assert!((p_value - 0.079_95).abs() < 1e-4, "{p_value}");
    }

    #[test]
    fn a_ratio_that_is_another_on_one_machine_is_an_interaction() {
        let table = |ratio: f64| -> Vec<Vec<Option<f64>>> {
            let noise = [1.0, 1.02, 0.99, 1.01, 0.97];
            let row = |noise: &f64| vec![Some(ratio * noise), Some(1.0), Some(2.0 / noise)];
            noise.iter().map(row).collect()
        };
        // The first contender is 20 % better there.
        let found = interactions(&[table(1.0), table(1.2)], &[0, 1]);
        assert_eq!(found, [Interaction { a: 0, b: 1 }, Interaction { a: 0, b: 2 }]);
        // All contenders at four times the level are none.
        let faster = table(1.0)
            .into_iter()
            .map(|row| row.into_iter().map(|figure| figure.map(|it| 4.0 * it)).collect());
        assert_eq!(interactions(&[table(1.0), faster.collect()], &[0, 1]), []);
    }

    #[test]
    fn few_rounds_on_each_machine_are_many_on_all_of_a_kind() {
        let table = |ratio: f64, from: usize| -> Vec<Vec<Option<f64>>> {
            let noise = [1.0, 1.12, 0.9, 1.08, 0.93, 1.04, 0.96, 1.1, 0.91];
            noise[from..from + 3].iter().map(|noise| vec![Some(ratio * noise), Some(1.0)]).collect()
        };
        let tables: Vec<_> =
            [0, 3, 6].into_iter().flat_map(|at| [table(1.0, at), table(1.2, at)]).collect();
        assert_eq!(interactions(&tables, &[0, 1, 2, 3, 4, 5]), []);
        let by_kind = interactions(&tables, &["one", "other", "one", "other", "one", "other"]);
        assert_eq!(by_kind, [Interaction { a: 0, b: 1 }]);
    }

    #[test]
    fn machines_with_few_rounds_and_figures_without_noise_are_no_trouble() {
        let row = |figure: f64| vec![Some(figure), Some(1.0)];
        assert_eq!(interactions(&[vec![row(1.0)], vec![row(2.0)]], &[0, 1]), []);
        let same = [vec![row(1.0); 3], vec![row(1.0); 3]];
        assert_eq!(interactions(&same, &[0, 1]), []);
        let other = [vec![row(1.0); 3], vec![row(2.0); 3]];
        assert_eq!(interactions(&other, &[0, 1]), [Interaction { a: 0, b: 1 }]);
        assert_eq!(interactions::<f64, u8>(&[], &[]), []);
    }
}
