//! `--export-csv`, `--export-json` and `--export-markdown`, as users of hyperfine know them.

use std::{fs, path::PathBuf};

use anyhow::Context;
use campaign::{analysis::Analysis, record::campaign::Campaign, report::export};
use clap::Args;

#[derive(Debug, Default, Clone, Args)]
#[command(next_help_heading = "Exports")]
pub(super) struct Exports {
    /// Write the summary to this file as CSV, one row per cell
    #[arg(long = "export-csv", value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Write everything to this file as JSON; `dyno generate schema` prints its schema
    #[arg(long = "export-json", value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the summary to this file as a Markdown table
    #[arg(long = "export-markdown", value_name = "FILE")]
    markdown: Option<PathBuf>,
}

impl Exports {
    /// Writes the files that were asked for.
    pub(super) fn write(&self, campaign: &Campaign, analysis: &Analysis) -> anyhow::Result<()> {
        let write = |file: &PathBuf, content: Vec<u8>| {
            fs::write(file, content).with_context(|| format!("cannot write {}", file.display()))
        };
        if let Some(file) = &self.csv {
            write(file, export::csv(analysis)?)?;
        }
        if let Some(file) = &self.json {
            write(file, export::json(campaign, analysis)?.into_bytes())?;
        }
        if let Some(file) = &self.markdown {
            write(file, export::markdown(analysis).into_bytes())?;
        }
        Ok(())
    }
}
