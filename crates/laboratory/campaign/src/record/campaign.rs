//! A campaign on disk: everything that analysis and reports are computed from.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, bail};
use hdrhistogram::Histogram;
use serde::de::DeserializeOwned;

use super::{
    ENVIRONMENT, PARTS, PLAN, PROBES, SAMPLES,
    environment::Environment,
    files::{json_below, read_below, write_whole},
    machine::Machine,
    part::Part,
    probe::ProbeRow,
    processes::ProcessReading,
    rows,
    sample::Sample,
    trials::{self, CellTrials},
};
use crate::{
    Error,
    load_driver::LoadDriver,
    plan::{Cell, Plan},
};

/// A campaign, read as a whole: nothing reads its folder again afterwards.
#[derive(Debug)]
pub struct Campaign {
    /// Where it lies.
    pub folder: PathBuf,
    /// What was to be done.
    pub plan: Plan,
    /// Where and with what it was done.
    pub environment: Environment,
    /// One row per trial, in the order of measurement.
    pub samples: Vec<Sample>,
    /// One row per probe of a search, in the order of measurement.
    pub probes: Vec<ProbeRow>,
    /// Of a merged campaign, what it was merged from; empty for others.
    pub(super) merged_from: Vec<Part>,
    /// What is kept of each cell's valid trials.
    pub(super) trials: Arc<BTreeMap<Cell, CellTrials>>,
    /// Where the load varies, the campaign of each point by itself.
    pub points: Vec<Self>,
}

impl Campaign {
    /// Reads a campaign's folder, [by point](Self::by_point). A file of a trial may be missing.
    ///
    /// # Errors
    /// The folder is not a campaign, or a file in it is damaged: the message names it.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let mut campaign = Self::read_record(folder)?;
        let trials = trials::read(folder, &campaign.samples).map_err(|message| {
            let message = format!("{message}: restore the file, or delete it to report without it");
            Error::Folder { folder: folder.to_owned(), message }
        })?;
        campaign.trials = Arc::new(trials);
        Ok(campaign.by_point())
    }

    /// Reads plan, environment, samples and probes, and nothing of the trials' raw output: all that resuming
    /// and comparing need.
    ///
    /// # Errors
    /// The folder is not a campaign.
    pub fn read_record(folder: &Path) -> Result<Self, Error> {
        let failure = |message| Error::Folder { folder: folder.to_owned(), message };
        Ok(Self {
            folder: folder.to_owned(),
            samples: read_samples(folder)?,
            probes: read_probes(folder)?,
            plan: record(folder, PLAN).map_err(failure)?,
            environment: record(folder, ENVIRONMENT).map_err(failure)?,
            merged_from: json_below(folder, Path::new(PARTS)).map_err(failure)?.unwrap_or_default(),
            trials: Arc::default(),
            points: Vec::new(),
        })
    }

    /// Whether it was merged from others, so that it cannot be continued.
    #[must_use]
    pub fn is_merged(&self) -> bool {
        !self.merged_from.is_empty()
    }

    /// Which rounds were measured where. One that was not merged has one part.
    #[must_use]
    pub fn parts(&self) -> Vec<Part> {
        if self.is_merged() {
            return self.merged_from.clone();
        }
        vec![Part::whole(&self.plan, &self.environment, &self.samples)]
    }

    /// The histograms of the cell's valid trials as one, in microseconds, where each has one.
    #[must_use]
    pub fn histogram(&self, sample: &Sample) -> Option<&Histogram<u64>> {
        self.trials.get(&sample.cell())?.histogram.as_ref()
    }

    /// The driver's output of the cell's trial with the middle throughput, if there is one.
    #[must_use]
    pub fn driver_text(&self, sample: &Sample) -> Option<&str> {
        self.trials.get(&sample.cell())?.driver_text.as_deref()
    }

    /// Each process of the server in the cell's trial with the middle memory, its first one first, where they are
    /// known.
    #[must_use]
    pub fn processes(&self, sample: &Sample) -> Option<&[ProcessReading]> {
        self.trials.get(&sample.cell())?.processes.as_deref()
    }

    /// The samples of the rounds that a machine measured.
    pub fn samples_of(&self, machine: &Machine) -> impl Iterator<Item = &Sample> {
        let parts = self.parts().into_iter().filter(|part| part.environment.machine.is(machine));
        let rounds: BTreeSet<u32> = parts.flat_map(|part| part.rounds).collect();
        self.samples.iter().filter(move |sample| rounds.contains(&sample.round))
    }

    /// The rates in requests per second that a scenario's trials have under a driver, the lowest first: one for each
    /// machine. None in a closed loop, and none in a search, of which each has its own.
    #[must_use]
    pub fn rates(&self, scenario: &str, driver: LoadDriver) -> Vec<f64> {
        let trials = self.samples.iter().filter(|sample| sample.driver.comes_after());
        let mut rates: Vec<f64> = trials
            .filter(|sample| sample.scenario == scenario && sample.driver == driver)
            .filter_map(|sample| sample.rate)
            .collect();
        rates.sort_by(f64::total_cmp);
        rates.dedup();
        rates
    }

    /// How many rounds there are but those at constant rates, which are numbered after them.
    #[must_use]
    pub fn closed_rounds(&self) -> usize {
        closed_rounds(&self.samples)
    }

    /// Writes a report into the campaign's folder, whole or not at all.
    pub fn write_report(&self, name: &str, content: &[u8]) -> anyhow::Result<()> {
        write_whole(&self.folder.join(name), content)
    }
}

/// How many rounds of these samples are not at constant rates.
pub(super) fn closed_rounds(samples: &[Sample]) -> usize {
    let closed = samples.iter().filter(|sample| !sample.driver.comes_after());
    closed.map(|sample| sample.round).collect::<BTreeSet<_>>().len()
}

/// A file that every campaign has.
fn record<T: DeserializeOwned>(folder: &Path, file: &str) -> Result<T, String> {
    json_below(folder, Path::new(file))?
        .ok_or_else(|| format!("{} is missing", folder.join(file).display()))
}

/// A file of a campaign's folder as it is; `None` if it is not there.
///
/// # Errors
/// It is no regular file of bounded size in that folder.
pub fn read_file(folder: &Path, name: &str) -> Result<Option<Vec<u8>>, Error> {
    read_below(folder, Path::new(name))
        .map_err(|message| Error::Folder { folder: folder.to_owned(), message })
}

/// The whole rows of a campaign's `samples.csv`; the last may be truncated if dyno was killed.
pub fn read_samples(folder: &Path) -> Result<Vec<Sample>, Error> {
    let read = || -> anyhow::Result<Vec<Sample>> {
        let samples: Vec<Sample> = rows::read(folder, SAMPLES)?.context("there is none")?;
        // Of the others nobody uses a figure.
        let mut counted = samples.iter().filter(|it| it.is_ok());
        let contradiction = counted.find_map(|it| Some((it, it.contradiction()?)));
        match contradiction {
            Some((sample, what)) => {
                bail!("the row of {} contradicts itself: {what}", &*sample.folder)
            }
            None => Ok(samples),
        }
    };
    read().map_err(|error| Error::Folder {
        folder: folder.to_owned(),
        message: format!("is not a campaign: samples.csv cannot be read ({error:#})"),
    })
}

/// The whole rows of a campaign's `probes.csv`; none where nothing was searched.
fn read_probes(folder: &Path) -> Result<Vec<ProbeRow>, Error> {
    let read = || -> anyhow::Result<Vec<ProbeRow>> {
        let probes: Vec<ProbeRow> = rows::read(folder, PROBES)?.unwrap_or_default();
        match probes.iter().find_map(|probe| Some((probe, probe.contradiction()?))) {
            Some((probe, what)) => {
                bail!("probe {} of {} contradicts itself: {what}", probe.number, &*probe.folder)
            }
            None => Ok(probes),
        }
    };
    read().map_err(|error| Error::Folder {
        folder: folder.to_owned(),
        message: format!(
            "{PROBES} cannot be read ({error:#}): restore the file, or delete it to report without the curves"
        ),
    })
}
