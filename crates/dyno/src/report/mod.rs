//! What people read of a campaign: pure functions of its analysis.

mod commands;
pub(crate) mod comparison;
pub(crate) mod export;
pub(crate) mod human;
mod markdown;
pub(crate) mod page;
mod plot;
pub(crate) mod sentence;
mod study;
pub(crate) mod terminal;

use serde::Serialize;

use crate::{analysis::Analysis, record::campaign::Campaign};

/// Writes every report into the campaign's folder.
pub(crate) fn write(campaign: &Campaign, analysis: &Analysis) -> anyhow::Result<()> {
    campaign.write_report("summary.csv", &csv(&analysis.summaries)?)?;
    campaign.write_report("verdicts.csv", &csv(&analysis.verdicts)?)?;
    campaign.write_report("decision.md", markdown::decision(campaign, analysis)?.as_bytes())?;
    campaign.write_report("index.html", page::page(campaign, analysis)?.as_bytes())
}

fn csv(rows: &[impl Serialize]) -> anyhow::Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    for row in rows {
        table.serialize(row)?;
    }
    Ok(table.into_inner()?)
}
