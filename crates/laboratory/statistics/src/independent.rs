//! Figures that share no rounds: one contender's own level, and one cell of two campaigns.
//!
//! Both work on logarithms, with Student's t. Nothing here cancels out a drifting machine, as the layout of rounds does:
//! what moved between the two campaigns is part of the ratio.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::relation::{Ratio, Relation};

/// A noise level is not judged from fewer figures than this.
const FEWEST: usize = 3;
/// An interval covers the truth with 95 %.
const INTERVAL_ERROR: f64 = 0.05;
/// Over all cells of a comparison the chance of any false claim.
const FAMILY_ERROR: f64 = 0.05;

/// Logarithms in short.
#[derive(Clone, Copy, Debug)]
struct Moments {
    mean: f64,
    /// The squared standard error of the mean.
    squared_error: f64,
    freedom: f64,
}

impl Moments {
    /// `None` with too few figures, or one that has no logarithm.
    fn of(figures: &[f64]) -> Option<Self> {
        let positive = figures.iter().all(|&figure| figure > 0.0 && figure.is_finite());
        if figures.len() < FEWEST || !positive {
            return None;
        }
        let count = figures.len() as f64;
        let mean = mean_of_logs(figures);
        let squares: f64 = figures.iter().map(|figure| (figure.ln() - mean).powi(2)).sum();
        Some(Self { mean, squared_error: squares / (count - 1.0) / count, freedom: count - 1.0 })
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

/// A cell in two campaigns: the figures of the first and of the second.
#[derive(Clone, Copy, Debug)]
pub struct BeforeAfter<'a> {
    /// The figures that it is compared with.
    pub base: &'a [f64],
    /// The figures that are judged.
    pub new: &'a [f64],
}

/// What became of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// New over base, with the interval of this cell alone; none with fewer than three figures on either side.
    pub ratio: Option<Ratio>,
    /// Whether the new figure is higher or lower; over all cells the chance of any such false claim is below 5 %.
    pub relation: Relation,
    /// Shown to be higher by more than the limit, with the error held likewise.
    pub above_limit: bool,
    /// Shown to be lower by more than the limit, with the error held likewise.
    pub below_limit: bool,
}

/// Compares each cell by Welch's t on logarithms (Welch, Biometrika 34, 1947), with Holm's step-down over all cells
/// (Holm, Scandinavian Journal of Statistics 6, 1979).
///
/// `margin` is within what two figures are equivalent, `limit` is what `above_limit` and `below_limit` ask for, both as
/// shares: 0.05 is 5 %.
#[must_use]
pub fn changes(cells: &[BeforeAfter], margin: f64, limit: f64) -> Vec<Change> {
    let differences: Vec<Option<Difference>> =
        cells.iter().map(|cell| Difference::of(*cell)).collect();
    let known: Vec<Difference> = differences.iter().flatten().copied().collect();
    let differs = claims(known.iter().map(|one| one.p_value(0.0)));
    let limit = limit.ln_1p();
    // Beyond the limit on either side: half of the error for each.
    let beyond = claims(known.iter().map(|one| one.p_value_beyond(limit)));
    let mut claims = differs.into_iter().zip(beyond);
    differences
        .iter()
        .map(|difference| {
            let judged = difference.and_then(|known| Some((known, claims.next()?)));
            judged.map_or(Change::UNKNOWN, |(known, (differs, beyond))| {
                known.change(differs, beyond, margin)
            })
        })
        .collect()
}

impl Change {
    const UNKNOWN: Self = Self {
        ratio: None,
        relation: Relation::Inconclusive { more_rounds: None },
        above_limit: false,
        below_limit: false,
    };
}

/// New over base on the log scale.
#[derive(Clone, Copy, Debug)]
struct Difference {
    log: f64,
    error: f64,
    freedom: f64,
}

impl Difference {
    fn of(BeforeAfter { base, new }: BeforeAfter) -> Option<Self> {
        let (base, new) = (Moments::of(base)?, Moments::of(new)?);
        let squared_error = base.squared_error + new.squared_error;
        let spread =
            base.squared_error.powi(2) / base.freedom + new.squared_error.powi(2) / new.freedom;
        // Without any noise the freedom is of no account.
        let freedom = if spread > 0.0 { squared_error.powi(2) / spread } else { base.freedom };
        Some(Self { log: new.mean - base.mean, error: squared_error.sqrt(), freedom })
    }

    /// Two-sided: how likely a difference this far from `center` is by chance.
    fn p_value(self, center: f64) -> f64 {
        2.0 * upper_tail((self.log - center).abs(), self.error, self.freedom)
    }

    /// How likely a difference this large is by chance where the truth is at the limit; both sides are looked at.
    fn p_value_beyond(self, limit: f64) -> f64 {
        if self.log.abs() <= limit {
            return 1.0;
        }
        2.0 * upper_tail(self.log.abs() - limit, self.error, self.freedom)
    }

    fn change(self, differs: bool, beyond: bool, margin: f64) -> Change {
        let ratio = interval(self.log, self.error, self.freedom);
        let margin = margin.ln_1p();
        let relation = if ratio.low.ln() > -margin && ratio.high.ln() < margin {
            Relation::Equivalent
        } else if differs && self.log > 0.0 {
            Relation::Higher
        } else if differs {
            Relation::Lower
        } else {
            Relation::Inconclusive { more_rounds: None }
        };
        Change {
            ratio: Some(ratio),
            relation,
            above_limit: beyond && self.log > 0.0,
            below_limit: beyond && self.log < 0.0,
        }
    }
}

/// Holm's step-down: which of these may be claimed.
fn claims(p_values: impl Iterator<Item = f64>) -> Vec<bool> {
    let p_values: Vec<f64> = p_values.collect();
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&i, &j| p_values[i].total_cmp(&p_values[j]));
    let mut claimed = vec![false; p_values.len()];
    for (rank, at) in order.into_iter().enumerate() {
        if p_values[at] > FAMILY_ERROR / (p_values.len() - rank) as f64 {
            break;
        }
        claimed[at] = true;
    }
    claimed
}

fn interval(log: f64, error: f64, freedom: f64) -> Ratio {
    let quantile = student(freedom).inverse_cdf(1.0 - INTERVAL_ERROR / 2.0);
    let radius = quantile * error;
    Ratio { estimate: log.exp(), low: (log - radius).exp(), high: (log + radius).exp() }
}

fn upper_tail(distance: f64, error: f64, freedom: f64) -> f64 {
    if error > 0.0 {
        student(freedom).sf(distance / error)
    } else if distance > 0.0 {
        0.0
    } else {
        0.5
    }
}

fn student(freedom: f64) -> StudentsT {
    StudentsT::new(0.0, 1.0, freedom).expect("three figures leave a freedom of at least 2")
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use rand_distr::{Distribution, LogNormal};

    use super::*;

    fn draw(rng: &mut impl Rng, count: usize, center: f64, variation: f64) -> Vec<f64> {
        let noise = LogNormal::new(center.ln(), variation).expect("a positive variation");
        (0..count).map(|_| noise.sample(rng)).collect()
    }

    #[test]
    fn a_level_is_the_geometric_mean_with_students_interval() {
        let level = level(&[90.0, 100.0, 111.111_111]).expect("three figures");
        assert!((level.estimate - 100.0).abs() < 1e-6);
        // The standard deviation is 0.105361, over the root of three, times 4.302653.
        assert!((level.high.ln() - 100f64.ln() - 0.261_734).abs() < 1e-4, "{level:?}");
    }

    #[test]
    fn fewer_than_three_figures_or_one_that_is_not_positive_say_nothing() {
        assert_eq!(level(&[1.0, 2.0]), None);
        assert_eq!(level(&[1.0, 2.0, 0.0]), None);
        let change =
            changes(&[BeforeAfter { base: &[1.0, 1.0], new: &[9.0, 9.0, 9.0] }], 0.05, 0.05)[0];
        assert_eq!((change.ratio, change.above_limit), (None, false));
    }

    #[test]
    fn figures_without_noise_are_taken_at_their_word() {
        let (base, new) = ([5.0; 3], [6.0; 4]);
        let cells =
            [BeforeAfter { base: &base, new: &new }, BeforeAfter { base: &base, new: &base }];
        let changes = changes(&cells, 0.05, 0.05);
        assert_eq!(changes[0].relation, Relation::Higher);
        assert!(changes[0].above_limit && !changes[0].below_limit);
        assert_eq!(changes[1].relation, Relation::Equivalent);
    }

    #[test]
    fn two_campaigns_of_the_same_are_told_apart_in_at_most_one_of_twenty() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        for (rounds, variation) in [(3, 0.07), (5, 0.12), (10, 0.07), (30, 0.12)] {
            let (mut false_claims, mut covered, mut all) = (0, 0, 0);
            let campaigns = 2000;
            for _ in 0..campaigns {
                let figures: Vec<(Vec<f64>, Vec<f64>)> = (0..10)
                    .map(|_| {
                        let base = draw(&mut rng, rounds, 100.0, variation);
                        (base, draw(&mut rng, rounds, 100.0, variation))
                    })
                    .collect();
                let cells: Vec<BeforeAfter> =
                    figures.iter().map(|(base, new)| BeforeAfter { base, new }).collect();
                let changes = changes(&cells, 0.05, 0.05);
                let claim = |change: &Change| {
                    matches!(change.relation, Relation::Higher | Relation::Lower)
                        || change.above_limit
                        || change.below_limit
                };
                false_claims += u32::from(changes.iter().any(claim));
                for change in changes {
                    let ratio = change.ratio.expect("rounds");
                    covered += u32::from(ratio.low <= 1.0 && ratio.high >= 1.0);
                    all += 1;
                }
            }
            let error = f64::from(false_claims) / f64::from(campaigns);
            let coverage = f64::from(covered) / f64::from(all);
            println!("{rounds} rounds, {variation}: false claims {error}, coverage {coverage}");
            assert!(error <= 0.055, "{rounds} rounds: {error}");
            assert!((0.94..0.975).contains(&coverage), "{rounds} rounds: {coverage}");
        }
    }

    #[test]
    fn a_loss_at_the_limit_is_rarely_called_more_than_it() {
        let mut rng = ChaCha8Rng::seed_from_u64(6);
        let runs = 2000;
        let claimed = (0..runs)
            .filter(|_| {
                let base = draw(&mut rng, 10, 100.0, 0.08);
                let new = draw(&mut rng, 10, 100.0 / 1.05, 0.08);
                changes(&[BeforeAfter { base: &base, new: &new }], 0.05, 0.05)[0].below_limit
            })
            .count();
        assert!((claimed as f64) < 0.035 * f64::from(runs), "{claimed} of {runs}");
    }
}
