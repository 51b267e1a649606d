//! The driver wrk, as the original study used it.

use std::{fs, path::PathBuf};

use anyhow::{Context, bail};
use campaign::{
    driver_output::{DriverResult, Measurement, WrkText},
    load_driver::LoadDriver,
};
use tempfile::TempDir;

use super::{Drive, Driver, process};

/// wrk, wherever it is installed.
#[derive(Debug)]
pub(crate) struct Wrk {
    pub(crate) path: PathBuf,
}

impl Driver for Wrk {
    fn drive(&self, drive: Drive) -> anyhow::Result<Measurement> {
        // A warm-up leaves nothing behind.
        let scratch = TempDir::new().context("cannot make a temporary folder")?;
        let folder = drive.output.unwrap_or(scratch.path());
        let result_file = folder.join(LoadDriver::Wrk.result_file());
        let mut words = drive.window.wrk();
        words[0] = self.path.to_string_lossy().into_owned();
        let variable = Some(("DYNO_WRK_RESULT", result_file.as_os_str()));
        let ended = process::run(&words, variable, LoadDriver::Wrk, drive, folder)?;
        let measurement = read(&ended.text, fs::read_to_string(&result_file).ok().as_deref())?;
        Ok(Measurement {
            cpu_s: Some(ended.cpu_s),
            elapsed_s: Some(ended.elapsed.as_secs_f64()),
            stopped_s: Some(ended.stopped.as_secs_f64()),
            ..measurement
        })
    }
}

/// Merges wrk's two reports of a window. A script that writes no result leaves only the rounded
/// text.
fn read(text: &str, result: Option<&str>) -> anyhow::Result<Measurement> {
    let text = WrkText::parse(text)?;
    let Some(result) = result else { return Ok(text.into_measurement()) };
    let result: DriverResult =
        serde_json::from_str(result).context("wrk's result was cut short")?;
    if result.requests != text.requests {
        bail!("wrk's text says {} requests and its result {}", text.requests, result.requests);
    }
    Ok(result.into_measurement())
}
