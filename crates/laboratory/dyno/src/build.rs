//! Builds contenders by their own commands.

use std::{path::Path, time::Duration};

use campaign::{matrix::Contender, text::plain};

use crate::{
    failure::Failure,
    process::{interrupt, output},
};

/// Runs the contender's build command, if it has one.
pub(crate) fn build(contender: &Contender, folder: &Path, within: Duration) -> Result<(), Failure> {
    let folder = contender.home(folder);
    let Some(program) = contender.build.first() else { return Ok(()) };
    let failure = |reason: String| Failure::Build { contender: contender.name.to_string(), reason };
    let output = output::of(&contender.build, folder, within);
    interrupt::check()?;
    let output = output.map_err(|error| {
        failure(format!("{error:#}; `deadlines` in dyno.toml says how long it may take"))
    })?;
    if output.status.success() {
        return Ok(());
    }
    // A build that was killed says nothing itself; its status does.
    let status = output.status;
    let last = output.stderr.lines().rfind(|line| !line.trim().is_empty());
    let said =
        last.map_or_else(|| " and printed nothing".to_owned(), |line| format!(": {}", plain(line)));
    Err(failure(format!("`{program}` failed with {status}{said}")))
}
