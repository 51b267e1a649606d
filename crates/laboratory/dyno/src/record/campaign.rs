//! A campaign's folder on disk. Samples are appended and flushed one by one, and never rewritten.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use anyhow::Context;
use serde::{Serialize, de::DeserializeOwned};
use tempfile::NamedTempFile;

use super::{environment::Environment, sample::Sample};
use crate::{
    failure::Failure,
    plan::Plan,
    trial::{
        driver::{Kind, wrk_result::WrkResult},
        gauge::ProcessReading,
    },
};

pub(crate) const SAMPLES: &str = "samples.csv";
pub(crate) const PLAN: &str = "plan.json";
pub(crate) const ENVIRONMENT: &str = "environment.json";
/// What a campaign is, beside the raw output of its trials.
pub(crate) const RECORD: [&str; 3] = [PLAN, ENVIRONMENT, SAMPLES];
/// The server's processes, in the trial's folder.
pub(crate) const PROCESSES: &str = "processes.json";

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
        Self::open(folder, true)
    }

    /// Goes on with a campaign. A row that was torn when it was written is no sample, and is cut off.
    pub(crate) fn resume(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(SAMPLES);
        let whole = fs::read(&path).unwrap_or_default();
        let rows = whole.iter().rposition(|&byte| byte == b'\n').map_or(0, |last| last + 1);
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
        let cut = file.and_then(|file| file.set_len(rows as u64));
        cut.with_context(|| format!("cannot write {}", path.display()))?;
        Self::open(folder, rows == 0)
    }

    fn open(folder: &Path, header: bool) -> anyhow::Result<Self> {
        let file = OpenOptions::new().append(true).create(true).open(folder.join(SAMPLES));
        let file =
            file.with_context(|| format!("cannot write samples.csv in {}", folder.display()))?;
        let samples = csv::WriterBuilder::new().has_headers(header).from_writer(file);
        Ok(Self { folder: folder.to_owned(), samples })
    }

    /// The campaign's folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes the folder of a trial's raw output.
    pub(crate) fn trial_folder(&self, name: &str) -> anyhow::Result<PathBuf> {
        let folder = self.folder.join(name);
        // What a killed dyno left of this trial.
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("cannot clear {}", folder.display()))?;
        }
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
                "cannot append to samples.csv in {}: make room, then go on with `dyno bench --resume`",
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
        let samples = read_samples(&folder.join(SAMPLES)).map_err(|error| {
            failure(format!("is no campaign: samples.csv cannot be read ({error:#})"))
        })?;
        Ok(Self {
            folder: folder.to_owned(),
            plan: read_json(&folder.join(PLAN)).map_err(failure)?,
            environment: read_json(&folder.join(ENVIRONMENT)).map_err(failure)?,
            samples,
        })
    }

    /// The driver's histogram of a trial, where there is one: microseconds and counts.
    pub(crate) fn histogram(&self, sample: &Sample) -> Option<Vec<(u64, u64)>> {
        let text =
            fs::read_to_string(self.folder.join(&sample.folder).join(sample.driver.result_file()))
                .ok()?;
        Some(serde_json::from_str::<WrkResult>(&text).ok()?.histogram().to_vec())
    }

    /// The driver's text of a trial, where there is one.
    pub(crate) fn driver_text(&self, sample: &Sample) -> Option<String> {
        let bytes =
            fs::read(self.folder.join(&sample.folder).join(sample.driver.text_file())).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Each process of a trial's server, its first one first, where they are known.
    pub(crate) fn processes(&self, sample: &Sample) -> Option<Vec<ProcessReading>> {
        read_json(&self.folder.join(&sample.folder).join(PROCESSES)).ok()
    }

    /// The constant rate in requests per second of a scenario's trials under a driver; none in a closed loop.
    pub(crate) fn rate(&self, scenario: &str, driver: Kind) -> Option<f64> {
        let trials = self.samples.iter();
        trials
            .filter(|sample| sample.scenario == scenario && sample.driver == driver)
            .find_map(|sample| sample.rate)
    }

    /// How many rounds of the closed loop there are; those at constant rates are counted on from them.
    pub(crate) fn closed_rounds(&self) -> u32 {
        let closed = self.samples.iter().filter(|sample| sample.driver.is_closed_loop());
        closed.map(|sample| sample.round).max().unwrap_or(0)
    }

    /// Writes a report into the campaign's folder, whole or not at all.
    pub(crate) fn write_report(&self, name: &str, content: &[u8]) -> anyhow::Result<()> {
        write_whole(&self.folder.join(name), content)
    }
}

/// Writes a file aside and renames it, so that there is never a part of it.
fn write_whole(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let write = || -> io::Result<()> {
        let mut file = NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
        file.write_all(content)?;
        // A temporary file is its owner's alone; a campaign is for everyone.
        file.as_file().set_permissions(PermissionsExt::from_mode(0o644))?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// The whole rows of `samples.csv`; the last may be torn when dyno was killed.
fn read_samples(path: &Path) -> anyhow::Result<Vec<Sample>> {
    let text = fs::read_to_string(path)?;
    let rows = text.rfind('\n').map_or("", |last| &text[..=last]);
    Ok(csv::Reader::from_reader(rows.as_bytes()).deserialize().collect::<Result<_, _>>()?)
}

/// Writes a JSON file that people may read too.
pub(crate) fn write_json(path: &Path, value: &impl Serialize) -> anyhow::Result<()> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    write_whole(path, text.as_bytes())
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, String> {
    let text = fs::read_to_string(path)
        .map_err(|error| format!("{} cannot be read ({error})", path.display()))?;
    serde_json::from_str(&text)
        .map_err(|error| format!("{} cannot be read ({error})", path.display()))
}
