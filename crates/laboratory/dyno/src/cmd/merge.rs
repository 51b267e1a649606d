//! `dyno merge`: one campaign of rounds that were measured apart.

use std::path::PathBuf;

use campaign::record::merge::merge;
use clap::Args;

use super::{exports::Exports, report};
use crate::output::say;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Campaigns of one plan and seed, by the same programs; their order does not matter
    #[arg(required = true, value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// Folder of the merged campaign
    #[arg(long)]
    out: PathBuf,
    #[command(flatten)]
    exports: Exports,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let merged = merge(&arguments.folders, &arguments.out)?;
    say!("{} rounds with {} samples", merged.rounds, merged.samples);
    report::rebuild(&arguments.out, &arguments.exports)
}
