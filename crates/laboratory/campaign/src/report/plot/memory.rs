//! Memory of the process tree, its processes one after the other.

use super::{
    Layout, Width,
    axis::{Axis, Span},
    both,
    strip::short,
    svg::{Anchor, Canvas, Font, Ink},
};

/// A contender's memory.
#[derive(Debug)]
pub(in crate::report) struct Bar {
    pub(in crate::report) name: String,
    /// Its place in the plan, for its colour.
    pub(in crate::report) ink: usize,
    /// Each process with its peak in KiB, the first process first.
    pub(in crate::report) processes: Vec<(String, f64)>,
    /// The tree's memory in words.
    pub(in crate::report) label: String,
}

impl Bar {
    fn whole(&self) -> f64 {
        self.processes.iter().map(|(_, kb)| kb).sum()
    }
}

/// The plot.
pub(in crate::report) fn plot(title: &str, bars: &[Bar]) -> String {
    let most = bars.iter().map(Bar::whole).fold(0.0, f64::max);
    both(title, |width, canvas| {
        let layout = layout(width);
        let axis = Axis::from_zero(most, Span { from: layout.left, to: layout.right });
        for (at, bar) in bars.iter().enumerate() {
            draw_bar(canvas, &axis, &layout, layout.row * at as f64, bar);
        }
        #[expect(clippy::cast_possible_truncation, reason = "some hundred pixels")]
        let height = (layout.row * bars.len() as f64) as i32 + 6;
        height
    })
}

fn layout(width: Width) -> Layout {
    match width {
        Width::Wide => Layout { width, left: 112.0, right: 740.0, row: 38.0, lane: 6.0 },
        Width::Narrow => Layout { width, left: 8.0, right: 320.0, row: 52.0, lane: 24.0 },
    }
}

fn draw_bar(canvas: &mut Canvas, axis: &Axis, layout: &Layout, top: f64, bar: &Bar) {
    let Layout { left, right, lane, .. } = *layout;
    let (from, to) = (top + lane, top + lane + 22.0);
    canvas.grid([(left, to), (right, to)]);
    let mut sum = 0.0;
    for (place, (_, kb)) in bar.processes.iter().enumerate() {
        let start = axis.place(sum) + if place > 0 { 2.0 } else { 0.0 };
        sum += kb;
        let end = axis.place(sum).max(start + 1.5);
        canvas.bar(Ink::Contender(bar.ink), (start, from), (end, to));
    }
    let font = Font::new(Ink::Text, 14.0).bold();
    match layout.width {
        Width::Wide => {
            canvas.text(font.at(Anchor::End), (left - 10.0, to - 6.0), &short(&bar.name));
            canvas.text(font, (axis.place(sum) + 10.0, to - 6.0), &bar.label);
        }
        Width::Narrow => {
            canvas.text(font, (left, top + 18.0), &short(&bar.name));
            canvas.text(font.at(Anchor::End), (right, top + 18.0), &bar.label);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_process_is_a_piece_of_its_trees_bar() {
        let processes = vec![("master".to_owned(), 20.0), ("worker".to_owned(), 30.0)];
        let bar = Bar { name: "flask".to_owned(), ink: 4, processes, label: "50".to_owned() };
        let svg = plot("t", &[bar]);
        assert_eq!(svg.matches(r#"<rect class="c4""#).count(), 4);
    }
}
