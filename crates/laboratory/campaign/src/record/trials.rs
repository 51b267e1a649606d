//! The raw output of a campaign's valid trials.
//!
//! A hundred thousand trials have more text than memory. Each file is read once, threads share the
//! cells, and what is kept of a cell is one histogram and the output of the trials that reports show.

use std::{collections::BTreeMap, path::Path};

use hdrhistogram::Histogram;

use super::{
    PROCESSES,
    files::{json_below, read_below},
    middle,
    processes::ProcessReading,
    sample::Sample,
};
use crate::{driver_output::DriverResult, plan::Cell, threads};

/// What is kept of a cell's valid trials.
#[derive(Debug)]
pub(super) struct CellTrials {
    /// All their histograms as one, in microseconds. `None` where a trial has none.
    pub(super) histogram: Option<Histogram<u64>>,
    /// The driver's output of the trial with the middle throughput.
    pub(super) driver_text: Option<String>,
    /// The server's processes in the trial with the middle memory, the first one first.
    pub(super) processes: Option<Vec<ProcessReading>>,
}

/// Reads the trials of every cell. A file of a trial may be missing.
///
/// # Errors
/// A file is damaged: the first such cell's message.
pub(super) fn read(
    folder: &Path,
    samples: &[Sample],
) -> Result<BTreeMap<Cell, CellTrials>, String> {
    let mut cells: BTreeMap<Cell, Vec<&Sample>> = BTreeMap::new();
    for sample in samples.iter().filter(|sample| sample.is_ok()) {
        cells.entry(sample.cell()).or_default().push(sample);
    }
    let cells: Vec<(Cell, Vec<&Sample>)> = cells.into_iter().collect();
    let read = threads::share(&cells, |(_, samples)| CellTrials::read(folder, samples))?;
    Ok(cells.into_iter().map(|(cell, _)| cell).zip(read).collect())
}

impl CellTrials {
    fn read(folder: &Path, ok: &[&Sample]) -> Result<Self, String> {
        let mut histogram = Histogram::new(3).ok();
        for sample in ok {
            let one = counts(folder, sample)?;
            histogram = histogram.zip(one).and_then(|(all, one)| with(all, &one));
        }
        let all = || ok.iter().copied();
        Ok(Self {
            histogram,
            driver_text: middle::by_throughput(all())
                .map_or(Ok(None), |sample| driver_text(folder, sample))?,
            processes: middle::by_memory(all()).map_or(Ok(None), |sample| {
                json_below(folder, &Path::new(&*sample.folder).join(PROCESSES))
            })?,
        })
    }
}

/// The driver's histogram of a trial: microseconds and counts.
fn counts(folder: &Path, sample: &Sample) -> Result<Option<Vec<(u64, u64)>>, String> {
    let file = Path::new(&*sample.folder).join(sample.driver.result_file());
    let result: Option<DriverResult> = json_below(folder, &file)?;
    if let Some(result) = &result {
        agrees(sample, result)?;
    }
    Ok(result.map(DriverResult::into_histogram))
}

fn driver_text(folder: &Path, sample: &Sample) -> Result<Option<String>, String> {
    let file = Path::new(&*sample.folder).join(sample.driver.text_file());
    let text = read_below(folder, &file)?;
    Ok(text.map(|text| String::from_utf8_lossy(&text).into_owned()))
}

fn with(mut all: Histogram<u64>, one: &[(u64, u64)]) -> Option<Histogram<u64>> {
    for &(value, count) in one {
        all.record_n(value, count).ok()?;
    }
    Some(all)
}

/// Whether a row tells what the driver wrote down.
fn agrees(sample: &Sample, result: &DriverResult) -> Result<(), String> {
    match sample.requests {
        Some(requests) if requests != result.requests => Err(format!(
            "samples.csv says {requests} requests of {} and its {} says {}",
            &*sample.folder,
            sample.driver.result_file(),
            result.requests
        )),
        _ => Ok(()),
    }
}
