//! Tables and sentences in as many columns as the terminal has.

use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, Table, presets::UTF8_BORDERS_ONLY,
};

use crate::{human::NO_FIGURE, report::wrap};

/// A table that leaves out what is needed least where there is no room for it.
pub(super) struct Narrow<'a, const N: usize> {
    pub(super) header: [&'a str; N],
    pub(super) rows: Vec<[String; N]>,
    /// The columns, from the one that is needed most.
    pub(super) by_need: &'a [usize],
    /// How many of those are never left out, but broken into lines.
    pub(super) kept: usize,
    /// How many columns from the left are words; the others are figures.
    pub(super) words: usize,
}

impl<const N: usize> Narrow<'_, N> {
    /// The table in at most so many columns of the terminal; `None` without a row.
    pub(super) fn rendered(&self, width: u16) -> Option<String> {
        if self.rows.is_empty() {
            return None;
        }
        let mut table = Table::new();
        table.load_style(UTF8_BORDERS_ONLY).set_header(self.header).add_rows(&self.rows);
        let shown = self.shown(&table.column_max_content_widths(), width);
        for (place, column) in table.column_iter_mut().enumerate() {
            if place >= self.words {
                column.set_cell_alignment(CellAlignment::Right);
            }
            if !shown.contains(&place) {
                column.set_constraint(ColumnConstraint::Hidden);
            }
        }
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        Some(table.to_string())
    }

    /// The columns for which there is room. Those without any content are not shown.
    fn shown(&self, widths: &[u16], width: u16) -> Vec<usize> {
        // The padding on both sides, and the space or border behind it.
        const AROUND: u16 = 3;
        const BORDER: u16 = 1;
        let is_empty = |place: usize| {
            self.rows.iter().all(|row| matches!(row[place].as_str(), "" | NO_FIGURE))
        };
        let mut shown: Vec<usize> =
            self.by_need.iter().copied().filter(|&place| !is_empty(place)).collect();
        let total = |shown: &[usize]| {
            shown.iter().map(|&place| widths[place] + AROUND).sum::<u16>() + BORDER
        };
        while shown.len() > self.kept && total(&shown) > width {
            shown.pop();
        }
        shown
    }
}

/// A text in lines of at most so many columns, unless a word is longer.
pub(super) fn wrapped(text: &str, width: u16) -> String {
    wrap::wrapped(text.split(' '), width.into(), "\n", |_| false)
}
