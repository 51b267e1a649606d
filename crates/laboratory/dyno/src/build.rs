//! Builds contenders by their own commands.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use campaign::{matrix::Contender, text::plain};

use crate::failure::Failure;

/// Runs the contender's build command, if it has one.
pub(crate) fn build(contender: &Contender, folder: &Path) -> Result<(), Failure> {
    let folder = contender.home(folder);
    let Some((program, arguments)) = contender.build.split_first() else { return Ok(()) };
    let failure = |reason: String| Failure::Build { contender: contender.name.to_string(), reason };
    let path = if program.contains('/') { folder.join(program) } else { program.into() };
    let output = Command::new(path)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| failure(format!("`{program}` cannot be started ({error})")))?;
    if output.status.success() {
        return Ok(());
    }
    // A build that was killed says nothing itself; its status does.
    let status = output.status;
    let text = String::from_utf8_lossy(&output.stderr);
    let last = text.lines().rfind(|line| !line.trim().is_empty());
    let said =
        last.map_or_else(|| " and printed nothing".to_owned(), |line| format!(": {}", plain(line)));
    Err(failure(format!("`{program}` failed with {status}{said}")))
}
