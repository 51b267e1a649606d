//! Builds contenders, and what makes files, by commands of the matrix.

use std::{path::Path, process::Stdio, time::Duration};

use campaign::{matrix::Contender, text::plain};

use crate::{
    failure::Failure,
    process::{interrupt, output},
};

/// Runs the contender's build command, if it has one.
pub(crate) fn build(contender: &Contender, folder: &Path, within: Duration) -> Result<(), Failure> {
    let failed = |reason| Failure::Build { contender: contender.name.to_string(), reason };
    run(&contender.build, contender.home(folder), within, Stdio::null(), failed)
}

/// Runs a command, if there is one, that must succeed; `failed` makes a failure of the reason that
/// it did not.
pub(crate) fn run(
    words: &[String],
    folder: &Path,
    within: Duration,
    stdout: impl Into<Stdio>,
    failed: impl Fn(String) -> Failure,
) -> Result<(), Failure> {
    let Some(program) = words.first() else { return Ok(()) };
    let ended = output::into(stdout, words, folder, within);
    interrupt::check()?;
    let (status, stderr) = ended.map_err(|error| {
        failed(format!("{error:#}; `deadlines` in dyno.toml says how long it may take"))
    })?;
    if status.success() {
        return Ok(());
    }
    // A build that was killed says nothing itself; its status does.
    let last = stderr.lines().rfind(|line| !line.trim().is_empty());
    let said =
        last.map_or_else(|| " and printed nothing".to_owned(), |line| format!(": {}", plain(line)));
    Err(failed(format!("`{program}` failed with {status}{said}")))
}
