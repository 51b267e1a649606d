//! SVG without colours of its own: every shape gets a class, and the page's style sheet decides how
//! it looks, in dark mode, in light mode and on paper.

use std::fmt::{Arguments, Write};

use super::mark::Mark;

/// Units of the drawing to a pixel of the page: whole tenths are precise enough, and short.
const UNITS: f64 = 10.0;

/// What a shape is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Text,
    /// Text that lies on marks.
    Over,
    Muted,
    /// What does not count.
    Bad,
    /// A contender, by its place in the plan.
    Contender(usize),
    /// The interval of a contender.
    Interval(usize),
    /// A curve of a contender.
    Curve(usize),
}

/// Number of inks for contenders; after these they repeat.
pub(in crate::report) const INKS: usize = 8;

impl Ink {
    fn class(self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Over => "text over".to_owned(),
            Self::Muted => "muted".to_owned(),
            Self::Bad => "bad".to_owned(),
            Self::Contender(at) => format!("c{}", at % INKS),
            Self::Interval(at) => format!("c{} interval", at % INKS),
            Self::Curve(at) => format!("c{} curve", at % INKS),
        }
    }
}

/// Which end of a text stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// How text looks and where its place is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Font {
    ink: Ink,
    size: f64,
    bold: bool,
    anchor: Anchor,
}

impl Font {
    pub(super) fn new(ink: Ink, size: f64) -> Self {
        Self { ink, size, bold: false, anchor: Anchor::Start }
    }

    pub(super) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) fn at(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }
}

/// The drawing as it grows; places and sizes are in pixels.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    /// The steps of all lines of the grid, which lies behind everything else.
    grid: String,
    shapes: String,
    /// Marks of one look that follow each other are one path: a campaign may have very many.
    marks: Option<(Mark, Ink, i32)>,
}

impl Canvas {
    /// The whole drawing.
    pub(super) fn into_svg(mut self, width: i32, height: i32) -> String {
        self.end_marks();
        let (right, bottom) = (units(f64::from(width)), units(f64::from(height)));
        let Self { grid, shapes, .. } = self;
        let thin = units(1.0);
        format!(
            r#"<svg viewBox="0 0 {right} {bottom}" width="{width}" height="{height}"><path class="line grid" stroke-width="{thin}" d="{grid}"/>{shapes}</svg>"#
        )
    }

    /// A line of the grid, from one point to the other.
    pub(super) fn grid(&mut self, ends: [(f64, f64); 2]) {
        self.grid += &steps(ends);
    }

    pub(super) fn line(
        &mut self,
        ink: Ink,
        stroke: f64,
        points: impl IntoIterator<Item = (f64, f64)>,
    ) {
        let (class, width, steps) = (ink.class(), units(stroke), steps(points));
        self.write(format_args!(
            r#"<path class="line {class}" stroke-width="{width}" d="{steps}"/>"#
        ));
    }

    pub(super) fn bar(&mut self, ink: Ink, (left, top): (f64, f64), (right, bottom): (f64, f64)) {
        let (class, x, y) = (ink.class(), units(left), units(top));
        let (width, height) = (units(right) - x, units(bottom) - y);
        self.write(format_args!(
            r#"<rect class="{class}" x="{x}" y="{y}" width="{width}" height="{height}"/>"#
        ));
    }

    /// A mark of about this radius. What does not count has no contender's colour.
    pub(super) fn mark(&mut self, mark: Mark, contender: usize, radius: f64, (x, y): (f64, f64)) {
        let (ink, radius) = match mark {
            Mark::Sound | Mark::Disturbed => (Ink::Contender(contender), radius),
            Mark::Excluded | Mark::Lost => (Ink::Bad, 3.5),
        };
        let (path, stroke) = match mark {
            Mark::Sound => ("dots", radius * 2.0),
            Mark::Disturbed | Mark::Excluded | Mark::Lost => ("line", 1.6),
        };
        let look = (mark, ink, units(radius));
        if self.marks != Some(look) {
            let (class, width) = (ink.class(), units(stroke));
            self.write(format_args!(r#"<path class="{path} {class}" stroke-width="{width}" d=""#));
            self.marks = Some(look);
        }
        self.shapes += &mark.steps((units(x), units(y)), units(radius));
    }

    pub(super) fn text(&mut self, font: Font, (x, y): (f64, f64), text: &str) {
        let (class, anchor) = (font.ink.class(), font.anchor.word());
        let (x, y, size) = (units(x), units(y), units(font.size));
        let weight = if font.bold { r#" font-weight="600""# } else { "" };
        let text = escape(text);
        self.write(format_args!(
            r#"<text class="{class}" x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}"{weight}>{text}</text>"#
        ));
    }

    fn write(&mut self, shape: Arguments) {
        self.end_marks();
        // Writing to a string cannot fail.
        let _written = self.shapes.write_fmt(shape);
    }

    fn end_marks(&mut self) {
        if self.marks.take().is_some() {
            self.shapes.push_str("\"/>");
        }
    }
}

/// The steps of a path through points.
fn steps(points: impl IntoIterator<Item = (f64, f64)>) -> String {
    let mut steps = String::new();
    for (at, (x, y)) in points.into_iter().enumerate() {
        let step = if at == 0 { 'M' } else { 'L' };
        // Writing to a string cannot fail.
        let _written = write!(steps, "{step}{} {}", units(x), units(y));
    }
    steps
}

fn units(pixels: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "a drawing has some thousand units")]
    let units = (pixels * UNITS).round() as i32;
    units
}

/// Text that is shown as it is.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            _ if character.is_control() => escaped.push(' '),
            _ => escaped.push(character),
        }
    }
    escaped
}
