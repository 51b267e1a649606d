//! `dyno report`: rebuilds the reports of a campaign from its folder alone.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::{
    analysis,
    record::campaign::Campaign,
    report::{self, sentence, terminal},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The campaign's folder
    folder: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    rebuild(&arguments.folder)
}

/// Writes all reports, and says what they come to.
pub(super) fn rebuild(folder: &Path) -> anyhow::Result<()> {
    let campaign = Campaign::read(folder)?;
    let analysis = analysis::analyse(&campaign);
    report::write(&campaign, &analysis)?;
    println!("{}", terminal::summaries(&analysis));
    println!("{}", sentence::decision(&analysis.decision, &campaign.plan.decision));
    println!("The decision and its evidence: {}", folder.join("decision.md").display());
    Ok(())
}
