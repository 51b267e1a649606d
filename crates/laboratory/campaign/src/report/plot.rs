//! The plots, as SVG. Each is drawn twice: for a wide window and for a telephone, for text that shrinks with its plot
//! cannot be read.

mod axis;
pub(super) mod curves;
pub(super) mod memory;
pub(super) mod strip;
pub(super) mod svg;

use std::convert::Infallible;

use plotters::{
    coord::Shift,
    element::{Circle, PathElement, Rectangle, Text},
    prelude::{DrawingArea, IntoDrawingArea},
    style::{
        Color, FontDesc, FontFamily, FontStyle, TextStyle,
        text_anchor::{HPos, Pos, VPos},
    },
};
use svg::{Ink, Svg, UNITS, escape};

/// A plot cannot fail but for a bug in its backend, which has no errors.
type Drawn = Result<(), plotters::drawing::DrawingAreaErrorKind<Infallible>>;

/// For whom a plot is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Width {
    Wide,
    Narrow,
}

impl Width {
    fn pixels(self) -> i32 {
        match self {
            Self::Wide => 860,
            Self::Narrow => 328,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Wide => "wide",
            Self::Narrow => "narrow",
        }
    }
}

/// Draws a plot for both, under a title that a screen reader says.
fn both(title: &str, draw: impl Fn(Width) -> Result<String, Failed>) -> anyhow::Result<String> {
    let drawings = [Width::Wide, Width::Narrow].map(draw);
    let mut both = String::new();
    for (drawing, width) in drawings.into_iter().zip([Width::Wide, Width::Narrow]) {
        let drawing = drawing?;
        let (class, title) = (width.class(), escape(title));
        both.push_str(&drawing.replacen(
            "<svg",
            &format!(r#"<svg class="{class}" role="img" aria-label="{title}""#),
            1,
        ));
    }
    Ok(both)
}

type Failed = plotters::drawing::DrawingAreaErrorKind<Infallible>;

/// Draws on a canvas of so many pixels.
fn draw(width: Width, height: i32, on: impl FnOnce(&Canvas) -> Drawn) -> Result<String, Failed> {
    let mut shapes = String::new();
    {
        let area = Svg::new(&mut shapes, width.pixels(), height).into_drawing_area();
        on(&Canvas { area: &area })?;
        area.present()?;
    }
    let (right, bottom) = (width.pixels() * UNITS, height * UNITS);
    Ok(format!(
        r#"<svg viewBox="0 0 {right} {bottom}" width="{}" height="{height}">{shapes}</svg>"#,
        width.pixels()
    ))
}

/// Shapes at places in pixels.
struct Canvas<'a, 'b> {
    area: &'a DrawingArea<Svg<'b>, Shift>,
}

fn units(pixels: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "a drawing has some thousand units")]
    let units = (pixels * f64::from(UNITS)).round() as i32;
    units
}

impl Canvas<'_, '_> {
    fn line(&self, ink: Ink, stroke: f64, points: impl IntoIterator<Item = (f64, f64)>) -> Drawn {
        let points: Vec<(i32, i32)> =
            points.into_iter().map(|(x, y)| (units(x), units(y))).collect();
        self.area
            .draw(&PathElement::new(points, ink.color().stroke_width(units(stroke).unsigned_abs())))
    }

    fn bar(&self, ink: Ink, (left, top): (f64, f64), (right, bottom): (f64, f64)) -> Drawn {
        let corners = [(units(left), units(top)), (units(right), units(bottom))];
        self.area.draw(&Rectangle::new(corners, ink.color().filled()))
    }

    fn dot(&self, ink: Ink, radius: f64, (x, y): (f64, f64)) -> Drawn {
        self.area.draw(&Circle::new((units(x), units(y)), units(radius), ink.color().filled()))
    }

    fn text(&self, font: Font, (x, y): (f64, f64), text: &str) -> Drawn {
        let style = if font.bold { FontStyle::Bold } else { FontStyle::Normal };
        let desc = FontDesc::new(FontFamily::SansSerif, f64::from(units(font.size)), style);
        let color = font.ink.color();
        let style = TextStyle::from(desc).color(&color).pos(Pos::new(font.anchor, VPos::Bottom));
        self.area.draw(&Text::new(text.to_owned(), (units(x), units(y)), style))
    }
}

/// How text looks and where its place is.
#[derive(Clone, Copy)]
struct Font {
    ink: Ink,
    size: f64,
    bold: bool,
    anchor: HPos,
}

impl Font {
    fn new(ink: Ink, size: f64) -> Self {
        Self { ink, size, bold: false, anchor: HPos::Left }
    }

    fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    fn at(self, anchor: HPos) -> Self {
        Self { anchor, ..self }
    }
}
