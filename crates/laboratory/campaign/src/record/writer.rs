//! A campaign's folder while it is measured. Samples and probes are appended and flushed one by one, and never rewritten.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use rustix::{fs::OFlags, io::Errno};

use super::{
    ENVIRONMENT, PLAN, PROBES, PROCESSES, SAMPLES,
    environment::Environment,
    files::{open_below, write_json},
    outcome::TrialOutcome,
    probe::{ProbeOutcome, ProbeRow},
    rows::{self, Rows},
    sample::{Sample, TrialId},
};
use crate::{Error, name::PathBelow, plan::Plan};

/// A campaign that is being written.
#[derive(Debug)]
pub struct Writer {
    folder: PathBuf,
    samples: Rows,
    /// None until the first probe of this run.
    probes: Option<Rows>,
}

impl Writer {
    /// Creates the folder of a new campaign; leaves an existing one alone.
    pub fn create(folder: &Path, plan: &Plan, environment: &Environment) -> anyhow::Result<Self> {
        claim(folder)?;
        write_json(&folder.join(PLAN), plan)?;
        write_json(&folder.join(ENVIRONMENT), environment)?;
        Self::resume(folder)
    }

    /// Continues a campaign. A row that was only partly written is no sample or probe, and is cut off.
    pub fn resume(folder: &Path) -> anyhow::Result<Self> {
        let samples = Rows::open(folder, SAMPLES)?;
        Ok(Self { folder: folder.to_owned(), samples, probes: None })
    }

    /// The campaign's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes the folder of a trial's raw output; that of a search that has probes is kept, because
    /// the search goes on behind them.
    pub fn trial_folder(&self, name: &PathBelow) -> anyhow::Result<PathBuf> {
        let folder = self.folder.join(&**name);
        if folder.is_dir() && !self.probes(name)?.is_empty() {
            return Ok(folder);
        }
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

    /// Appends a probe of a search that is under way; it is on disk when this returns.
    pub fn append_probe(&mut self, id: TrialId, outcome: &ProbeOutcome) -> anyhow::Result<()> {
        let probes = match &mut self.probes {
            Some(probes) => probes,
            none => none.insert(Rows::open(&self.folder, PROBES)?),
        };
        probes.append(&ProbeRow::new(id, outcome)).with_context(|| {
            format!(
                "cannot append to {PROBES} in {}: free disk space, then continue with `dyno bench --resume`",
                self.folder.display()
            )
        })
    }

    /// The probes of a trial, by its folder, in the order of measurement: of one that is under way,
    /// or that an interruption cut short.
    pub fn probes(&self, trial: &PathBelow) -> anyhow::Result<Vec<ProbeRow>> {
        let mut probes: Vec<ProbeRow> = rows::read(&self.folder, PROBES)?.unwrap_or_default();
        probes.retain(|probe| probe.folder == *trial);
        Ok(probes)
    }

    fn write(&mut self, sample: &Sample, outcome: &TrialOutcome) -> anyhow::Result<()> {
        if let Some(tree) = &outcome.tree {
            write_json(&self.folder.join(&*sample.folder).join(PROCESSES), &tree.processes)?;
        }
        self.samples.append(sample)
    }
}

/// Takes over an empty folder, or says why not.
pub(super) fn claim(folder: &Path) -> Result<(), Error> {
    let failure = |message: String| Error::Folder { folder: folder.to_owned(), message };
    fs::create_dir_all(folder)
        .map_err(|error| failure(format!("cannot be created ({error}): choose another --out")))?;
    let occupied = folder.read_dir().is_ok_and(|mut entries| entries.next().is_some());
    if occupied {
        return Err(failure("is not empty: choose another --out".to_owned()));
    }
    Ok(())
}
