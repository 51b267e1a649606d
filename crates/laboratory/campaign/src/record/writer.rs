//! A campaign's folder while it is measured. Samples are appended and flushed one by one, and never rewritten.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use rustix::{fs::OFlags, io::Errno};

use super::{
    ENVIRONMENT, PLAN, PROCESSES, SAMPLES,
    environment::Environment,
    files::{open_below, read_below, write_json},
    outcome::TrialOutcome,
    sample::{Sample, TrialId},
};
use crate::{Error, name::PathBelow, plan::Plan, table};

/// A campaign that is being written.
#[derive(Debug)]
pub struct Writer {
    folder: PathBuf,
    samples: File,
    /// The next row is the first, and comes after the header.
    first: bool,
}

impl Writer {
    /// Creates the folder of a new campaign; leaves an existing one alone.
    pub fn create(folder: &Path, plan: &Plan, environment: &Environment) -> anyhow::Result<Self> {
        claim(folder)?;
        write_json(&folder.join(PLAN), plan)?;
        write_json(&folder.join(ENVIRONMENT), environment)?;
        Self::open(folder, true)
    }

    /// Continues a campaign. A row that was only partly written is not a sample, and is cut off.
    pub fn resume(folder: &Path) -> anyhow::Result<Self> {
        let whole = read_below(folder, Path::new(SAMPLES)).map_err(anyhow::Error::msg)?;
        let whole = whole.unwrap_or_default();
        let rows = whole.iter().rposition(|&byte| byte == b'\n').map_or(0, |last| last + 1);
        let writer = Self::open(folder, rows == 0)?;
        let cut = writer.samples.set_len(rows as u64);
        cut.with_context(|| format!("cannot write samples.csv in {}", folder.display()))?;
        Ok(writer)
    }

    fn open(folder: &Path, first: bool) -> anyhow::Result<Self> {
        let append = OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE;
        let file = open_below(folder, Path::new(SAMPLES), append)
            .with_context(|| format!("cannot write samples.csv in {}", folder.display()))?;
        Ok(Self { folder: folder.to_owned(), samples: File::from(file), first })
    }

    /// The campaign's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes the folder of a trial's raw output.
    pub fn trial_folder(&self, name: &PathBelow) -> anyhow::Result<PathBuf> {
        let folder = self.folder.join(&**name);
        // What a killed dyno left behind of this trial, and nothing that a link leads to.
        match open_below(&self.folder, Path::new(&**name), OFlags::PATH | OFlags::DIRECTORY) {
            Ok(_) => fs::remove_dir_all(&folder)
                .with_context(|| format!("cannot clear {}", folder.display()))?,
            Err(Errno::NOENT) => {}
            Err(_) => bail!("{} is no folder of this campaign: remove it", folder.display()),
        }
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(folder)
    }

    /// Appends the sample of a trial; it is on disk when this returns.
    pub fn append(
        &mut self,
        plan: &Plan,
        id: TrialId,
        outcome: &TrialOutcome,
    ) -> anyhow::Result<Sample> {
        let sample = Sample::new(plan, id, outcome);
        self.write(&sample, outcome).with_context(|| {
            format!(
                "cannot append to samples.csv in {}: free disk space, then continue with `dyno bench --resume`",
                self.folder.display()
            )
        })?;
        Ok(sample)
    }

    fn write(&mut self, sample: &Sample, outcome: &TrialOutcome) -> anyhow::Result<()> {
        if let Some(tree) = &outcome.tree {
            write_json(&self.folder.join(&*sample.folder).join(PROCESSES), &tree.processes)?;
        }
        self.samples.write_all(&table::written(&[sample], self.first)?)?;
        self.first = false;
        Ok(self.samples.sync_data()?)
    }
}

/// Takes over an empty folder, or says why not.
fn claim(folder: &Path) -> Result<(), Error> {
    let failure = |message: String| Error::Folder { folder: folder.to_owned(), message };
    fs::create_dir_all(folder)
        .map_err(|error| failure(format!("cannot be created ({error}): choose another --out")))?;
    let occupied = folder.read_dir().is_ok_and(|mut entries| entries.next().is_some());
    if occupied {
        return Err(failure("is not empty: choose another --out".to_owned()));
    }
    Ok(())
}
