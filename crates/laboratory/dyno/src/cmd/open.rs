//! `dyno open`: shows a campaign's page in the browser.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use campaign::{Error, record::SAMPLES, report::PAGE};
use clap::Args;
use url::Url;

use super::report;
use crate::output::say;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder of the campaign; by default the latest under reports/
    folder: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let folder = match &arguments.folder {
        Some(folder) => folder.clone(),
        None => latest(Path::new("reports"))?,
    };
    let page = folder.join(PAGE);
    if !page.is_file() {
        report::write(&folder)?;
    }
    let page = page.canonicalize().with_context(|| format!("cannot find {}", page.display()))?;
    let address = Url::from_file_path(&page);
    // Only a path that is not absolute has no address.
    let address = address.map_err(|()| anyhow!("{} cannot be written as a URL", page.display()))?;
    say!("{}", page.display());
    webbrowser::open(address.as_str()).with_context(|| {
        format!("no browser could be started: open {} yourself, or set BROWSER", page.display())
    })
}

/// The folder whose samples were written last.
fn latest(reports: &Path) -> Result<PathBuf, Error> {
    let failure = || Error::Folder {
        folder: reports.to_owned(),
        message: "contains no campaign: measure one with `dyno bench`, or name a folder".to_owned(),
    };
    let folders = reports.read_dir().map_err(|_| failure())?.flatten().map(|entry| entry.path());
    folders
        .filter_map(|folder| Some((folder.join(SAMPLES).metadata().ok()?.modified().ok()?, folder)))
        .max()
        .map(|(_, folder)| folder)
        .ok_or_else(failure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_campaign_there_is_nothing_to_open() {
        let message = latest(Path::new("/nonexistent")).unwrap_err().to_string();
        assert!(message.contains("dyno bench"), "{message}");
    }
}
