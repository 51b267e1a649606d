//! `dyno merge`: joins rounds that were measured one by one into one campaign.

use std::path::PathBuf;

use campaign::{analysis::common_rate, human::counted, record::merge};
use clap::Args;

use super::{exports::Exports, report};
use crate::output::say;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Campaigns with the same plan, seed and programs, in any order
    #[arg(required = true, value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// Folder of the merged campaign
    #[arg(long)]
    out: PathBuf,
    #[command(flatten)]
    exports: Exports,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let rounds = merge::read(&arguments.folders)?;
    common_rate::check(&rounds)?;
    let merged = merge::merge(rounds, &arguments.out)?;
    let (rounds, samples) = (merged.rounds, merged.samples);
    say!("{} with {}", counted(rounds, "round"), counted(samples, "sample"));
    report::rebuild(&arguments.out, &arguments.exports)
}
