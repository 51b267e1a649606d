//! The driver wrk, as the original study used it.

use std::{
    fs::{self, File},
    path::PathBuf,
    time::Duration,
};

use anyhow::{Context, bail};
use tempfile::TempDir;
use wait4::Wait4;

use super::{Drive, Driver, Measurement, wrk_result::WrkResult, wrk_text::WrkText};
use crate::{
    guard::{self, Limits},
    trial::child,
};

/// How long wrk may go on after its window before it counts as hung.
const SLACK: Duration = Duration::from_secs(20);
/// wrk's text of a window, in the trial's folder.
pub(crate) const TEXT_FILE: &str = "wrk.txt";
/// What `lua/result.lua` writes, in the trial's folder.
pub(crate) const RESULT_FILE: &str = "wrk.json";

/// wrk, wherever it lies.
#[derive(Debug)]
pub(crate) struct Wrk {
    pub(crate) path: PathBuf,
}

impl Driver for Wrk {
    fn name(&self) -> &'static str {
        "wrk"
    }

    fn drive(&self, drive: Drive) -> anyhow::Result<Measurement> {
        // A warm-up leaves nothing behind.
        let scratch = TempDir::new().context("cannot make a temporary folder")?;
        let folder = drive.output.unwrap_or(scratch.path());
        let text_file = folder.join(TEXT_FILE);
        let result_file = folder.join(RESULT_FILE);
        let text = File::create(&text_file)
            .with_context(|| format!("cannot write wrk's output {}", text_file.display()))?;
        let mut words = command(drive);
        words[0] = self.path.to_string_lossy().into_owned();
        let mut command = guard::command(&words, Limits::default())?;
        command.env("DYNO_WRK_RESULT", &result_file).stdout(text.try_clone()?).stderr(text);
        let mut wrk = drive
            .processors
            .spawn(&mut command)
            .with_context(|| format!("cannot start wrk at {}", self.path.display()))?;
        let ended = child::ended_within(&wrk, drive.duration + SLACK);
        if !matches!(ended, Ok(true)) {
            // Without its input the guard ends wrk.
            drop(wrk.stdin.take());
        }
        let used = wrk.wait4().context("cannot reap wrk")?;
        if !ended? {
            bail!("wrk did not end within {SLACK:?} after its window and was killed");
        }
        let text = fs::read_to_string(&text_file)?;
        if !used.status.success() {
            bail!(
                "wrk failed ({}), saying {:?}",
                used.status,
                text.lines().last().unwrap_or("nothing")
            );
        }
        let mut measurement = read(&text, fs::read_to_string(result_file).ok().as_deref())?;
        measurement.cpu_s = Some((used.rusage.utime + used.rusage.stime).as_secs_f64());
        Ok(measurement)
    }
}

/// The command of a window, as a person would type it.
pub(crate) fn command(drive: Drive) -> Vec<String> {
    let seconds = drive.duration.as_secs();
    let mut words: Vec<String> = ["wrk", "--latency"].map(str::to_owned).to_vec();
    words.extend([
        format!("-t{}", drive.threads),
        format!("-c{}", drive.connections),
        format!("-d{seconds}s"),
        // A slow answer stays in the histogram: wrk's own limit of 2 s would drop it.
        "--timeout".to_owned(),
        format!("{seconds}s"),
        "-s".to_owned(),
        drive.script.display().to_string(),
        format!("http://{}", drive.target),
    ]);
    words
}

/// Both of wrk's accounts of a window as one. A script that writes no result leaves the rounded text alone.
fn read(text: &str, result: Option<&str>) -> anyhow::Result<Measurement> {
    let text = WrkText::parse(text)?;
    let Some(result) = result else { return Ok(text.into_measurement()) };
    let result: WrkResult = serde_json::from_str(result).context("wrk's result was cut short")?;
    if result.requests != text.requests {
        bail!("wrk's text says {} requests and its result {}", text.requests, result.requests);
    }
    Ok(result.into_measurement())
}
