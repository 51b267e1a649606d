//! A figure over the points of a load: one line for each contender.

use super::{
    Width,
    axis::{Axis, Span},
    both,
    curves::names,
    mark::Mark,
    svg::{Anchor, Font, Ink},
};
use crate::{
    human::{round, unit},
    matrix::Metric,
};

/// A contender's figures.
#[derive(Debug)]
pub(in crate::report) struct Contender<'a> {
    pub(in crate::report) name: &'a str,
    /// Its place in the plan, for its colour.
    pub(in crate::report) ink: usize,
    /// The number of a point, the figure there, and its mark.
    pub(in crate::report) figures: Vec<(f64, f64, Mark)>,
}

/// The plot; `what` varies, by these numbers.
pub(in crate::report) fn plot(
    title: &str,
    metric: Metric,
    (what, numbers): (&str, &[u32]),
    all: &[Contender],
) -> String {
    both(title, |width, canvas| {
        let (left, right, bottom, ticks) = match width {
            Width::Wide => (72.0, 740.0, 300.0, 8),
            Width::Narrow => (64.0, 316.0, 240.0, 8),
        };
        let at = Axis::log(
            numbers.iter().map(|&number| f64::from(number)),
            Span { from: left, to: right },
            ticks,
        );
        // What is round in MiB is not in KiB.
        let scale = if metric == Metric::PeakRssTreeKb { 1024.0 } else { 1.0 };
        let figures = all.iter().flat_map(|one| &one.figures).map(|(_, figure, _)| figure / scale);
        let up = Axis::log(figures, Span { from: bottom, to: 12.0 }, ticks);
        let font = Font::new(Ink::Muted, 11.5);
        for &tick in up.ticks() {
            let y = up.place(tick);
            canvas.grid([(left, y), (right, y)]);
            canvas.text(
                font.at(Anchor::End),
                (left - 8.0, y + 4.0),
                &round(&unit(metric)(tick * scale)),
            );
        }
        for &number in numbers {
            let x = at.place(f64::from(number));
            canvas.grid([(x, 8.0), (x, bottom)]);
            canvas.text(font.at(Anchor::Middle), (x, bottom + 18.0), &number.to_string());
        }
        canvas.text(font.at(Anchor::End), (right, bottom + 36.0), what);
        let place =
            |&(number, figure, _): &(f64, f64, Mark)| (at.place(number), up.place(figure / scale));
        for one in all {
            canvas.line(Ink::Curve(one.ink), 2.2, one.figures.iter().map(place));
            for figure in &one.figures {
                canvas.mark(figure.2, one.ink, 3.2, place(figure));
            }
        }
        if width == Width::Wide {
            let end = |one: &Contender| one.figures.last().map(|last| place(last).1);
            let ends = all.iter().filter_map(|one| Some((end(one)?, one.ink, one.name)));
            names(canvas, ends.collect(), right);
        }
        #[expect(clippy::cast_possible_truncation, reason = "some hundred pixels")]
        let height = bottom as i32 + 44;
        height
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_contender_has_a_line_with_a_dot_at_each_point() {
        let figures = vec![(1.0, 900.0, Mark::Sound), (2.0, 1800.0, Mark::Disturbed)];
        let all = [Contender { name: "<b>", ink: 1, figures }];
        let svg = plot("t", Metric::RequestsPerS, ("workers", &[1, 2]), &all);
        // Everything twice: for wide and for narrow windows.
        assert_eq!(svg.matches("h0").count(), 2);
        assert_eq!(svg.matches("a32 32 0 1 0 64 0a").count(), 2);
        // In the wide one a line leads to the name, too.
        assert_eq!(svg.matches(r#"class="line c1 curve""#).count(), 2 + 1);
        assert_eq!(svg.matches(">workers<").count(), 2);
        assert!(svg.contains("&lt;b&gt;") && !svg.contains("<b>"));
    }

    #[test]
    fn memory_has_round_figures_beside_its_axis() {
        let figures = vec![(1.0, 12_400.0, Mark::Sound), (2.0, 73_000.0, Mark::Sound)];
        let all = [Contender { name: "a", ink: 0, figures }];
        let svg = plot("t", Metric::PeakRssTreeKb, ("workers", &[1, 2]), &all);
        assert!(svg.contains(">20 MiB<") && svg.contains(">50 MiB<"), "{svg}");
    }

    #[test]
    fn nothing_that_was_measured_is_an_empty_plot() {
        assert_eq!(plot("t", Metric::P99Us, ("workers", &[1, 2]), &[]).matches("<svg").count(), 2);
    }
}
