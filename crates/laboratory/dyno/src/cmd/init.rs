//! `dyno init`: a matrix to start from.

use std::{fs, path::PathBuf};

use anyhow::Context;
use clap::Args;

use super::new_file;
use crate::{failure::Failure, output::say};

const FILES: [(&str, &str); 3] = [
    ("dyno.toml", include_str!("init/dyno.toml")),
    ("hello.toml", include_str!("init/hello.toml")),
    ("hello.py", include_str!("init/hello.py")),
];

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder to write to; it is made if it is not there
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

/// Writes the files, or none of them where one is in the way.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let folder = &arguments.folder;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let paths = FILES.map(|(name, text)| (folder.join(name), text));
    if let Some((file, _)) = paths.iter().find(|(file, _)| file.symlink_metadata().is_ok()) {
        return Err(Failure::InTheWay { file: file.clone() }.into());
    }
    for (file, text) in &paths {
        new_file::write(file, text)?;
        say!("wrote {}", file.display());
    }
    say!("to measure it: dyno bench --quick --matrix {}", paths[0].0.display());
    Ok(())
}
