//! A campaign's folder on disk. Samples are appended and flushed one by one, and never rewritten.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::Context;
use serde::{Serialize, de::DeserializeOwned};

use super::{environment::Environment, sample::Sample};
use crate::{
    failure::Failure,
    plan::Plan,
    trial::driver::{wrk, wrk_result::WrkResult},
};

const SAMPLES: &str = "samples.csv";
const PLAN: &str = "plan.json";
const ENVIRONMENT: &str = "environment.json";

/// A campaign that is being written.
#[derive(Debug)]
pub(crate) struct Writer {
    folder: PathBuf,
    samples: csv::Writer<File>,
}

impl Writer {
    /// Makes the folder of a new campaign; one that is there already is left alone.
    pub(crate) fn create(
        folder: &Path,
        plan: &Plan,
        environment: &Environment,
    ) -> anyhow::Result<Self> {
        claim(folder)?;
        write_json(&folder.join(PLAN), plan)?;
        write_json(&folder.join(ENVIRONMENT), environment)?;
        let file = OpenOptions::new().append(true).create_new(true).open(folder.join(SAMPLES));
        let file =
            file.with_context(|| format!("cannot write samples.csv in {}", folder.display()))?;
        Ok(Self { folder: folder.to_owned(), samples: csv::Writer::from_writer(file) })
    }

    /// Makes the folder of a trial's raw output.
    pub(crate) fn trial_folder(&self, name: &str) -> anyhow::Result<PathBuf> {
        let folder = self.folder.join(name);
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(folder)
    }

    /// Appends a sample; it is on disk when this returns.
    pub(crate) fn append(&mut self, sample: &Sample) -> anyhow::Result<()> {
        let written = self
            .samples
            .serialize(sample)
            .map_err(io::Error::other)
            .and_then(|()| self.samples.flush())
            .and_then(|()| self.samples.get_ref().sync_data());
        written.with_context(|| {
            format!(
                "cannot append to samples.csv in {}: make room and run again",
                self.folder.display()
            )
        })
    }
}

/// Makes an empty folder one's own, or says why not.
fn claim(folder: &Path) -> Result<(), Failure> {
    let failure = |message: String| Failure::Campaign { folder: folder.to_owned(), message };
    fs::create_dir_all(folder)
        .map_err(|error| failure(format!("cannot be made ({error}); choose another --out")))?;
    let occupied = folder.read_dir().is_ok_and(|mut entries| entries.next().is_some());
    if occupied {
        return Err(failure("there is something in it already; choose another --out".to_owned()));
    }
    Ok(())
}

/// A campaign as it lies on disk.
#[derive(Debug)]
pub(crate) struct Campaign {
    pub(crate) folder: PathBuf,
    pub(crate) plan: Plan,
    pub(crate) environment: Environment,
    pub(crate) samples: Vec<Sample>,
}

impl Campaign {
    /// Reads a campaign's folder.
    pub(crate) fn read(folder: &Path) -> Result<Self, Failure> {
        let failure = |message: String| Failure::Campaign { folder: folder.to_owned(), message };
        let samples = csv::Reader::from_path(folder.join(SAMPLES))
            .and_then(|mut reader| reader.deserialize().collect())
            .map_err(|error| {
                failure(format!("is no campaign: samples.csv cannot be read ({error})"))
            })?;
        Ok(Self {
            folder: folder.to_owned(),
            plan: read_json(&folder.join(PLAN)).map_err(failure)?,
            environment: read_json(&folder.join(ENVIRONMENT)).map_err(failure)?,
            samples,
        })
    }

    /// wrk's histogram of a trial, where there is one: microseconds and counts.
    pub(crate) fn histogram(&self, sample: &Sample) -> Option<Vec<(u64, u64)>> {
        let text =
            fs::read_to_string(self.folder.join(&sample.folder).join(wrk::RESULT_FILE)).ok()?;
        Some(serde_json::from_str::<WrkResult>(&text).ok()?.histogram().to_vec())
    }

    /// wrk's text of a trial, where there is one.
    pub(crate) fn wrk_text(&self, sample: &Sample) -> Option<String> {
        let bytes = fs::read(self.folder.join(&sample.folder).join(wrk::TEXT_FILE)).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Writes a report into the campaign's folder, whole or not at all.
    pub(crate) fn write_report(&self, name: &str, content: &[u8]) -> anyhow::Result<()> {
        let path = self.folder.join(name);
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)
            .with_context(|| format!("cannot write into {}", self.folder.display()))?;
        file.write_all(content)?;
        // A temporary file is its owner's alone; a report is for everyone.
        let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        file.as_file().set_permissions(permissions)?;
        file.persist(&path).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(())
    }
}

/// Writes a JSON file that people may read too.
pub(crate) fn write_json(path: &Path, value: &impl Serialize) -> anyhow::Result<()> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, String> {
    let text = fs::read_to_string(path)
        .map_err(|error| format!("{} cannot be read ({error})", path.display()))?;
    serde_json::from_str(&text)
        .map_err(|error| format!("{} cannot be read ({error})", path.display()))
}
