//! Programs that are run for what they print: builds and version commands.

use std::{
    fs::File,
    io::{Read, Seek},
    path::Path,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use anyhow::Context;

use super::{
    affinity::Processors,
    guard::{self, Limits},
    program::Program,
};

/// What a program printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs a program in a folder to its end, under a guard. A program with a slash in its name is looked up in the folder.
/// That it does not end within the time is an error, and so is a signal to stop dyno.
pub(crate) fn of(words: &[String], folder: &Path, within: Duration) -> anyhow::Result<Output> {
    let stdout = scratch()?;
    let (status, stderr) = into(stdout.try_clone()?, words, folder, within)?;
    Ok(Output { status, stdout: text(stdout)?, stderr })
}

/// The same with standard output elsewhere: how it ended, and what it said of errors.
pub(crate) fn into(
    stdout: impl Into<Stdio>,
    words: &[String],
    folder: &Path,
    within: Duration,
) -> anyhow::Result<(ExitStatus, String)> {
    let mut words = words.to_vec();
    let name = words.first().cloned().unwrap_or_default();
    if let Some(program) = words.first_mut().filter(|program| program.contains('/')) {
        *program = folder.join(&program).to_string_lossy().into_owned();
    }
    let stderr = scratch()?;
    let mut command = guard::command(&words, Limits::default())?;
    command.current_dir(folder).stdout(stdout);
    let program = Program::start(&name, &mut command, stderr.try_clone()?, Processors::All)
        .with_context(|| format!("cannot start `{name}`"))?;
    let in_time = program.ended_within(within)?;
    let ended = program.end()?;
    anyhow::ensure!(in_time, "`{name}` did not end within {within:?}");
    Ok((ended.status, text(stderr)?))
}

fn scratch() -> anyhow::Result<File> {
    tempfile::tempfile().context("cannot make a temporary file")
}

fn text(mut file: File) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
