//! `dyno import`: exchanges of what a browser saved, or an `OpenAPI` document describes.

use std::{fs, path::PathBuf};

use clap::Args;

use super::new_file;
use crate::{failure::Failure, output::say};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A HAR file, or an `OpenAPI` 3.1 document in JSON
    source: PathBuf,
    /// The file to write: exchanges as JSON Lines, beside the document whose schemas they refer to
    file: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let Arguments { source, file } = arguments;
    new_file::check_json_lines(file)?;
    let failure = |reason: String| Failure::NotImported { file: source.clone(), reason };
    if source.parent() != file.parent() {
        let reason = format!("is not beside {}: write it there", file.display());
        return Err(failure(reason).into());
    }
    let text = fs::read(source).map_err(|error| failure(format!("cannot be read ({error})")))?;
    let name = source.file_name().unwrap_or_default().to_string_lossy();
    let imported = exchange::import(&name, &text).map_err(failure)?;
    new_file::write(file, &imported.lines)?;
    for reason in &imported.left_out {
        say!("left out: {reason}");
    }
    say!("wrote {} exchanges to {}", imported.lines.lines().count(), file.display());
    Ok(())
}
