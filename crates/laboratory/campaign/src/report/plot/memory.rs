//! Memory of the process tree, its processes one after the other.

use plotters::style::text_anchor::HPos;

use super::{Font, Width, axis::Axis, both, draw, strip::short, svg::Ink};

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
pub(in crate::report) fn plot(title: &str, bars: &[Bar]) -> anyhow::Result<String> {
    let most = bars.iter().map(Bar::whole).fold(0.0, f64::max);
    both(title, |width| {
        let (left, right, row, lane) = match width {
            Width::Wide => (112.0, 740.0, 38.0, 6.0),
            Width::Narrow => (8.0, 320.0, 52.0, 24.0),
        };
        #[expect(clippy::cast_possible_truncation, reason = "some hundred pixels")]
        let (height, limit) = ((row * bars.len() as f64) as i32 + 6, (left as i32, right as i32));
        let axis = Axis::from_zero(most, limit, 6);
        draw(width, height, |canvas| {
            for (at, bar) in bars.iter().enumerate() {
                let (top, name) = (row * at as f64, Font::new(Ink::Text, 14.0).bold());
                let (from, to) = (top + lane, top + lane + 22.0);
                canvas.line(Ink::Grid, 1.0, [(left, to), (right, to)])?;
                let mut sum = 0.0;
                for (place, (_, kb)) in bar.processes.iter().enumerate() {
                    let start = axis.place(sum) + if place > 0 { 2.0 } else { 0.0 };
                    sum += kb;
                    let end = axis.place(sum).max(start + 1.5);
                    canvas.bar(Ink::Contender(bar.ink), (start, from), (end, to))?;
                }
                let end = axis.place(sum);
                if width == Width::Wide {
                    canvas.text(
                        name.at(HPos::Right),
                        (left - 10.0, to - 6.0),
                        &short(&bar.name),
                    )?;
                    canvas.text(
                        Font::new(Ink::Text, 14.0).bold(),
                        (end + 10.0, to - 6.0),
                        &bar.label,
                    )?;
                } else {
                    canvas.text(name, (left, top + 18.0), &short(&bar.name))?;
                    let figure = Font::new(Ink::Text, 14.0).bold().at(HPos::Right);
                    canvas.text(figure, (right, top + 18.0), &bar.label)?;
                }
            }
            Ok(())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_process_is_a_piece_of_its_trees_bar() {
        let processes = vec![("master".to_owned(), 20.0), ("worker".to_owned(), 30.0)];
        let bar = Bar { name: "flask".to_owned(), ink: 4, processes, label: "50".to_owned() };
        let svg = plot("t", &[bar]).unwrap();
        assert_eq!(svg.matches(r#"<rect class="c4""#).count(), 4);
    }
}
