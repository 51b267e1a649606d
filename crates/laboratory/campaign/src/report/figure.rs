//! Figures and ratios as every report writes them, with their marks.

use std::fmt;

use serde::Serialize;

use crate::{
    analysis::{
        bound::Bound,
        capacity::{Capacity, Source},
        summary::Summary,
    },
    human::{NO_FIGURE, micros, number, shown, unit},
    matrix::Metric,
};

/// A figure as people read it, such as `≥ 42,600 (disturbed)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Marked {
    /// `≥ ` before a lower bound, `≈ ` before what was interpolated, otherwise empty.
    pub sign: &'static str,
    /// The figure with its unit; a dash where there is none.
    pub figure: String,
    /// What a reader must know of it: `censored`, `disturbed`.
    pub marks: Vec<&'static str>,
}

impl Marked {
    /// A figure that nothing but its bound is known of.
    #[must_use]
    pub fn new(figure: Option<f64>, metric: Metric, bound: Bound) -> Self {
        let sign = if figure.is_some() { bound.sign() } else { "" };
        Self { sign, figure: shown(figure, unit(metric)), marks: Vec::new() }
    }

    /// A cell's figure.
    #[must_use]
    pub fn of(summary: &Summary, metric: Metric) -> Self {
        let figure = summary.figure(metric);
        // What else ran took CPU time, not memory.
        let disturbed = metric != Metric::PeakRssTreeKb && summary.disturbed > 0;
        let censored = metric == Metric::P99Us && summary.latency_censored;
        let bound = Bound::lower(summary.is_lower_bound(metric));
        let marks = marks(censored, disturbed && figure.is_some());
        Self { marks, ..Self::new(figure, metric, bound) }
    }

    /// A cell's latency at a percentile, in microseconds; `censored` if late answers are missing in it.
    #[must_use]
    pub fn latency(summary: &Summary, us: Option<f64>, censored: bool) -> Self {
        let disturbed = summary.disturbed > 0 && us.is_some();
        Self { sign: "", figure: shown(us, micros), marks: marks(censored, disturbed) }
    }

    /// A capacity within any objective.
    #[must_use]
    pub fn capacity(capacity: &Capacity) -> Self {
        let &Capacity { capacity_per_s: figure, at_least, source, .. } = capacity;
        let marked = Self::new(figure, Metric::CapacityPerS, Bound::lower(at_least));
        match source {
            Source::Interpolated if !at_least && figure.is_some() => {
                Self { sign: "≈ ", ..marked }
            }
            _ => marked,
        }
    }

    /// The same with an interval or a range behind the figure.
    #[must_use]
    pub fn with_range(mut self, range: Option<String>) -> Self {
        if let Some(range) = range {
            self.figure = format!("{} ({range})", self.figure);
        }
        self
    }
}

pub(super) fn marks(censored: bool, disturbed: bool) -> Vec<&'static str> {
    let marks = [(censored, "censored"), (disturbed, "disturbed")];
    marks.into_iter().filter(|(is_so, _)| *is_so).map(|(_, mark)| mark).collect()
}

impl fmt::Display for Marked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sign, figure, marks } = self;
        match marks.as_slice() {
            [] => f.pad(&format!("{sign}{figure}")),
            marks => f.pad(&format!("{sign}{figure} ({})", marks.join(", "))),
        }
    }
}

/// A figure that the rule weighs, with its unit; a dash where there is none.
#[must_use]
pub fn weighed(summary: Option<&Summary>, metric: Metric) -> String {
    let Some(summary) = summary else { return NO_FIGURE.to_owned() };
    let mut marked = Marked::of(summary, metric);
    if metric.more_is_better() && summary.figure(metric).is_some() {
        marked.figure += "\u{a0}/s";
    }
    marked.to_string()
}

/// How many times as high one figure is as another: `1.22×`, `≥ 1.22×`, `≤ 1.22×`.
#[must_use]
pub fn times(ratio: f64, bound: Bound) -> String {
    format!("{}{}×", bound.sign(), number(ratio))
}

/// The same with its interval, of which a bound has only one end: `1.22× (1.18 to 1.27)`,
/// `≥ 1.22× (from 1.18)`.
#[must_use]
pub fn times_within(ratio: f64, [low, high]: [f64; 2], bound: Bound) -> String {
    let interval = match bound {
        Bound::Estimate if high.is_finite() => format!(" ({} to {})", number(low), number(high)),
        Bound::Estimate | Bound::AtLeast => format!(" (from {})", number(low)),
        Bound::AtMost => format!(" (up to {})", number(high)),
        Bound::Unknown => String::new(),
    };
    times(ratio, bound) + &interval
}
