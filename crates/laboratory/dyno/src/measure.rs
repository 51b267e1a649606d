//! Measures a plan: round after round, trial after trial, into a campaign's folder.

use std::{
    collections::{BTreeMap, VecDeque},
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Context;
use campaign::{
    Error,
    analysis::{
        capacity::capacity,
        decision::{Settlement, decide},
    },
    load_driver::LoadDriver,
    matrix::{Contender, Matrix, Scenario},
    plan::{Cell, Plan},
    record::{
        campaign::{Campaign, read_samples},
        environment::Environment,
        outcome::TrialOutcome,
        sample::{Sample, Status, TrialId},
        writer::Writer,
    },
};
use driver::open_files;
use jiff::Timestamp;

use crate::{
    build,
    conditions::quiet,
    environment,
    failure::Failure,
    port,
    process::{affinity::Processors, interrupt, sweep},
    programs::Programs,
    progress::Progress,
    tools::Tools,
    trial::{
        self, Setup,
        driver::{Driver, dyno::Dyno, wrk::Wrk},
        server::Launch,
    },
};

/// How often a cell is measured in its round as long as its trials are lost.
const ATTEMPTS: usize = 3;
/// How long dyno waits for a quiet machine before the first trial.
const QUIET_BEFORE: Duration = Duration::from_mins(1);
/// How long it waits after a disturbed trial.
const QUIET_AGAIN: Duration = Duration::from_mins(10);

/// A campaign that is being measured.
pub(crate) struct Measure<'a> {
    matrix: &'a Matrix,
    plan: &'a Plan,
    tools: Tools,
    /// Why a contender could not be built.
    not_built: BTreeMap<String, Failure>,
    /// The file with the payload.
    payload: &'a Path,
    progress: Progress,
    /// What contenders and tools were when the campaign began.
    programs: Programs,
    /// Disturbed trials count, and nothing is waited for.
    even_if_busy: bool,
}

/// A trial that is still to be run, with the length of its window.
struct Pending<'c> {
    id: TrialId<'c>,
    duration: Duration,
}

/// How many cells were measured, round by round, and how many of them failed or are invalid.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct TrialCounts {
    pub(crate) trials: usize,
    pub(crate) not_ok: usize,
}

/// The last sample of each cell in each round, from before an interruption.
type Done<'s> = BTreeMap<(u32, Cell), &'s Sample>;

fn last_samples(samples: &[Sample]) -> Done<'_> {
    let cell = |sample: &Sample| {
        let (contender, scenario) = (sample.contender.clone(), sample.scenario.clone());
        (sample.round, Cell { contender, scenario, driver: sample.driver })
    };
    samples.iter().map(|sample| (cell(sample), sample)).collect()
}

impl<'a> Measure<'a> {
    /// Finds the tools and builds the contenders. One that cannot be built is measured as failed.
    pub(crate) fn prepare(
        matrix: &'a Matrix,
        plan: &'a Plan,
        payload: &'a Path,
        even_if_busy: bool,
    ) -> anyhow::Result<Self> {
        if plan.pin && Processors::All.count() < 2 {
            let message = "--pin needs two CPUs, one for the server and one for the driver";
            return Err(Error::Load(message.to_owned()).into());
        }
        sweep::adopt_orphans()?;
        let tools = Tools::find(&plan.drivers)?;
        // The server inherits the limit, and has as many connections open as the driver.
        open_files::allow(2 * u64::from(plan.load.connections) + 32)
            .map_err(|shortfall| Error::Load(shortfall.to_string()))?;
        port::await_free(plan.listen)?;
        let progress = Progress::new(plan)?;
        let mut not_built = BTreeMap::new();
        for contender in &plan.contenders {
            progress.building(&contender.name);
            if let Err(failure) = build::build(contender, &matrix.folder, matrix.deadlines.build) {
                interrupt::check()?;
                progress.line(&failure.to_string());
                not_built.insert(contender.name.to_string(), failure);
            }
        }
        let programs =
            Programs::read(environment::programs(&tools, &plan.contenders, &matrix.folder));
        Ok(Self { matrix, plan, tools, not_built, payload, progress, programs, even_if_busy })
    }

    /// Measures everything into a new folder.
    pub(crate) fn run(&self, folder: &Path) -> anyhow::Result<TrialCounts> {
        self.await_quiet(QUIET_BEFORE)?;
        let writer = Writer::create(folder, self.plan, &self.environment())?;
        self.rounds(writer, folder, &BTreeMap::new())
    }

    /// Measures what a campaign still lacks.
    pub(crate) fn resume(&self, campaign: &Campaign) -> anyhow::Result<TrialCounts> {
        if let Some(changed) = campaign.environment.changed(&self.environment()) {
            return Err(Failure::CannotResume { folder: campaign.folder.clone(), changed }.into());
        }
        self.await_quiet(QUIET_BEFORE)?;
        let writer = Writer::resume(&campaign.folder)?;
        self.rounds(writer, &campaign.folder, &last_samples(&campaign.samples))
    }

    fn environment(&self) -> Environment {
        environment::capture(&self.tools, &self.plan.contenders, &self.programs, self.matrix)
    }

    fn rounds(
        &self,
        mut writer: Writer,
        folder: &Path,
        done: &Done,
    ) -> anyhow::Result<TrialCounts> {
        let started = Instant::now();
        let mut counts = TrialCounts::default();
        let mut round = 0;
        while self.goes_on(folder, round, started.elapsed())? {
            round += 1;
            self.round(&mut writer, round, &self.plan.round(round), done, &mut counts)?;
        }
        if self.plan.latency {
            // The rates come from what the closed loop showed.
            for round in round + 1..=round + self.plan.load.rounds {
                let cells = self.plan.latency_round(round);
                self.round(&mut writer, round, &cells, done, &mut counts)?;
            }
        }
        Ok(counts)
    }

    fn round(
        &self,
        writer: &mut Writer,
        round: u32,
        cells: &[Cell],
        done: &Done,
        counts: &mut TrialCounts,
    ) -> anyhow::Result<()> {
        let mut finished = |status: Status| {
            self.progress.advance();
            counts.trials += 1;
            counts.not_ok += usize::from(status != Status::Ok);
        };
        let mut queue = VecDeque::new();
        for (order, cell) in (1..).zip(cells) {
            let id = TrialId { round, order, attempt: 1, cell };
            match done.get(&(round, cell.clone())) {
                None => queue.push_back(Pending { id, duration: self.plan.load.duration }),
                Some(last) => match self.again(id, last) {
                    Some(again) => queue.push_back(again),
                    None => finished(last.status),
                },
            }
        }
        while let Some(pending) = queue.pop_front() {
            self.progress.begin(round, pending.id.cell);
            let sample = self.trial(writer, &pending)?;
            self.progress.finished(&sample);
            let exhausted = sample.status == Status::Lost && sample.attempt >= ATTEMPTS;
            match self.again(pending.id, &sample).filter(|_| !exhausted) {
                // Whatever was wrong with the machine has the longest time to pass.
                Some(again) => queue.push_back(again),
                None => finished(sample.status),
            }
            if sample.disturbed && !queue.is_empty() {
                self.await_quiet(QUIET_AGAIN)?;
            }
        }
        Ok(())
    }

    /// Waits until other processes leave the machine alone, at most for so long.
    fn await_quiet(&self, at_most: Duration) -> anyhow::Result<()> {
        if self.even_if_busy {
            return Ok(());
        }
        quiet::wait(at_most, |line| self.progress.line(line))
    }

    /// The trial that a cell needs after this sample: its window was too short, or it was lost.
    fn again<'c>(&self, id: TrialId<'c>, last: &Sample) -> Option<Pending<'c>> {
        let duration = match last.next_window_s {
            Some(longer) => Duration::from_secs(longer),
            None if last.status == Status::Lost => self.plan.load.duration,
            None => return None,
        };
        Some(Pending { id: TrialId { attempt: last.attempt + 1, ..id }, duration })
    }

    /// Whether another round follows after this many.
    fn goes_on(&self, folder: &Path, rounds: u32, elapsed: Duration) -> anyhow::Result<bool> {
        let Some(longest) = self.plan.until_decided else {
            return Ok(rounds < self.plan.load.rounds);
        };
        let next = self.plan.trial_estimate() * self.plan.trials_per_round();
        if rounds == 0 {
            return Ok(true);
        }
        if elapsed + next > longest {
            self.progress.line("the time limit is reached");
            return Ok(false);
        }
        match decide(self.plan, &read_samples(folder)?).settlement {
            Settlement::Open => return Ok(true),
            Settlement::Settled => self.progress.line("the decision is settled"),
            Settlement::NothingToDecide => {
                self.progress.line("nothing to decide: fewer than two contenders are left");
            }
        }
        Ok(false)
    }

    /// Runs a trial and appends its sample.
    fn trial(&self, writer: &mut Writer, pending: &Pending) -> anyhow::Result<Sample> {
        let mut outcome = self.outcome(writer, pending)?;
        if !self.even_if_busy {
            outcome.lose_if_disturbed();
        }
        writer.append(self.plan, pending.id, &outcome)
    }

    fn outcome(&self, writer: &Writer, pending: &Pending) -> anyhow::Result<TrialOutcome> {
        let Pending { id, duration } = *pending;
        let output = std::path::absolute(writer.trial_folder(&id.folder())?)?;
        if let Some(failure) = self.not_built.get(id.cell.contender.as_str()) {
            return Ok(TrialOutcome::failed(failure.to_string(), Timestamp::now()));
        }
        let used = [id.cell.contender.as_str(), id.cell.driver.tool(), "GNU time"];
        if let Some(name) = used.into_iter().find(|name| self.programs.is_replaced(name)) {
            let reason = format!("the program of {name} was replaced during the campaign");
            return Ok(TrialOutcome::lost(reason, Timestamp::now()));
        }
        let driver = match self.driver(id.cell, writer.folder()) {
            Ok(driver) => driver,
            Err(error) => return Ok(TrialOutcome::failed(format!("{error:#}"), Timestamp::now())),
        };
        let (contender, scenario) = self.of(id.cell)?;
        let setup = Setup {
            driver: driver.as_ref(),
            scenario,
            script: &self.matrix.folder.join(&scenario.script),
            load: &self.plan.load,
            processors: Processors::of_driver(self.plan.pin),
            duration,
        };
        let launch = Launch {
            contender,
            time: &self.tools.time.path,
            listen: self.plan.listen,
            home: contender.home(&self.matrix.folder),
            deadlines: &self.matrix.deadlines,
            payload: self.payload,
            processors: Processors::of_server(self.plan.pin),
            output: &output,
        };
        Ok(trial::run(setup, launch)?)
    }

    /// The driver of a cell. A constant rate follows from the samples that are there.
    fn driver(&self, cell: &Cell, folder: &Path) -> anyhow::Result<Box<dyn Driver>> {
        Ok(match cell.driver {
            LoadDriver::Wrk => {
                let wrk = self.tools.wrk.as_ref().context("the campaign needs wrk")?;
                Box::new(Wrk { path: wrk.path.clone() })
            }
            LoadDriver::Dyno => Box::new(Dyno { rate: None }),
            LoadDriver::DynoAt(percent) => {
                let samples = read_samples(folder)?;
                let capacity = capacity(self.plan, &samples, &cell.scenario)
                    .context("no contender has a valid figure to derive the rate from")?;
                Box::new(Dyno { rate: Some((percent, capacity * f64::from(percent) / 100.0)) })
            }
        })
    }

    fn of(&self, cell: &Cell) -> anyhow::Result<(&Contender, &Scenario)> {
        let contender =
            self.plan.contenders.iter().find(|contender| contender.name == cell.contender);
        let scenario = self.plan.scenarios.iter().find(|scenario| scenario.name == cell.scenario);
        contender.zip(scenario).ok_or_else(|| anyhow::anyhow!("the plan has no cell {cell:?}"))
    }
}
