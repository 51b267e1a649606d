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
use super::layout::figure;

/// Over all pairs the chance of any false claim is at most 5 %. Welch's test errs more often than it says where a machine
/// has few rounds, so that it is asked for half of that.
const FAMILY_ERROR: f64 = 0.025;
/// The noise of a machine is not judged from fewer rounds than this.
const FEWEST: usize = 3;
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
/// of its rounds and in it a column for each contender, `None` where a trial is missing.
#[must_use]
pub fn interactions<F: Copy + Into<Figure>>(tables: &[Vec<Vec<Option<F>>>]) -> Vec<Interaction> {
    let contenders = tables.iter().flatten().map(Vec::len).max().unwrap_or(0);
    let pairs: Vec<Interaction> = (0..contenders)
        .flat_map(|a| (a + 1..contenders).map(move |b| Interaction { a, b }))
        .collect();
    let p_values: Vec<f64> = pairs
        .iter()
        .map(|pair| {
            let machines =
                tables.iter().filter_map(|table| Observed::of(&differences(table, *pair)));
            welch(machines.collect()).unwrap_or(1.0)
        })
        .collect();
    let levels = step_down(&p_values, contenders, FAMILY_ERROR);
    let tests = p_values.iter().zip(levels);
    let shown = pairs.into_iter().zip(tests).filter(|(_, (p_value, level))| **p_value <= *level);
    shown.map(|(pair, _)| pair).collect()
}

/// Of each round in which both were measured, log scale.
fn differences<F: Copy + Into<Figure>>(table: &[Vec<Option<F>>], pair: Interaction) -> Vec<f64> {
    let difference =
        |row: &Vec<Option<F>>| Some((figure(row, pair.a)?.value / figure(row, pair.b)?.value).ln());
    table.iter().filter_map(difference).collect()
}

/// What a machine says of a pair.
#[derive(Clone, Copy, Debug)]
struct Observed {
    mean: f64,
    variance: f64,
    count: f64,
}

impl Observed {
    fn of(values: &[f64]) -> Option<Self> {
        if values.len() < FEWEST {
            return None;
        }
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Some(Self { mean, variance: squares / (count - 1.0), count })
    }
}

/// How likely means that differ as much are by chance; `None` where fewer than two machines tell.
fn welch(mut machines: Vec<Observed>) -> Option<f64> {
    let groups = machines.len() as f64;
    if groups < 2.0 {
        return None;
    }
    let noise = machines.iter().map(|one| one.variance).sum::<f64>() / groups;
    if noise <= 0.0 {
        let same = machines.iter().all(|one| (one.mean - machines[0].mean).abs() < 1e-12);
        return Some(f64::from(u8::from(same)));
    }
    for one in &mut machines {
        let own = one.count - 1.0;
        one.variance = (own * one.variance + STEADYING * noise) / (own + STEADYING);
    }
    let weight = |one: &Observed| one.count / one.variance;
    let all: f64 = machines.iter().map(weight).sum();
    let middle = machines.iter().map(|one| weight(one) * one.mean).sum::<f64>() / all;
    let between: f64 =
        machines.iter().map(|one| weight(one) * (one.mean - middle).powi(2)).sum::<f64>();
    let unsure: f64 =
        machines.iter().map(|one| (1.0 - weight(one) / all).powi(2) / (one.count - 1.0)).sum();
    let squared = groups * groups - 1.0;
    let correction = 1.0 + 2.0 * (groups - 2.0) / squared * unsure;
    let statistic = between / (groups - 1.0) / correction;
    FisherSnedecor::new(groups - 1.0, squared / (3.0 * unsure)).ok().map(|it| it.sf(statistic))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means(all: &[(f64, f64, f64)]) -> Vec<Observed> {
        all.iter().map(|&(mean, variance, count)| Observed { mean, variance, count }).collect()
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
        let found = interactions(&[table(1.0), table(1.2)]);
        assert_eq!(found, [Interaction { a: 0, b: 1 }, Interaction { a: 0, b: 2 }]);
        // All contenders at four times the level are none.
        let faster = table(1.0)
            .into_iter()
            .map(|row| row.into_iter().map(|figure| figure.map(|it| 4.0 * it)).collect());
        assert_eq!(interactions(&[table(1.0), faster.collect()]), []);
    }

    #[test]
    fn machines_with_few_rounds_and_figures_without_noise_are_no_trouble() {
        let row = |figure: f64| vec![Some(figure), Some(1.0)];
        assert_eq!(interactions(&[vec![row(1.0)], vec![row(2.0)]]), []);
        let same = [vec![row(1.0); 3], vec![row(1.0); 3]];
        assert_eq!(interactions(&same), []);
        let other = [vec![row(1.0); 3], vec![row(2.0); 3]];
        assert_eq!(interactions(&other), [Interaction { a: 0, b: 1 }]);
        assert_eq!(interactions::<f64>(&[]), []);
    }
}
