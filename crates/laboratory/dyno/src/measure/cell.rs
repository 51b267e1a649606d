//! The trial of a cell: with which server, which driver and which programs.

use std::{path::Path, time::Duration};

use anyhow::Context;
use campaign::{
    analysis::{
        common_rate::{rate, sustained},
        known_rate::known,
    },
    load_driver::LoadDriver,
    matrix::{Contender, Scenario},
    plan::{Cell, command::ConstantRate},
    record::{
        campaign::read_samples,
        outcome::TrialOutcome,
        probe::ProbeOutcome,
        sample::{Sample, TrialId},
        writer::Writer,
    },
};
use jiff::Timestamp;

use super::Measure;
use crate::{
    conditions::cost::CpuTime,
    failure::{Failure, Lost},
    process::affinity::Processors,
    trial::{
        self, Setup,
        driver::{Driver, dyno::Dyno, wrk::Wrk},
        search::Searching,
        server::Launch,
    },
};

impl Measure<'_> {
    /// Runs a trial with a window of this length, and appends its sample.
    ///
    /// # Errors
    /// dyno was interrupted, a program is another one by now and may have been measured, or the sample cannot be written.
    pub(super) fn trial(
        &self,
        writer: &mut Writer,
        id: TrialId,
        duration: Duration,
    ) -> anyhow::Result<Sample> {
        let mut outcome = self.outcome(writer, id, duration)?;
        // Looked at afterwards, it was the same from the start of the campaign until now.
        let begun = CpuTime::now();
        self.check_programs(id.cell)?;
        if let Some(observing) = &mut outcome.conditions.observing_cpu_s {
            *observing += begun.elapsed().as_secs_f64();
        }
        if !self.even_if_busy {
            outcome.lose_if_disturbed();
        }
        writer.append(&self.plan.at(id.cell.point), id, &outcome)
    }

    fn outcome(
        &self,
        writer: &mut Writer,
        id: TrialId,
        duration: Duration,
    ) -> anyhow::Result<TrialOutcome> {
        let output = std::path::absolute(writer.trial_folder(&id.folder())?)?;
        if let Some(failure) = self.not_built.get(id.cell.contender.as_str()) {
            return Ok(TrialOutcome::failed(failure.to_string(), Timestamp::now()));
        }
        let driver = match self.driver(id, writer.folder()) {
            Ok(driver) => driver,
            Err(error) => return Ok(TrialOutcome::failed(format!("{error:#}"), Timestamp::now())),
        };
        let (contender, scenario) = self.of(id.cell)?;
        let contract = self.contracts.get(scenario.name.as_str());
        let contract = contract.context("the scenario is none of the plan's")?;
        let campaign = std::path::absolute(writer.folder())?;
        let load = &self.plan.at(id.cell.point).load;
        let exchanges = scenario.exchanges.as_ref().map(|file| self.matrix.folder.join(file));
        let setup = Setup {
            driver: driver.as_ref(),
            scenario,
            contract,
            script: &scenario.script_in(&self.matrix.folder, &campaign),
            exchanges: exchanges.as_deref(),
            files: &self.plan.files_of_exchanges(&self.matrix.made),
            load,
            processors: Processors::of_driver(self.plan.pin),
            duration,
        };
        let launch = Launch {
            contender,
            time: &self.tools.time.path,
            listen: self.plan.listen,
            home: contender.home(&self.matrix.folder),
            deadlines: &self.matrix.deadlines,
            ready: self.matrix.ready.as_deref(),
            made: &self.matrix.made,
            workers: load.workers,
            processors: Processors::of_server(self.plan.pin),
            output: &output,
        };
        if id.cell.driver != LoadDriver::Search {
            return Ok(trial::run(setup, launch, None)?);
        }
        self.search(writer, id, setup, launch)
    }

    /// A trial that searches for the capacity.
    fn search(
        &self,
        writer: &mut Writer,
        id: TrialId,
        setup: Setup,
        launch: Launch,
    ) -> anyhow::Result<TrialOutcome> {
        let objective = setup.scenario.objective.as_ref();
        let before = writer.probes(&id.folder())?;
        let samples = read_samples(writer.folder())?;
        // A full disk ends the campaign, not the trial.
        let mut not_kept = None;
        let outcome = trial::run(
            setup,
            launch,
            Some(&mut Searching {
                objective: objective.context("the scenario has no objective")?,
                arrivals: setup.scenario.arrivals(),
                precision: self.plan.precision,
                known: known(&samples, id.cell),
                seed: self.seed(id),
                before,
                even_if_busy: self.even_if_busy,
                keep: &mut |probe: &ProbeOutcome| {
                    writer.append_probe(id, probe).map_err(|error| {
                        let lost = Lost(format!("a probe cannot be kept: {error:#}"));
                        not_kept = Some(error);
                        lost.into()
                    })
                },
                tell: &|probe| self.progress.probing(id, probe),
            }),
        )?;
        match not_kept {
            Some(error) => Err(error),
            None => Ok(outcome),
        }
    }

    /// Fails if a program of the cell is another one by now: its figures do not belong in this campaign.
    fn check_programs(&self, cell: &Cell) -> Result<(), Failure> {
        let used = [cell.contender.as_str(), cell.driver.tool(), "GNU time"];
        let replaced =
            used.into_iter().find_map(|name| Some((name, self.programs.replaced(name)?)));
        replaced.map_or(Ok(()), |(name, file)| {
            Err(Failure::Replaced { name: name.to_owned(), file: file.to_owned() })
        })
    }

    /// The driver of a cell. A constant rate follows from the samples that are there; a search begins with a closed loop.
    fn driver(&self, id: TrialId, folder: &Path) -> anyhow::Result<Box<dyn Driver>> {
        let load_driver = id.cell.driver;
        Ok(match load_driver {
            LoadDriver::Wrk => {
                let wrk = self.tools.wrk.as_ref().context("the campaign needs wrk")?;
                Box::new(Wrk { path: wrk.path.clone() })
            }
            LoadDriver::Dyno | LoadDriver::Search => Box::new(Dyno { load_driver, constant: None }),
            LoadDriver::DynoAt(_) => {
                let (_, scenario) = self.of(id.cell)?;
                let constant = ConstantRate {
                    rate: self.rate(id.cell, folder)?,
                    random: scenario.arrivals().random(self.seed(id)),
                    lead_in: Duration::ZERO,
                    objective: None,
                };
                Box::new(Dyno { load_driver, constant: Some(constant) })
            }
        })
    }

    /// The constant rate of a cell, from the rounds that were measured before: elsewhere, or in this folder.
    fn rate(&self, cell: &Cell, folder: &Path) -> anyhow::Result<f64> {
        let per_s = if let Some(known) = &self.plan.sustained_per_s {
            known.get(cell.scenario.as_str()).copied()
        } else {
            sustained(self.plan, &read_samples(folder)?).remove(cell.scenario.as_str())
        };
        per_s
            .and_then(|per_s| rate(per_s, cell.driver))
            .context("no contender has a valid figure to derive the rate from")
    }

    /// Where the random arrivals of a trial come from: other ones in each of the campaign, and in each probe.
    fn seed(&self, id: TrialId) -> u64 {
        let trial = (u64::from(id.round) << 16) + ((id.order as u64) << 4) + id.attempt as u64;
        self.plan.seed.wrapping_add(trial << 8)
    }

    fn of(&self, cell: &Cell) -> anyhow::Result<(&Contender, &Scenario)> {
        let contender =
            self.plan.contenders.iter().find(|contender| contender.name == cell.contender);
        let scenario = self.plan.scenarios.iter().find(|scenario| scenario.name == cell.scenario);
        contender.zip(scenario).ok_or_else(|| anyhow::anyhow!("the plan has no cell {cell:?}"))
    }
}
