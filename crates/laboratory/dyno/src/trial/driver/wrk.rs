//! The driver wrk, as the original study used it.

use std::{fs, path::PathBuf};

use anyhow::{Context, bail};
use tempfile::TempDir;

use super::{Drive, Driver, Kind, Measurement, process, wrk_result::WrkResult, wrk_text::WrkText};

/// wrk, wherever it lies.
#[derive(Debug)]
pub(crate) struct Wrk {
    pub(crate) path: PathBuf,
}

impl Driver for Wrk {
    fn kind(&self) -> Kind {
        Kind::Wrk
    }

    fn drive(&self, drive: Drive) -> anyhow::Result<Measurement> {
        // A warm-up leaves nothing behind.
        let scratch = TempDir::new().context("cannot make a temporary folder")?;
        let folder = drive.output.unwrap_or(scratch.path());
        let result_file = folder.join(Kind::Wrk.result_file());
        let mut words = command(drive);
        words[0] = self.path.to_string_lossy().into_owned();
        let variable = Some(("DYNO_WRK_RESULT", result_file.as_os_str()));
        let ended = process::run(&words, variable, (Kind::Wrk, drive), folder)?;
        let measurement = read(&ended.text, fs::read_to_string(&result_file).ok().as_deref())?;
        Ok(Measurement {
            cpu_s: Some(ended.cpu_s),
            elapsed_s: Some(ended.elapsed.as_secs_f64()),
            ..measurement
        })
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
