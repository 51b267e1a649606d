//! The reports of a campaign: pure functions of its analysis.

mod capacity;
pub(crate) mod closed_loop;
mod commands;
pub mod comparison;
mod duet;
pub mod export;
pub mod figure;
pub mod lower_bound;
pub mod machines;
mod markdown;
pub mod page;
mod pairs;
mod plot;
mod points;
mod rates;
pub mod rule;
pub mod sentence;
mod study;
mod template;
pub mod terminal;
pub mod workers;
mod wrap;

use crate::{
    analysis::{Analysis, capacity::Capacity},
    record::campaign::Campaign,
    table,
};

/// One row per cell.
pub const SUMMARY: &str = "summary.csv";
/// One row per pair of contenders, scenario, driver and metric.
pub const VERDICTS: &str = "verdicts.csv";
/// One row per contender, scenario with an objective, point and objective; missing where nothing was searched.
pub const CAPACITY: &str = "capacity.csv";
/// What each machine showed, one row per machine, cell and metric, where there were several.
pub const MACHINES: &str = "machines.csv";
/// The decision document.
pub const DECISION: &str = "decision.md";
/// The same as a page.
pub const PAGE: &str = "index.html";

/// Writes every report into the campaign's folder.
pub fn write(campaign: &Campaign, analysis: &Analysis) -> anyhow::Result<()> {
    campaign.write_report(
        SUMMARY,
        &table::written(&analysis.all_summaries().collect::<Vec<_>>(), true)?,
    )?;
    campaign.write_report(
        VERDICTS,
        &table::written(&analysis.all_verdicts().collect::<Vec<_>>(), true)?,
    )?;
    if !analysis.capacities.is_empty() {
        let rows: Vec<&Capacity> = analysis.all_capacities().collect();
        campaign.write_report(CAPACITY, &table::written(&rows, true)?)?;
    }
    if let Some(levels) = machines::rows(analysis) {
        campaign.write_report(MACHINES, &table::written(levels, true)?)?;
    }
    campaign.write_report(DECISION, markdown::decision(campaign, analysis)?.as_bytes())?;
    campaign.write_report(PAGE, page::page(campaign, analysis)?.as_bytes())
}
