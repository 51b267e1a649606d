//! `dyno report`: rebuilds the reports of a campaign from its folder alone.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::{analysis, record::campaign::Campaign};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The campaign's folder
    folder: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    write(&arguments.folder)
}

/// Writes `summary.csv`.
pub(super) fn write(folder: &Path) -> anyhow::Result<()> {
    let campaign = Campaign::read(folder)?;
    let mut table = csv::Writer::from_writer(Vec::new());
    for summary in analysis::summaries(&campaign) {
        table.serialize(summary)?;
    }
    campaign.write_report("summary.csv", &table.into_inner()?)
}
