//! `dyno report`: rebuilds the reports of a campaign from its folder alone.

use std::path::{Path, PathBuf};

use anstyle::{AnsiColor, Style};
use campaign::{
    analysis::{self, Analysis},
    record::campaign::Campaign,
    report::{self, terminal},
};
use clap::Args;

use super::{exports::Exports, watch};
use crate::output::{self, say};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The campaign's folder
    folder: PathBuf,
    /// Serve the page on loopback, and follow the campaign while it runs
    #[arg(long)]
    serve: bool,
    /// Port of --serve; 0 picks a free one
    #[arg(long, default_value_t = 5050, requires = "serve")]
    port: u16,
    #[command(flatten)]
    exports: Exports,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    if arguments.serve {
        return watch::watch(&arguments.folder, arguments.port);
    }
    rebuild(&arguments.folder, &arguments.exports)
}

/// Writes all reports and prints their conclusion.
pub(super) fn rebuild(folder: &Path, exports: &Exports) -> anyhow::Result<()> {
    let (campaign, analysis) = write(folder)?;
    exports.write(&campaign, &analysis)?;
    let width = output::columns().min(terminal::WIDEST);
    say!("{}\n", terminal::evidence(&campaign, &analysis, width));
    let [which, rest @ ..] = terminal::brief(&campaign, &analysis);
    let color =
        if analysis.decision.winner.is_some() { AnsiColor::Green } else { AnsiColor::Yellow };
    // Without colour if this is not a terminal, or NO_COLOR is set.
    output::styled(Style::new().bold().fg_color(Some(color.into())), &which);
    for line in &rest {
        output::line(line);
    }
    Ok(())
}

/// Writes all reports.
pub(super) fn write(folder: &Path) -> anyhow::Result<(Campaign, Analysis)> {
    let campaign = Campaign::read(folder)?;
    let analysis = analysis::analyse(&campaign);
    report::write(&campaign, &analysis)?;
    Ok((campaign, analysis))
}
