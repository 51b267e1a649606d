//! One campaign of several that were measured apart: rounds of one plan.
//!
//! Nothing is renumbered and nothing is left out. What comes of it does not depend on the order in
//! which the folders are named. They may be strangers': all that counts is read and compared before
//! anything is written, and the raw output is copied file by file, regular files of bounded size only.

mod belonging;
mod copy;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use super::{
    ENVIRONMENT, PARTS, PLAN, PROBES, SAMPLES,
    campaign::{Campaign, closed_rounds},
    files::{write_json, write_whole},
    part::Part,
    sample::TrialId,
    writer::claim,
};
use crate::{
    Error,
    load_driver::LoadDriver,
    matrix::LOAD,
    plan::{Cell, Plan},
    table, threads,
};
use copy::copy;

pub use belonging::{plans_differ, programs_differ};

/// What was merged.
#[derive(Debug, Clone, Copy)]
pub struct Merged {
    /// Rounds.
    pub rounds: usize,
    /// Samples.
    pub samples: usize,
}

/// Reads campaigns of one plan, and sorts them by their rounds.
///
/// # Errors
/// A folder is no campaign or has no sample, or two of them do not belong together.
pub fn read(folders: &[PathBuf]) -> Result<Vec<Campaign>, Error> {
    let mut campaigns = threads::share(folders, |folder| read_one(folder))?;
    campaigns.sort_by_key(first_round);
    belong_together(&campaigns)?;
    Ok(campaigns)
}

/// Merges campaigns, which [`read`] read together, into a new folder.
///
/// # Errors
/// The new folder is not empty, or a file cannot be copied. Only in the last case anything was written.
pub fn merge(campaigns: Vec<Campaign>, out: &Path) -> anyhow::Result<Merged> {
    claim(out)?;
    threads::share(&campaigns, |campaign| {
        copy(&campaign.folder, out, trials(campaign).into_iter())
    })?;
    // It was written for the exchanges, which are the same everywhere.
    if let Some(first) = campaigns.first() {
        copy(&first.folder, out, [LOAD].into_iter())?;
    }
    write(campaigns, out)
}

/// The folders of a campaign's trials: those of its samples, and of a search that was interrupted.
fn trials(campaign: &Campaign) -> BTreeSet<&str> {
    let samples = campaign.samples.iter().map(|sample| &*sample.folder);
    samples.chain(campaign.probes.iter().map(|probe| &*probe.folder)).collect()
}

/// The rounds of a campaign, those included of which a search was interrupted before any sample.
fn rounds(campaign: &Campaign) -> BTreeSet<u32> {
    let measured = campaign.parts().into_iter().flat_map(|part| part.rounds);
    measured.chain(campaign.probes.iter().map(|probe| probe.round)).collect()
}

/// Reads what counts of a folder.
fn read_one(folder: &Path) -> Result<Campaign, Error> {
    let campaign = Campaign::read_record(folder)?;
    let failure = |message: String| Error::Folder { folder: folder.to_owned(), message };
    if campaign.samples.is_empty() {
        return Err(failure("has no sample: measure it, or leave it out".to_owned()));
    }
    // Of another name it could be that of another round.
    let own = |round, order, attempt, cell: &Cell| TrialId { round, order, attempt, cell }.folder();
    let samples = campaign
        .samples
        .iter()
        .map(|it| (&it.folder, own(it.round, it.order, it.attempt, &it.cell())));
    let probes = campaign.probes.iter().map(|it| {
        let (contender, scenario) = (it.contender.clone(), it.scenario.clone());
        let cell = Cell { contender, scenario, driver: LoadDriver::Search, point: it.point };
        (&it.folder, own(it.round, it.order, it.attempt, &cell))
    });
    let foreign = samples.chain(probes).find(|(named, own)| *named != own);
    let mut seen = BTreeSet::new();
    let twice = campaign.samples.iter().find(|it| !seen.insert(&it.folder));
    match foreign.map(|(named, _)| named).or(twice.map(|it| &it.folder)) {
        Some(name) => Err(failure(format!(
            "is damaged: the row of {} is not the only one, or not of that trial; restore its rows",
            &**name
        ))),
        None => Ok(campaign),
    }
}

fn first_round(campaign: &Campaign) -> u32 {
    campaign.samples.iter().map(|sample| sample.round).min().unwrap_or(0)
}

/// Compares every campaign with that of the first round, and looks for rounds that two of them have.
fn belong_together(campaigns: &[Campaign]) -> Result<(), Error> {
    let Some(first) = campaigns.first() else { return Ok(()) };
    let mut owners: BTreeMap<u32, &Path> = BTreeMap::new();
    for campaign in campaigns {
        let why = plans_differ(&first.plan, &campaign.plan)
            .or_else(|| programs_differ(&first.environment, &campaign.environment));
        if let Some(why) = why {
            let (one, other) = (first.folder.clone(), campaign.folder.clone());
            return Err(Error::Apart { one, other, why });
        }
        for round in rounds(campaign) {
            if let Some(other) = owners.insert(round, &campaign.folder) {
                let why = format!("both hold round {round}; leave one of them out");
                let (one, other) = (other.to_owned(), campaign.folder.clone());
                return Err(Error::Apart { one, other, why });
            }
        }
    }
    Ok(())
}

/// Writes the record, with the samples last: without them a folder is no campaign.
fn write(campaigns: Vec<Campaign>, out: &Path) -> anyhow::Result<Merged> {
    let mut parts: Vec<Part> = campaigns.iter().flat_map(Campaign::parts).collect();
    parts.sort_by(|one, other| one.rounds.cmp(&other.rounds));
    let mut rest = campaigns.into_iter();
    let Some(first) = rest.next() else { return Ok(Merged { rounds: 0, samples: 0 }) };
    let (mut samples, mut probes) = (first.samples, first.probes);
    for campaign in rest {
        samples.extend(campaign.samples);
        probes.extend(campaign.probes);
    }
    // Within a round they stay in the order of measurement.
    samples.sort_by_key(|sample| sample.round);
    probes.sort_by_key(|probe| probe.round);
    let rounds = closed_rounds(&samples);
    let mut plan = Plan { one_round: None, sustained_per_s: None, ..first.plan };
    plan.load.rounds = u32::try_from(rounds)?;
    write_json(&out.join(PLAN), &plan)?;
    write_json(&out.join(ENVIRONMENT), &first.environment)?;
    write_json(&out.join(PARTS), &parts)?;
    if !probes.is_empty() {
        write_whole(&out.join(PROBES), &table::written(&probes, true)?)?;
    }
    write_whole(&out.join(SAMPLES), &table::written(&samples, true)?)?;
    Ok(Merged { rounds, samples: samples.len() })
}

#[cfg(test)]
mod tests;
