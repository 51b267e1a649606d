//! The table that a campaign ends with on the terminal.

use comfy_table::{CellAlignment, Table, presets::UTF8_BORDERS_ONLY};

use super::{capacity, duet};
use crate::human::{kib, micros, number, shown};
use crate::{analysis::Analysis, analysis::summary::Summary, load_driver::LoadDriver, plan::Plan};

const HEADER: [&str; 10] = [
    "scenario",
    "driver",
    "contender",
    "requests/s",
    "limiter",
    "p50",
    "p99",
    "memory",
    "CPU/request",
    "samples",
];

/// The summaries, one row per cell but those of searches.
#[must_use]
pub fn summaries(analysis: &Analysis) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY).set_header(HEADER);
    for column in table.column_iter_mut().skip(3) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let measured = analysis.summaries.iter().filter(|it| it.driver != LoadDriver::Search);
    table.add_rows(measured.map(row));
    table
}

/// What searches found: for each scenario with an objective the answer in a sentence, and a table.
#[must_use]
pub fn capacities(analysis: &Analysis) -> Vec<(String, Table)> {
    let tables = capacity::tables(analysis).into_iter();
    tables
        .map(|found| {
            let mut table = Table::new();
            table.load_style(UTF8_BORDERS_ONLY).set_header(capacity::HEADER);
            table.add_rows(found.rows.into_iter().map(|row| row.cells));
            (found.sentence, table)
        })
        .collect()
}

/// Each contender against its earlier build; `None` where the plan has none.
#[must_use]
pub fn duet(plan: &Plan, analysis: &Analysis) -> Option<Table> {
    let rows = duet::rows(plan, analysis);
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY).set_header(duet::HEADER).add_rows(&rows);
    (!rows.is_empty()).then_some(table)
}

fn row(summary: &Summary) -> [String; 10] {
    let bad = summary.excluded();
    [
        summary.scenario.clone(),
        summary.driver.to_string(),
        summary.contender.clone(),
        shown(summary.requests_per_s, number),
        summary.limiter.map_or_else(String::new, |limiter| limiter.word().to_owned()),
        shown(summary.p50_us, micros),
        shown(summary.p99_us, micros),
        shown(summary.peak_rss_tree_kb, kib),
        shown(summary.server_cpu_us_per_request, micros),
        if bad > 0 { format!("{} ok, {bad} excluded", summary.ok) } else { summary.ok.to_string() },
    ]
}
