//! Builds contenders by their own commands.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use campaign::matrix::Contender;

use crate::failure::Failure;

/// Runs the contender's build command, if it has one.
pub(crate) fn build(contender: &Contender, folder: &Path) -> Result<(), Failure> {
    let Some((program, arguments)) = contender.build.split_first() else { return Ok(()) };
    let failure = |reason: String| Failure::Build { contender: contender.name.clone(), reason };
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
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let last = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("nothing");
    Err(failure(last.to_owned()))
}
