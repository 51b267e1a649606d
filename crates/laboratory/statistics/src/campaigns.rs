//! The same cells in two campaigns, which share no rounds.
//!
//! Whatever the machine did between the campaigns moves all cells alike. That common shift is looked for first: the
//! median change of all cells of a kind, with the distribution-free interval of the sign test, which a minority of
//! cells that really changed cannot move far. Where it is shown, the cells are judged beside it.
//!
//! A cell has few rounds, but there are many cells. Its variances are therefore steadied by those of all cells of its
//! kind, and the steadied t is held against Holm's levels; a second key, Welch's t of the cell by itself, keeps noisy
//! cells from being taken for calm ones.

mod shift;
mod steady;

use statrs::distribution::ContinuousCDF;

use super::independent::{Moments, interval, student};
use super::relation::{Ratio, Relation};
use shift::common_shift;
use steady::steadied;

/// Over all cells of a comparison the chance of any false claim.
const FAMILY_ERROR: f64 = 0.05;
/// The second key: the error of a cell by itself is at most so many times that of its level in the family.
const OWN_LEVELS: f64 = 8.0;
/// And at most this.
const OWN_ERROR: f64 = 0.04;

/// A cell in two campaigns: the figures of the first and of the second.
#[derive(Clone, Copy, Debug)]
pub struct BeforeAfter<'a> {
    /// The figures that it is compared with.
    pub base: &'a [f64],
    /// The figures that are judged.
    pub new: &'a [f64],
    /// Cells that a faster or slower machine moves alike carry the same number: one for each metric.
    pub kind: usize,
}

/// What became of all cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Changes {
    /// The kinds whose cells moved together.
    pub shifts: Vec<Shift>,
    /// The cells, in order.
    pub cells: Vec<Change>,
}

/// How far the cells of a kind moved together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shift {
    /// The cells.
    pub kind: usize,
    /// New over base, with a 99 % interval that does not hold 1.
    pub ratio: Ratio,
}

/// What became of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// New over base, the common shift included, with the interval of this cell alone; none with fewer than three
    /// figures on either side.
    pub ratio: Option<Ratio>,
    /// Whether the new figure is higher or lower than the common shift has it; over all cells the chance of any such
    /// false claim is below 5 %.
    pub relation: Relation,
    /// Shown to be higher by more than the limit, beside the common shift, with the error held likewise.
    pub above_limit: bool,
    /// Shown to be lower by more than the limit, likewise.
    pub below_limit: bool,
}

/// Compares each cell by moderated and by Welch's t on logarithms (Smyth, Statistical Applications in Genetics and
/// Molecular Biology 3, 2004; Welch, Biometrika 34, 1947), with Holm's step-down over all cells (Holm, Scandinavian
/// Journal of Statistics 6, 1979).
///
/// `margin` is within what two figures are equivalent, `limit` is what `above_limit` and `below_limit` ask for, both as
/// shares: 0.05 is 5 %.
#[must_use]
pub fn changes(cells: &[BeforeAfter], margin: f64, limit: f64) -> Changes {
    let mut kinds: Vec<usize> = cells.iter().map(|cell| cell.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut differences: Vec<Option<Difference>> = vec![None; cells.len()];
    let mut shifts = Vec::new();
    for kind in kinds {
        let at = (0..cells.len()).filter(|&at| cells[at].kind == kind);
        let known: Vec<(usize, [Moments; 2])> = at
            .filter_map(|at| {
                Some((at, [Moments::of(cells[at].base)?, Moments::of(cells[at].new)?]))
            })
            .collect();
        let sides: Vec<Moments> = known.iter().flat_map(|(_, sides)| *sides).collect();
        let steady = steadied(&sides);
        let changes: Vec<f64> = sides.chunks(2).map(|side| side[1].mean - side[0].mean).collect();
        let shift = common_shift(&changes);
        shifts.extend(shift.map(|shift| Shift { kind, ratio: shift.ratio() }));
        for ((at, own), steady) in known.iter().zip(steady.chunks(2)) {
            let (log, error) = shift.map_or((0.0, 0.0), |shift| (shift.log, shift.error));
            let spread = |sides: &[Moments]| Spread::of(sides, error);
            let change = own[1].mean - own[0].mean;
            let (own, steady) = (spread(own), spread(steady));
            differences[*at] = Some(Difference { change, beside: change - log, own, steady });
        }
    }
    Changes { shifts, cells: judge(&differences, margin, limit.ln_1p()) }
}

fn judge(differences: &[Option<Difference>], margin: f64, limit: f64) -> Vec<Change> {
    let known: Vec<Difference> = differences.iter().flatten().copied().collect();
    let differs = claims(&known, 0.0);
    // Beyond the limit on either side: half of the error for each.
    let mut claims = differs.into_iter().zip(claims(&known, limit));
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
    change: f64,
    /// The same beside the common shift.
    beside: f64,
    /// By the figures of the cell alone.
    own: Spread,
    /// By those of all cells of its kind besides.
    steady: Spread,
}

#[derive(Clone, Copy, Debug)]
struct Spread {
    error: f64,
    freedom: f64,
}

impl Spread {
    /// Of the difference of two sides, and of what else has an `error`.
    fn of(sides: &[Moments], error: f64) -> Self {
        let squared: f64 = sides.iter().map(|side| side.squared_error).sum();
        let spread: f64 = sides.iter().map(|side| side.squared_error.powi(2) / side.freedom).sum();
        // Without any noise the freedom is of no account.
        let freedom = if spread > 0.0 { squared.powi(2) / spread } else { sides[0].freedom };
        Self { error: squared.sqrt().hypot(error), freedom }
    }

    /// Two-sided: how likely a difference at least this far off is by chance.
    fn chance(self, distance: f64) -> f64 {
        if self.error > 0.0 {
            2.0 * student(self.freedom).sf(distance / self.error)
        } else if distance > 0.0 {
            0.0
        } else {
            1.0
        }
    }
}

impl Difference {
    /// How likely a difference this large is by chance where the truth is at the limit, on either side.
    fn p_value(self, limit: f64) -> f64 {
        let distance = self.beside.abs() - limit;
        if limit > 0.0 && distance <= 0.0 { 1.0 } else { self.steady.chance(distance) }
    }

    fn confirms(self, limit: f64, level: f64) -> bool {
        self.own.chance(self.beside.abs() - limit) <= (OWN_LEVELS * level).min(OWN_ERROR)
    }

    fn change(self, differs: bool, beyond: bool, margin: f64) -> Change {
        let Spread { error, freedom } = self.own;
        let beside = interval(self.beside, error, freedom);
        let margin = margin.ln_1p();
        let relation = if beside.low.ln() > -margin && beside.high.ln() < margin {
            Relation::Equivalent
        } else if differs && self.beside > 0.0 {
            Relation::Higher
        } else if differs {
            Relation::Lower
        } else {
            Relation::Inconclusive { more_rounds: None }
        };
        Change {
            ratio: Some(interval(self.change, error, freedom)),
            relation,
            above_limit: beyond && self.beside > 0.0,
            below_limit: beyond && self.beside < 0.0,
        }
    }
}

/// Holm's step-down: which of these may be claimed to lie beyond `limit`.
fn claims(all: &[Difference], limit: f64) -> Vec<bool> {
    let p_values: Vec<f64> = all.iter().map(|one| one.p_value(limit)).collect();
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by(|&i, &j| p_values[i].total_cmp(&p_values[j]));
    let mut claimed = vec![false; all.len()];
    for (rank, at) in order.into_iter().enumerate() {
        let level = FAMILY_ERROR / (all.len() - rank) as f64;
        if p_values[at] > level {
            break;
        }
        claimed[at] = all[at].confirms(limit, level);
    }
    claimed
}

#[cfg(test)]
mod tests;
