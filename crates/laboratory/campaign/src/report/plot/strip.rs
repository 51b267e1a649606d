//! Contenders below each other with every sample as a dot, the mean and its interval.

use std::collections::BTreeSet;

use statistics::Ratio;

use super::{
    Layout, Width,
    axis::{Axis, Span},
    both,
    mark::Mark,
    svg::{Anchor, Canvas, Font, Ink},
};
use crate::human::round;

/// Beyond this many dots in a row, overlapping dots become one.
const MANY: usize = 2000;
/// The height of what dots are spread over, in the order of their rounds.
const LANE: f64 = 26.0;

/// A contender's figures.
#[derive(Debug)]
pub(in crate::report) struct Row {
    pub(in crate::report) name: String,
    /// Its place in the plan, for its colour.
    pub(in crate::report) ink: usize,
    pub(in crate::report) dots: Vec<Dot>,
    /// The mean with its interval.
    pub(in crate::report) level: Option<Ratio>,
    /// The figure in words, and a note about it.
    pub(in crate::report) label: String,
    pub(in crate::report) note: String,
}

/// A sample.
#[derive(Debug, Clone, Copy)]
pub(in crate::report) struct Dot {
    pub(in crate::report) figure: f64,
    /// Where it stands in its row's order, 0 to 1.
    pub(in crate::report) order: f64,
    pub(in crate::report) mark: Mark,
}

fn layout(width: Width) -> Layout {
    match width {
        Width::Wide => Layout { width, left: 112.0, right: 670.0, row: 46.0, lane: 23.0 },
        Width::Narrow => Layout { width, left: 8.0, right: 320.0, row: 62.0, lane: 40.0 },
    }
}

/// The plot; `unit` writes a figure at the axis.
pub(in crate::report) fn plot(title: &str, rows: &[Row], unit: fn(f64) -> String) -> String {
    both(title, |width, canvas| {
        let layout = layout(width);
        let bottom = layout.row * rows.len() as f64 + 4.0;
        let limit = Span { from: layout.left + 8.0, to: layout.right - 8.0 };
        let figures = rows.iter().flat_map(|row| {
            let interval = row.level.into_iter().flat_map(|level| [level.low, level.high]);
            // An interval from three scattered samples may reach anywhere.
            let (least, most) = row.ends();
            row.dots
                .iter()
                .map(|dot| dot.figure)
                .chain(interval.map(move |end| end.clamp(least / 1.5, most * 1.5)))
        });
        let axis = Axis::log(figures, limit, if width == Width::Wide { 8 } else { 4 });
        grid(canvas, &axis, &layout, bottom, unit);
        for (at, row) in rows.iter().enumerate() {
            draw_row(canvas, &axis, &layout, layout.row * at as f64, row);
        }
        #[expect(clippy::cast_possible_truncation, reason = "some hundred pixels")]
        let height = bottom as i32 + 26;
        height
    })
}

impl Row {
    fn ends(&self) -> (f64, f64) {
        let figures = self.dots.iter().map(|dot| dot.figure);
        figures.fold((f64::INFINITY, 0.0), |(least, most), figure| {
            (f64::min(least, figure), f64::max(most, figure))
        })
    }
}

fn grid(canvas: &mut Canvas, axis: &Axis, layout: &Layout, bottom: f64, unit: fn(f64) -> String) {
    for &tick in axis.ticks() {
        let x = axis.place(tick);
        canvas.grid([(x, 4.0), (x, bottom)]);
        let font = Font::new(Ink::Muted, 11.5).at(Anchor::Middle);
        let x = x.clamp(layout.left + 14.0, layout.right - 14.0);
        canvas.text(font, (x, bottom + 17.0), &round(&unit(tick)));
    }
}

fn draw_row(canvas: &mut Canvas, axis: &Axis, layout: &Layout, top: f64, row: &Row) {
    let middle = top + layout.lane;
    words(canvas, layout, top, row);
    canvas.grid([(layout.left, middle), (layout.right, middle)]);
    if let Some(level) = row.level {
        let end = |figure: f64| axis.place(figure).clamp(layout.left, layout.right);
        let (left, right) = (end(level.low), end(level.high));
        let (left, right) = (left.min(right - 1.0), right.max(left + 1.0));
        let half = LANE / 2.0 + 4.0;
        canvas.bar(Ink::Interval(row.ink), (left, middle - half), (right, middle + half));
    }
    let place = |dot: &Dot| (axis.place(dot.figure), middle + (dot.order - 0.5) * LANE);
    let radius = if row.dots.len() > 60 { 2.2 } else { 3.2 };
    for mark in Mark::ALL {
        let marked = row.dots.iter().filter(|dot| dot.mark == mark);
        for place in thinned(marked.map(place)) {
            canvas.mark(mark, row.ink, radius, place);
        }
    }
    if let Some(level) = row.level {
        let x = axis.place(level.estimate);
        let half = LANE / 2.0 + 4.0;
        canvas.line(Ink::Text, 2.0, [(x, middle - half), (x, middle + half)]);
    }
}

fn words(canvas: &mut Canvas, layout: &Layout, top: f64, row: &Row) {
    let name = Font::new(Ink::Text, 14.0).bold();
    let figure = Font::new(Ink::Text, 14.0).bold();
    let note = Font::new(Ink::Muted, 11.5);
    match layout.width {
        Width::Wide => {
            let baseline = top + layout.lane + 5.0;
            canvas.text(name.at(Anchor::End), (layout.left - 10.0, baseline), &short(&row.name));
            let up = if row.note.is_empty() { 0.0 } else { 8.0 };
            canvas.text(figure, (layout.right + 12.0, baseline - up), &row.label);
            canvas.text(note, (layout.right + 12.0, baseline + 8.0), &row.note);
        }
        Width::Narrow => {
            canvas.text(name, (layout.left, top + 18.0), &short(&row.name));
            canvas.text(figure.at(Anchor::End), (layout.right, top + 18.0), &row.label);
        }
    }
}

/// A name that fits its column; the table behind the plot has the full name.
pub(super) fn short(name: &str) -> String {
    if name.chars().count() <= 14 {
        return name.to_owned();
    }
    name.chars().take(13).chain(['…']).collect()
}

fn thinned(places: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    let places: Vec<(f64, f64)> = places.collect();
    if places.len() <= MANY {
        return places;
    }
    #[expect(clippy::cast_possible_truncation, reason = "pixels")]
    let pixels: BTreeSet<(i32, i32)> =
        places.iter().map(|(x, y)| (x.round() as i32, y.round() as i32)).collect();
    pixels.into_iter().map(|(x, y)| (f64::from(x), f64::from(y))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::human::number;

    fn row(name: &str, dots: usize) -> Row {
        let dots = (0..dots).map(|at| {
            let order = at as f64 / dots as f64;
            Dot { figure: 100.0 + (at % 7) as f64, order, mark: Mark::ALL[at % 4] }
        });
        Row {
            name: name.to_owned(),
            ink: 1,
            dots: dots.collect(),
            level: None,
            label: String::new(),
            note: String::new(),
        }
    }

    #[test]
    fn every_sample_has_a_shape_that_tells_whether_it_counts() {
        let svg = plot("t", &[row("a", 10)], number);
        // Drawn twice: for wide and for narrow windows.
        let [dots, rings, crosses, pluses] = ["h0", "a32 32 0 1 0 64 0a", "l70 70M", "h70M"];
        for (shape, samples) in [(dots, 3), (rings, 3), (crosses, 2), (pluses, 2)] {
            assert_eq!(svg.matches(shape).count(), samples * 2, "{shape}");
        }
    }

    #[test]
    fn a_hundred_thousand_dots_stay_small() {
        assert!(plot("t", &[row("a", 100_000)], number).len() < 200_000);
    }

    #[test]
    fn names_are_text_whatever_they_look_like() {
        let svg = plot("\"><script>", &[row("<b>&", 1)], number);
        assert!(svg.contains("&lt;b&gt;&amp;") && !svg.contains("<script>"), "{svg}");
    }
}
