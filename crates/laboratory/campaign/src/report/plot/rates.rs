//! Latency over rate: where each contender leaves the objective behind.

use super::{
    Width,
    axis::{Axis, Span},
    both,
    curves::names,
    mark::Mark,
    svg::{Anchor, Canvas, Font, Ink},
};
use crate::human::{micros, number, round};

/// A contender's probes.
#[derive(Debug)]
pub(in crate::report) struct Contender {
    pub(in crate::report) name: String,
    /// Its place in the plan, for its colour.
    pub(in crate::report) ink: usize,
    /// Each probe's mark, rate in requests per second and latency in microseconds.
    pub(in crate::report) probes: Vec<(Mark, (f64, f64))>,
    /// The line through those that count.
    pub(in crate::report) line: Vec<(f64, f64)>,
    /// The capacity in requests per second, and whether it is a lower bound.
    pub(in crate::report) capacity: Option<(f64, bool)>,
}

/// The latency that is allowed.
#[derive(Debug, Clone, Copy)]
pub(in crate::report) struct Objective<'a> {
    /// In microseconds.
    pub(in crate::report) us: f64,
    pub(in crate::report) words: &'a str,
}

/// Where the axes are.
struct Frame {
    left: f64,
    right: f64,
    bottom: f64,
    rates: Axis,
    latencies: Axis,
}

/// The plot.
pub(in crate::report) fn plot(title: &str, all: &[Contender], objective: Objective) -> String {
    both(title, |width, canvas| {
        let frame = Frame::of(width, all, objective);
        frame.grid(canvas, objective);
        for contender in all {
            let place = |&(rate, us): &(f64, f64)| frame.place(rate, us);
            for mark in Mark::ALL {
                let marked = contender.probes.iter().filter(|(own, _)| *own == mark);
                for (_, probe) in marked {
                    canvas.mark(mark, contender.ink, 2.6, place(probe));
                }
            }
        }
        for contender in all {
            let line = contender.line.iter().map(|&(rate, us)| frame.place(rate, us));
            canvas.line(Ink::Curve(contender.ink), 2.2, line);
        }
        for contender in all {
            frame.capacity(canvas, contender, objective);
        }
        frame.name(canvas, objective);
        if width == Width::Wide {
            let end = |one: &Contender| one.line.last().map(|&(rate, us)| frame.place(rate, us).1);
            let ends = all.iter().filter_map(|one| Some((end(one)?, one.ink, &*one.name)));
            names(canvas, ends.collect(), frame.right);
        }
        #[expect(clippy::cast_possible_truncation, reason = "some hundred pixels")]
        let height = frame.bottom as i32 + 44;
        height
    })
}

impl Frame {
    fn of(width: Width, all: &[Contender], objective: Objective) -> Self {
        let (left, right, bottom, ticks) = match width {
            Width::Wide => (72.0, 740.0, 360.0, 10),
            Width::Narrow => (56.0, 316.0, 270.0, 4),
        };
        let points = || all.iter().flat_map(|one| one.probes.iter().map(|&(_, probe)| probe));
        let capacities = all.iter().filter_map(|one| Some(one.capacity?.0));
        let rates = points().map(|(rate, _)| rate).chain(capacities);
        let latencies = points().map(|(_, us)| us).chain([objective.us]);
        Self {
            left,
            right,
            bottom,
            rates: Axis::log(rates, Span { from: left, to: right }, ticks),
            latencies: Axis::log(latencies, Span { from: bottom, to: 12.0 }, 8),
        }
    }

    fn place(&self, rate: f64, us: f64) -> (f64, f64) {
        (self.rates.place(rate), self.latencies.place(us))
    }

    fn grid(&self, canvas: &mut Canvas, objective: Objective) {
        let Self { left, right, bottom, .. } = *self;
        let font = Font::new(Ink::Muted, 11.5);
        for &tick in self.latencies.ticks() {
            let y = self.latencies.place(tick);
            canvas.grid([(left, y), (right, y)]);
            canvas.text(font.at(Anchor::End), (left - 8.0, y + 4.0), &round(&micros(tick)));
        }
        for &tick in self.rates.ticks() {
            let x = self.rates.place(tick);
            canvas.grid([(x, 8.0), (x, bottom)]);
            let x = x.clamp(left + 8.0, right - 14.0);
            canvas.text(font.at(Anchor::Middle), (x, bottom + 18.0), &round(&number(tick)));
        }
        canvas.text(font.at(Anchor::End), (right, bottom + 36.0), "requests/s");
        let y = self.latencies.place(objective.us);
        canvas.line(Ink::Muted, 1.6, [(left, y), (right, y)]);
    }

    /// What the line at the objective says, which no mark hides.
    fn name(&self, canvas: &mut Canvas, objective: Objective) {
        let y = self.latencies.place(objective.us);
        canvas.text(Font::new(Ink::Over, 12.0).bold(), (self.left + 6.0, y - 6.0), objective.words);
    }

    /// A mark where the contender's capacity stands on the objective.
    fn capacity(&self, canvas: &mut Canvas, contender: &Contender, objective: Objective) {
        let Some((rate, at_least)) = contender.capacity else { return };
        let (x, y) = self.place(rate, objective.us);
        canvas.line(Ink::Contender(contender.ink), 4.0, [(x, y - 9.0), (x, y + 9.0)]);
        if at_least {
            let font = Font::new(Ink::Over, 13.0).bold().at(Anchor::Middle);
            canvas.text(font, (x, y - 13.0), "≥");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_probes_are_drawn_with_a_line_the_objective_and_the_capacities() {
        let contender = |name: &str, at_least| Contender {
            name: name.to_owned(),
            ink: 0,
            probes: vec![
                (Mark::Sound, (100.0, 900.0)),
                (Mark::Sound, (200.0, 80_000.0)),
                (Mark::Excluded, (400.0, 2e6)),
            ],
            line: vec![(100.0, 900.0), (200.0, 80_000.0)],
            capacity: Some((180.0, at_least)),
        };
        let all = [contender("a", true), contender("<b>", false)];
        let svg = plot("t", &all, Objective { us: 50_000.0, words: "p99 ≤ 50 ms" });
        // Everything twice: for wide and for narrow windows.
        assert_eq!(svg.matches("h0").count(), 2 * 2 * 2);
        assert_eq!(svg.matches("l70 70M").count(), 2 * 2);
        assert_eq!(svg.matches(r#"class="line c0""#).count(), 2 * 2);
        assert_eq!(svg.matches(">≥<").count(), 2);
        assert_eq!(svg.matches("p99 ≤ 50 ms").count(), 2);
        assert!(svg.contains("&lt;b&gt;") && !svg.contains("<b>"));
    }

    #[test]
    fn nothing_that_was_measured_is_an_empty_plot() {
        let svg = plot("t", &[], Objective { us: 50_000.0, words: "" });
        assert_eq!(svg.matches("<svg").count(), 2);
    }
}
