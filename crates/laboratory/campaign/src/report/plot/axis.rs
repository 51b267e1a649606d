//! Where a figure stands, and which figures are written beside it.

/// From one pixel to another, in either direction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) from: f64,
    pub(super) to: f64,
}

/// An axis from one pixel to another.
#[derive(Debug)]
pub(super) struct Axis {
    scale: Scale,
    /// The figures at its ends.
    ends: (f64, f64),
    /// The pixels at its ends.
    limit: Span,
    ticks: Vec<f64>,
}

/// What equal distances are.
#[derive(Debug, Clone, Copy)]
enum Scale {
    /// Equal ratios.
    Log,
    /// Equal differences.
    Linear,
}

impl Axis {
    /// Equal distances are equal ratios. The ends have room around the figures, and lie at least a factor of two apart:
    /// noise must not look like a difference.
    pub(super) fn log(figures: impl Iterator<Item = f64>, limit: Span, ticks: usize) -> Self {
        let (least, most) = ends(figures.filter(|figure| *figure > 0.0)).unwrap_or((1.0, 10.0));
        let middle = (least * most).sqrt();
        let half = ((most / least).sqrt() * 1.12).max(1.5);
        let (least, most) = (middle / half, middle * half);
        Self {
            scale: Scale::Log,
            ends: (least, most),
            limit,
            ticks: round_figures(least, most, ticks),
        }
    }

    /// Equal distances are equal differences, from zero on. It has no ticks.
    pub(super) fn from_zero(most: f64, limit: Span) -> Self {
        let most = if most > 0.0 { most } else { 1.0 };
        Self { scale: Scale::Linear, ends: (0.0, most), limit, ticks: Vec::new() }
    }

    /// Where a figure stands, in pixels.
    pub(super) fn place(&self, figure: f64) -> f64 {
        let (least, most) = self.ends;
        let share = match self.scale {
            Scale::Log => (figure / least).ln() / (most / least).ln(),
            Scale::Linear => (figure - least) / (most - least),
        };
        self.limit.from + (self.limit.to - self.limit.from) * share
    }

    /// Round figures along the axis.
    pub(super) fn ticks(&self) -> &[f64] {
        &self.ticks
    }
}

fn ends(figures: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    figures.fold(None, |ends, figure| {
        let (least, most) = ends.unwrap_or((figure, figure));
        Some((least.min(figure), most.max(figure)))
    })
}

/// One, two and five times the powers of ten; only the powers where those are too many.
fn round_figures(least: f64, most: f64, at_most: usize) -> Vec<f64> {
    let steps: [&[f64]; 3] = [&[1.0, 2.0, 5.0], &[1.0, 3.0], &[1.0]];
    let powers = || (-12..=15).map(|power| 10f64.powi(power));
    let all = |steps: &[f64]| -> Vec<f64> {
        powers()
            .flat_map(|power| steps.iter().map(move |step| step * power))
            .filter(|figure| (least..=most).contains(figure))
            .collect()
    };
    steps
        .iter()
        .map(|steps| all(steps))
        .find(|ticks| ticks.len() <= at_most)
        .unwrap_or_else(|| all(&[1.0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_ratios_are_equal_distances_and_ticks_are_round() {
        let axis = Axis::log([10.0, 100_000.0].into_iter(), Span { from: 0.0, to: 400.0 }, 6);
        let step = axis.place(1000.0) - axis.place(100.0);
        assert!((axis.place(10_000.0) - axis.place(1000.0) - step).abs() < 0.2);
        let ticks: Vec<f64> = axis.ticks().iter().map(|tick| tick.round()).collect();
        assert_eq!(ticks, [10.0, 100.0, 1000.0, 10_000.0, 100_000.0]);
    }

    #[test]
    fn nearly_equal_figures_do_not_fill_the_axis() {
        let axis = Axis::log([99.0, 101.0].into_iter(), Span { from: 0.0, to: 100.0 }, 6);
        assert!(axis.place(101.0) - axis.place(99.0) < 3.0);
    }

    #[test]
    fn no_figures_are_no_axis_without_a_place() {
        assert!(
            Axis::log(std::iter::empty(), Span { from: 0.0, to: 100.0 }, 6).place(3.0).is_finite()
        );
        assert!(Axis::from_zero(0.0, Span { from: 0.0, to: 100.0 }).place(0.0).abs() < 0.1);
    }
}
