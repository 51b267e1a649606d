//! The two-way layout of a randomised complete block design, with gaps: log figure = contender + round + noise.

use super::figure::{Figure, Leeway};

/// One valid trial.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) round: usize,
    pub(super) contender: usize,
    /// Natural logarithm of the figure.
    pub(super) log: f64,
}

/// What a round says of a contender. A figure that is missing, not finite or not positive is a gap.
pub(super) fn figure<F: Copy + Into<Figure>>(
    round: &[Option<F>],
    contender: usize,
) -> Option<Figure> {
    round.get(contender).copied().flatten().and_then(|figure| figure.into().valid())
}

/// The valid trials of the contenders, and what least squares needs to know of where the gaps are.
///
/// Rounds are eliminated first, as a block analysis does; what remains for the contenders is the information matrix,
/// which is the Laplacian of the graph "measured in the same round".
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) cells: Vec<Entry>,
    pub(super) contenders: usize,
    /// Rounds that compare anything.
    rounds: usize,
    /// Pseudo-inverse of the information matrix, up to a constant per component that no difference can see.
    covariance: Vec<Vec<f64>>,
    /// Contenders that no chain of common rounds connects carry different labels.
    component: Vec<usize>,
    /// What the counts of each contender leave open.
    leeway: Vec<Leeway>,
}

/// Least-squares estimates: the effect of each contender and of each round.
#[derive(Debug)]
pub(super) struct Effects {
    /// Log scale; differences within a component are what means something.
    pub(super) contenders: Vec<f64>,
    rounds: Vec<f64>,
}

impl Effects {
    /// The figure that the layout expects in a cell, log scale.
    pub(super) fn expected(&self, cell: Entry) -> f64 {
        self.contenders[cell.contender] + self.rounds[cell.round]
    }
}

impl Layout {
    /// From a table with a row for each round. A round with fewer than two figures compares nothing and is left out.
    pub(super) fn new<R, F>(table: &[R]) -> Self
    where
        R: AsRef<[Option<F>]>,
        F: Copy + Into<Figure>,
    {
        let contenders = table.iter().map(|row| row.as_ref().len()).max().unwrap_or(0);
        let mut cells = Vec::new();
        let mut rounds = 0;
        let mut information = vec![vec![0.0; contenders]; contenders];
        for row in table {
            let start = cells.len();
            for contender in 0..contenders {
                if let Some(figure) = figure(row.as_ref(), contender) {
                    cells.push(Entry { round: rounds, contender, log: figure.value.ln() });
                }
            }
            let present = cells.len() - start;
            if present < 2 {
                cells.truncate(start);
                continue;
            }
            for one in &cells[start..] {
                information[one.contender][one.contender] += 1.0;
                for other in &cells[start..] {
                    information[one.contender][other.contender] -= 1.0 / present as f64;
                }
            }
            rounds += 1;
        }
        let component = components(&information);
        // A constant added within a component makes the matrix regular and leaves differences as they are.
        for i in 0..contenders {
            for j in (0..contenders).filter(|&j| component[i] == component[j]) {
                information[i][j] += 1.0;
            }
        }
        let leeway = |contender| {
            let figures = table.iter().filter_map(|row| figure(row.as_ref(), contender));
            Leeway::mean(figures.map(Figure::leeway))
        };
        let leeway = (0..contenders).map(leeway).collect();
        Self { cells, contenders, rounds, covariance: inverse(information), component, leeway }
    }

    /// Whether a contender has any trial that compares it with another.
    pub(super) fn measured(&self, contender: usize) -> bool {
        self.cells.iter().any(|cell| cell.contender == contender)
    }

    /// What the counts leave open in the difference of two contenders.
    pub(super) fn leeway(&self, a: usize, b: usize) -> Leeway {
        self.leeway[a].over(self.leeway[b])
    }

    /// Whether the layout compares two contenders at all, directly or through others.
    pub(super) fn connects(&self, a: usize, b: usize) -> bool {
        self.component[a] == self.component[b]
    }

    /// Residual degrees of freedom: (contenders - 1)(rounds - 1) where there are no gaps.
    pub(super) fn freedom(&self) -> usize {
        let components = (0..self.contenders).filter(|&i| self.component[i] == i).count();
        (self.cells.len() + components).saturating_sub(self.rounds + self.contenders)
    }

    /// Variance of the difference of two contenders, in units of the noise variance: 2 / rounds without gaps.
    pub(super) fn variance(&self, a: usize, b: usize) -> f64 {
        self.covariance[a][a] + self.covariance[b][b] - 2.0 * self.covariance[a][b]
    }

    /// Ordinary least squares of `values`, one for each cell.
    pub(super) fn least_squares(&self, values: &[f64]) -> Effects {
        let mut sums = vec![(0.0, 0.0); self.rounds];
        for (cell, value) in self.cells.iter().zip(values) {
            sums[cell.round].0 += value;
            sums[cell.round].1 += 1.0;
        }
        let mut adjusted = vec![0.0; self.contenders];
        for (cell, value) in self.cells.iter().zip(values) {
            adjusted[cell.contender] += value - sums[cell.round].0 / sums[cell.round].1;
        }
        let contenders: Vec<f64> = self
            .covariance
            .iter()
            .map(|row| row.iter().zip(&adjusted).map(|(c, x)| c * x).sum())
            .collect();
        for cell in &self.cells {
            sums[cell.round].0 -= contenders[cell.contender];
        }
        Effects { contenders, rounds: sums.iter().map(|(sum, count)| sum / count).collect() }
    }
}

/// Labels each contender with the smallest index that it is connected to.
fn components(information: &[Vec<f64>]) -> Vec<usize> {
    let size = information.len();
    let mut label: Vec<usize> = (0..size).collect();
    for _ in 0..size {
        for i in 0..size {
            for j in 0..size {
                if information[i][j] < 0.0 {
                    label[i] = label[i].min(label[j]);
                }
            }
        }
    }
    label
}

/// Inverse of a small symmetric positive definite matrix (Gauss-Jordan; such a matrix needs no pivoting).
fn inverse(mut matrix: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let size = matrix.len();
    for (i, row) in matrix.iter_mut().enumerate() {
        row.extend((0..size).map(|j| f64::from(u8::from(i == j))));
    }
    for pivot in 0..size {
        let scale = matrix[pivot][pivot];
        let row: Vec<f64> = matrix[pivot].iter().map(|x| x / scale).collect();
        for (_, other) in matrix.iter_mut().enumerate().filter(|(i, _)| *i != pivot) {
            let factor = other[pivot];
            other.iter_mut().zip(&row).for_each(|(x, y)| *x -= factor * y);
        }
        matrix[pivot] = row;
    }
    matrix.into_iter().map(|mut row| row.split_off(size)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(figures: &[&[f64]]) -> Vec<Vec<Option<f64>>> {
        figures.iter().map(|row| row.iter().map(|&x| (x > 0.0).then_some(x)).collect()).collect()
    }

    fn fit(layout: &Layout) -> Effects {
        layout.least_squares(&layout.cells.iter().map(|cell| cell.log).collect::<Vec<_>>())
    }

    #[test]
    fn without_gaps_it_is_the_textbook_analysis() {
        let layout =
            Layout::new(&table(&[&[1.0, 2.0, 4.0], &[10.0, 25.0, 40.0], &[3.0, 5.0, 9.0]]));
        assert_eq!(layout.freedom(), 4);
        assert!((layout.variance(0, 2) - 2.0 / 3.0).abs() < 1e-12);
        let expected = (2.0f64.ln() + 2.5f64.ln() + (5.0f64 / 3.0).ln()) / 3.0;
        let effects = fit(&layout).contenders;
        assert!((effects[1] - effects[0] - expected).abs() < 1e-12);
    }

    #[test]
    fn an_additive_table_is_recovered_through_its_gaps() {
        // Contender factors 1, 2, 8 and round factors 1, 3, 5, 7.
        let rows: [&[f64]; 4] =
            [&[1.0, 2.0, 0.0], &[0.0, 6.0, 24.0], &[5.0, 0.0, 40.0], &[7.0, 14.0, 0.0]];
        let layout = Layout::new(&table(&rows));
        let effects = fit(&layout);
        assert!((effects.contenders[2] - effects.contenders[0] - 8.0f64.ln()).abs() < 1e-12);
        assert!(layout.cells.iter().all(|&cell| (effects.expected(cell) - cell.log).abs() < 1e-12));
        assert_eq!(layout.freedom(), 8 - 4 - 2);
    }

    #[test]
    fn contenders_that_never_meet_are_not_connected() {
        let rows: [&[f64]; 4] =
            [&[1.0, 2.0, 0.0, 0.0], &[0.0, 0.0, 3.0, 4.0], &[2.0, 5.0, 0.0, 0.0], &[9.0; 0]];
        let layout = Layout::new(&table(&rows));
        assert!(layout.connects(0, 1) && layout.connects(2, 3) && !layout.connects(1, 2));
        assert_eq!(layout.freedom(), 1);
        assert!((layout.variance(0, 1) - 1.0).abs() < 1e-12);
    }
}
