//! The table that a campaign ends with on the terminal.

use comfy_table::{CellAlignment, Table, presets::UTF8_BORDERS_ONLY};

use crate::human::{kib, micros, number, shown};
use crate::{analysis::Analysis, analysis::summary::Summary};

const HEADER: [&str; 9] = [
    "scenario",
    "driver",
    "contender",
    "requests/s",
    "p50",
    "p99",
    "memory",
    "CPU/request",
    "samples",
];

/// The summaries, one row per cell.
#[must_use]
pub fn summaries(analysis: &Analysis) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY).set_header(HEADER);
    for column in table.column_iter_mut().skip(3) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    for summary in &analysis.summaries {
        table.add_row(row(summary));
    }
    table
}

fn row(summary: &Summary) -> [String; 9] {
    let latency = |us: Option<u64>| shown(us.map(|us| us as f64), micros);
    let bad = summary.excluded();
    [
        summary.scenario.clone(),
        summary.driver.to_string(),
        summary.contender.clone(),
        shown(summary.requests_per_s_median, number),
        latency(summary.p50_us),
        latency(summary.p99_us),
        shown(summary.peak_rss_tree_kb_median, kib),
        shown(summary.server_cpu_us_per_request_median, micros),
        if bad > 0 { format!("{} ok, {bad} excluded", summary.ok) } else { summary.ok.to_string() },
    ]
}
