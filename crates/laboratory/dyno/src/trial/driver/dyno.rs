//! dyno's own driver, as a separate process.

use std::fs;

use anyhow::Context;
use campaign::{
    driver_output::{DriverResult, Measurement},
    load_driver::LoadDriver,
    plan::command::ConstantRate,
};
use tempfile::TempDir;

use super::{Drive, Driver, process};
use crate::process::guard;

/// The file with the latencies of a window, in its folder.
pub(crate) const HISTOGRAM: &str = "dyno.hlog";

/// dyno's own driver.
#[derive(Debug)]
pub(crate) struct Dyno {
    /// As which it appears in the samples.
    pub(crate) load_driver: LoadDriver,
    /// Without it, a closed loop.
    pub(crate) constant: Option<ConstantRate>,
}

impl Driver for Dyno {
    fn drive(&self, drive: Drive) -> anyhow::Result<Measurement> {
        // A warm-up leaves nothing behind.
        let scratch = TempDir::new().context("cannot make a temporary folder")?;
        let folder = drive.output.unwrap_or(scratch.path());
        let result_file = folder.join(self.load_driver.result_file());
        let mut words = drive.window.dyno(self.constant.as_ref());
        words[0] = String::from(guard::OWN_PROGRAM);
        words.extend([
            "--result".to_owned(),
            result_file.display().to_string(),
            "--histogram".to_owned(),
            folder.join(HISTOGRAM).display().to_string(),
        ]);
        let ended = process::run(&words, None, self.load_driver, drive, folder)?;
        let result: DriverResult = serde_json::from_str(&fs::read_to_string(result_file)?)
            .context("the driver's result was cut short")?;
        Ok(Measurement {
            cpu_s: Some(ended.cpu_s),
            elapsed_s: Some(ended.elapsed.as_secs_f64()),
            stopped_s: Some(ended.stopped.as_secs_f64()),
            ..result.into_measurement()
        })
    }
}
