//! A backend of plotters that writes SVG without colours of its own: every shape gets a class, and the page's style
//! sheet says what that looks like, in the dark, in the light and on paper.

use std::{convert::Infallible, fmt::Write};

use plotters::style::RGBColor;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle, text_anchor::HPos,
};

/// Units of the drawing to a pixel of the page: plotters counts in whole units.
pub(super) const UNITS: i32 = 10;

/// What a shape is drawn with. plotters passes on colours only, so that each ink has a colour that names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Text,
    Muted,
    Grid,
    /// What does not count.
    Bad,
    /// A contender, by its place in the plan.
    Contender(usize),
    /// The interval of a contender.
    Interval(usize),
    /// A curve of a contender.
    Curve(usize),
}

/// Inks for contenders; after these they begin again.
pub(in crate::report) const INKS: usize = 8;

impl Ink {
    pub(super) fn color(self) -> RGBColor {
        let number = |at: usize| u8::try_from(at % INKS).unwrap_or(0);
        match self {
            Self::Text => RGBColor(0, 0, 0),
            Self::Muted => RGBColor(0, 0, 1),
            Self::Grid => RGBColor(0, 0, 2),
            Self::Bad => RGBColor(0, 0, 3),
            Self::Contender(at) => RGBColor(1, number(at), 0),
            Self::Interval(at) => RGBColor(2, number(at), 0),
            Self::Curve(at) => RGBColor(3, number(at), 0),
        }
    }

    fn class(color: BackendColor) -> String {
        match color.rgb {
            (0, _, 0) => "text".to_owned(),
            (0, _, 1) => "muted".to_owned(),
            (0, _, 2) => "grid".to_owned(),
            (0, _, _) => "bad".to_owned(),
            (1, at, _) => format!("c{at}"),
            (2, at, _) => format!("c{at} interval"),
            (_, at, _) => format!("c{at} curve"),
        }
    }
}

/// The drawing as it grows.
#[derive(Debug)]
pub(super) struct Svg<'a> {
    size: (u32, u32),
    out: &'a mut String,
    /// Dots of one look are one path: a campaign may have very many.
    dots: Option<(String, u32)>,
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl<'a> Svg<'a> {
    /// A drawing of so many pixels.
    pub(super) fn new(out: &'a mut String, width: i32, height: i32) -> Self {
        let units = |pixels: i32| (pixels * UNITS).unsigned_abs();
        Self { size: (units(width), units(height)), out, dots: None }
    }

    fn write(&mut self, shape: std::fmt::Arguments) {
        self.end_dots();
        // Writing to a string cannot fail.
        let _written = self.out.write_fmt(shape);
    }

    fn end_dots(&mut self) {
        if self.dots.take().is_some() {
            self.out.push_str("\"/>");
        }
    }
}

impl DrawingBackend for Svg<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        self.end_dots();
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        self.draw_rect((x, y), (x + 1, y + 1), &color, true)
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        _fill: bool,
    ) -> Drawn {
        let class = Ink::class(style.color());
        let (width, height) = (right - left, bottom - top);
        self.write(format_args!(
            r#"<rect class="{class}" x="{left}" y="{top}" width="{width}" height="{height}"/>"#
        ));
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let class = Ink::class(style.color());
        let mut steps = String::new();
        for (at, (x, y)) in path.into_iter().enumerate() {
            let _written = write!(steps, "{}{x} {y}", if at == 0 { 'M' } else { 'L' });
        }
        let width = style.stroke_width();
        self.write(format_args!(
            r#"<path class="line {class}" stroke-width="{width}" d="{steps}"/>"#
        ));
        Ok(())
    }

    /// A dot is a line of no length with round ends.
    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        style: &S,
        _fill: bool,
    ) -> Drawn {
        let look = (Ink::class(style.color()), radius);
        if self.dots.as_ref() != Some(&look) {
            let (class, width) = (&look.0, radius * 2);
            self.write(format_args!(r#"<path class="dots {class}" stroke-width="{width}" d=""#));
            self.dots = Some(look);
        }
        let _written = write!(self.out, "M{x} {y}h0");
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        let class = Ink::class(style.color());
        let corners: Vec<String> = corners.into_iter().map(|(x, y)| format!("{x},{y}")).collect();
        self.write(format_args!(r#"<polygon class="{class}" points="{}"/>"#, corners.join(" ")));
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        (x, y): BackendCoord,
    ) -> Drawn {
        let class = Ink::class(style.color());
        let anchor = match style.anchor().h_pos {
            HPos::Left => "start",
            HPos::Center => "middle",
            HPos::Right => "end",
        };
        let size = style.size();
        let weight =
            if matches!(style.style(), FontStyle::Bold) { r#" font-weight="600""# } else { "" };
        let text = escape(text);
        self.write(format_args!(
            r#"<text class="{class}" x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}"{weight}>{text}</text>"#
        ));
        Ok(())
    }
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
