//! The plots, as SVG. Each is drawn twice: for a wide window and for a telephone, because text that shrinks with its plot
//! becomes unreadable.

mod axis;
pub(super) mod curves;
pub(super) mod mark;
pub(super) mod memory;
pub(super) mod points;
pub(super) mod rates;
pub(super) mod strip;
pub(super) mod svg;

use svg::{Canvas, escape};

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

/// Where rows below each other and their words are, in pixels.
struct Layout {
    width: Width,
    left: f64,
    right: f64,
    row: f64,
    /// From a row's top to what is drawn in it.
    lane: f64,
}

/// Draws a plot for both, under a title that a screen reader says; `draw` tells the height in pixels.
fn both(title: &str, draw: impl Fn(Width, &mut Canvas) -> i32) -> String {
    let title = escape(title);
    let drawing = |width: Width| {
        let mut canvas = Canvas::default();
        let height = draw(width, &mut canvas);
        canvas.into_svg(width.pixels(), height).replacen(
            "<svg",
            &format!(r#"<svg class="{}" role="img" aria-label="{title}""#, width.class()),
            1,
        )
    };
    [Width::Wide, Width::Narrow].map(drawing).concat()
}
