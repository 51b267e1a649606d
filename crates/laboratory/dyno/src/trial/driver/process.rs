//! A driver as a process under a guard, whose CPU time is read when it ends.

use std::{
    ffi::OsStr,
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use campaign::load_driver::LoadDriver;

use super::{Drive, stopped};
use crate::{
    failure::Lost,
    process::{
        guard::{self, Limits},
        program::Program,
        sweep,
    },
};

/// How long a driver may run past its window before it counts as hung.
const SLACK: Duration = Duration::from_secs(20);

/// Memory limit of a driver, in MiB: many times what wrk or dyno's own needs.
const MEMORY_MIB: u64 = 1024;

/// How long what a killed guard leaves may take to die.
const SWEPT_WITHIN: Duration = Duration::from_secs(5);

/// What a driver left.
pub(super) struct Ended {
    /// What it said.
    pub(super) text: String,
    /// Its CPU time, user and system, in seconds.
    pub(super) cpu_s: f64,
    /// How long it ran.
    pub(super) elapsed: Duration,
    /// For how long it was seen stopped.
    pub(super) stopped: Duration,
}

/// Runs a driver to its end; the first word is its program. Its output goes into the folder.
pub(super) fn run(
    words: &[String],
    variable: Option<(&str, &OsStr)>,
    driver: LoadDriver,
    drive: Drive,
    folder: &Path,
) -> anyhow::Result<Ended> {
    let (name, text_file) = (driver.tool(), folder.join(driver.text_file()));
    let text = guard::file(&text_file)
        .with_context(|| format!("cannot write {name}'s output {}", text_file.display()))?;
    let mut command =
        guard::command(words, Limits { memory_mib: Some(MEMORY_MIB), processes: None })?;
    command.envs(variable).stdout(text.try_clone()?);
    let others = sweep::own_children();
    let started = Instant::now();
    let running = Program::start(name, &mut command, text, drive.processors)
        .with_context(|| format!("cannot start {name} at {}", words[0]))?;
    let mut stopped = Duration::ZERO;
    // At a constant rate a request may be under way for as long as the window.
    let within = 2 * drive.window.duration + SLACK;
    let ended = stopped::ended_within(&running, within, &mut stopped);
    let elapsed = started.elapsed();
    let used = running.end();
    // A driver whose guard was killed would load the next server.
    sweep::end_all_but(&others, SWEPT_WITHIN);
    let (ended, used) = (ended?, used?);
    if !ended {
        let reason = format!("{name} did not end within {within:?} and was killed");
        return Err(Lost(reason).into());
    }
    let text = fs::read_to_string(&text_file)?;
    if let Some(reason) = text.lines().rfind(|line| line.starts_with(guard::KILLED)) {
        return Err(Lost(format!("{name} was {reason}")).into());
    }
    if !used.status.success() {
        bail!(
            "{name} failed ({}); its last output: {:?}",
            used.status,
            text.lines().last().unwrap_or("nothing")
        );
    }
    Ok(Ended { text, cpu_s: used.cpu_s, elapsed, stopped })
}
