//! Latencies by percentile: the further right, the rarer.

use super::{
    Width,
    axis::{Axis, Span},
    both,
    mark::Mark,
    strip::short,
    svg::{Anchor, Canvas, Font, Ink},
};
use crate::human::round;

/// Where the axis begins, at about 10 %, and ends: 99.99 %.
const START: f64 = 0.05;
const END: f64 = 4.0;
const TICKS: [(f64, &str); 5] =
    [(0.5, "50 %"), (0.9, "90 %"), (0.99, "99 %"), (0.999, "99.9 %"), (0.9999, "99.99 %")];

/// A contender's latencies.
#[derive(Debug)]
pub(in crate::report) struct Curve {
    pub(in crate::report) name: String,
    /// Its place in the plan, for its colour.
    pub(in crate::report) ink: usize,
    /// Shares of the answers, 0 to 1, and how long they took at most, in microseconds.
    pub(in crate::report) points: Vec<(f64, f64)>,
    /// Something disturbed a trial: the curve ends in a ring.
    pub(in crate::report) disturbed: bool,
}

/// The plot; `unit` writes a figure at the axis.
pub(in crate::report) fn plot(title: &str, curves: &[Curve], unit: fn(f64) -> String) -> String {
    both(title, |width, canvas| {
        let (left, right, bottom) = match width {
            Width::Wide => (72.0, 740.0, 330.0),
            Width::Narrow => (56.0, 316.0, 270.0),
        };
        let figures = curves.iter().flat_map(|curve| curve.points.iter().map(|&(_, us)| us));
        let axis = Axis::log(figures, Span { from: bottom, to: 12.0 }, 8);
        let x = |share: f64| left + (right - left) * (rarity(share) - START) / (END - START);
        for &tick in axis.ticks() {
            let y = axis.place(tick);
            canvas.grid([(left, y), (right, y)]);
            let font = Font::new(Ink::Muted, 11.5).at(Anchor::End);
            canvas.text(font, (left - 8.0, y + 4.0), &round(&unit(tick)));
        }
        for (share, label) in TICKS {
            canvas.grid([(x(share), 8.0), (x(share), bottom)]);
            let font = Font::new(Ink::Muted, 11.5).at(Anchor::Middle);
            let place = if width == Width::Narrow { x(share).min(right - 16.0) } else { x(share) };
            canvas.text(font, (place, bottom + 20.0), label);
        }
        for curve in curves {
            let place = |&(share, us): &(f64, f64)| (x(share), axis.place(us));
            canvas.line(Ink::Curve(curve.ink), 2.4, curve.points.iter().map(place));
            if let Some(end) = curve.points.last().map(place).filter(|_| curve.disturbed) {
                canvas.mark(Mark::Disturbed, curve.ink, 5.0, end);
            }
        }
        if width == Width::Wide {
            let end = |curve: &Curve| curve.points.last().map(|&(_, us)| axis.place(us));
            let ends =
                curves.iter().filter_map(|curve| Some((end(curve)?, curve.ink, &*curve.name)));
            names(canvas, ends.collect(), right);
        }
        #[expect(clippy::cast_possible_truncation, reason = "some hundred pixels")]
        let height = bottom as i32 + 30;
        height
    })
}

/// How rare the answers beyond a share are, in powers of ten.
fn rarity(share: f64) -> f64 {
    (-(1.0 - share).log10()).clamp(START, END)
}

/// The name of each curve, with its ink, at the height where it ends; moved apart where they would touch.
pub(super) fn names(canvas: &mut Canvas, mut ends: Vec<(f64, usize, &str)>, right: f64) {
    const APART: f64 = 17.0;
    ends.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut last = 0.0;
    for (y, ink, name) in ends {
        let place = f64::max(y, last + APART);
        last = place;
        canvas.line(Ink::Curve(ink), 2.4, [(right + 8.0, place), (right + 24.0, place)]);
        let font = Font::new(Ink::Text, 13.0);
        canvas.text(font, (right + 30.0, place + 4.5), &short(name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::human::micros;

    #[test]
    fn each_nine_takes_as_much_room_as_the_one_before() {
        assert!((rarity(0.9) - 1.0).abs() < 1e-9 && (rarity(0.9999) - 4.0).abs() < 1e-9);
        assert!((rarity(1.0) - END).abs() < 1e-9 && (rarity(0.0) - START).abs() < 1e-9);
    }

    #[test]
    fn a_curve_is_drawn_for_both_widths_and_a_cell_without_answers_is_none() {
        let curve = |points| Curve { name: "a".to_owned(), ink: 0, points, disturbed: true };
        let curves = [curve(vec![(0.0, 900.0), (0.5, 1000.0), (0.99, 9000.0)]), curve(Vec::new())];
        let svg = plot("t", &curves, micros);
        assert_eq!(svg.matches("<svg").count(), 2);
        // Two curves with a point, one key at the wide one's end, and the empty ones.
        assert_eq!(svg.matches("c0 curve").count(), 5);
        assert_eq!(svg.matches("a50 50 0 1 0 100 0a").count(), 2);
        assert_eq!(plot("t", &[], micros).matches("<svg").count(), 2);
    }
}
