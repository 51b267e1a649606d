//! The table behind a plot.

use serde::Serialize;

/// Rows of words, one for each contender.
#[derive(Debug, Serialize)]
pub(super) struct Table {
    pub(super) columns: &'static [&'static str],
    /// How many of the first columns hold words; the others hold figures.
    pub(super) words: usize,
    pub(super) rows: Vec<Vec<String>>,
}
