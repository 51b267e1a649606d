//! dyno's own driver, as a separate process.

use std::fs;

use anyhow::Context;
use campaign::{
    driver_output::{DriverResult, Measurement},
    load_driver::LoadDriver,
};
use tempfile::TempDir;

use super::{Drive, Driver, process};
use crate::process::guard;

/// dyno's own driver.
#[derive(Debug)]
pub(crate) struct Dyno {
    /// For a constant rate: the percentage, and the requests a second.
    pub(crate) rate: Option<(u8, f64)>,
}

impl Dyno {
    fn load_driver(&self) -> LoadDriver {
        self.rate.map_or(LoadDriver::Dyno, |(percent, _)| LoadDriver::DynoAt(percent))
    }
}

impl Driver for Dyno {
    fn drive(&self, drive: Drive) -> anyhow::Result<Measurement> {
        // A warm-up leaves nothing behind.
        let scratch = TempDir::new().context("cannot make a temporary folder")?;
        let folder = drive.output.unwrap_or(scratch.path());
        let result_file = folder.join(self.load_driver().result_file());
        let mut words = drive.window.dyno(self.rate.map(|(_, rate)| rate));
        words[0] = String::from(guard::OWN_PROGRAM);
        words.extend([
            "--result".to_owned(),
            result_file.display().to_string(),
            "--histogram".to_owned(),
            folder.join("dyno.hlog").display().to_string(),
        ]);
        let ended = process::run(&words, None, self.load_driver(), drive, folder)?;
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
