//! The reports of a campaign: pure functions of its analysis.

mod commands;
pub mod comparison;
mod duet;
pub mod export;
mod markdown;
pub mod page;
mod plot;
pub mod sentence;
mod study;
mod template;
pub mod terminal;

use serde::Serialize;

use crate::{analysis::Analysis, record::campaign::Campaign};

/// One row per cell.
pub const SUMMARY: &str = "summary.csv";
/// One row per pair of contenders, scenario, driver and metric.
pub const VERDICTS: &str = "verdicts.csv";
/// The decision document.
pub const DECISION: &str = "decision.md";
/// The same as a page.
pub const PAGE: &str = "index.html";

/// Writes every report into the campaign's folder.
pub fn write(campaign: &Campaign, analysis: &Analysis) -> anyhow::Result<()> {
    campaign.write_report(SUMMARY, &csv(&analysis.summaries)?)?;
    campaign.write_report(VERDICTS, &csv(&analysis.verdicts)?)?;
    campaign.write_report(DECISION, markdown::decision(campaign, analysis)?.as_bytes())?;
    campaign.write_report(PAGE, page::page(campaign, analysis)?.as_bytes())
}

fn csv(rows: &[impl Serialize]) -> anyhow::Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    for row in rows {
        table.serialize(row)?;
    }
    Ok(table.into_inner()?)
}
