//! A driver as a process under a guard, whose CPU time is read when it ends.

use std::{
    ffi::OsStr,
    fs::{self, File},
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use campaign::load_driver::LoadDriver;
use wait4::Wait4;

use super::Drive;
use crate::process::{
    child,
    guard::{self, Limits},
};

/// How long a driver may run past its window before it counts as hung.
const SLACK: Duration = Duration::from_secs(20);

/// What a driver left.
pub(super) struct Ended {
    /// What it said.
    pub(super) text: String,
    /// Its CPU time, user and system, in seconds.
    pub(super) cpu_s: f64,
    /// How long it ran.
    pub(super) elapsed: Duration,
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
    let text = File::create(&text_file)
        .with_context(|| format!("cannot write {name}'s output {}", text_file.display()))?;
    let mut command = guard::command(words, Limits::default())?;
    command.envs(variable).stdout(text.try_clone()?).stderr(text);
    let started = Instant::now();
    let mut running = drive
        .processors
        .spawn(&mut command)
        .with_context(|| format!("cannot start {name} at {}", words[0]))?;
    let ended = child::ended_within(&running, drive.window.duration + SLACK);
    if !matches!(ended, Ok(true)) {
        // Without its input the guard ends the driver.
        drop(running.stdin.take());
    }
    let elapsed = started.elapsed();
    let used = running.wait4().with_context(|| format!("cannot reap {name}"))?;
    if !ended? {
        bail!("{name} did not end within {SLACK:?} after its window and was killed");
    }
    let text = fs::read_to_string(&text_file)?;
    if !used.status.success() {
        bail!(
            "{name} failed ({}); its last output: {:?}",
            used.status,
            text.lines().last().unwrap_or("nothing")
        );
    }
    let cpu_s = (used.rusage.utime + used.rusage.stime).as_secs_f64();
    Ok(Ended { text, cpu_s, elapsed })
}
