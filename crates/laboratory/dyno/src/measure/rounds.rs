//! Round after round, and again what a round lacks.

use std::{
    collections::{BTreeMap, VecDeque},
    path::Path,
    time::{Duration, Instant},
};

use campaign::{
    analysis::decision::{Settlement, decide},
    plan::Cell,
    record::{
        campaign::{Campaign, read_samples},
        environment::Environment,
        sample::{Sample, Status, TrialId},
        writer::Writer,
    },
};

use super::{Measure, TrialCounts};
use crate::{
    ceiling, conditions::quiet, environment, failure::Failure, process::interrupt, warnings,
};

/// How often a cell is measured in its round as long as its trials are lost.
const ATTEMPTS: usize = 3;
/// How long dyno waits for a quiet machine before the first trial.
const QUIET_BEFORE: Duration = Duration::from_mins(1);
/// How long it waits after a disturbed trial.
const QUIET_AGAIN: Duration = Duration::from_mins(10);

impl Measure<'_> {
    /// Measures everything into a new folder. Afterwards the progress is gone from the terminal.
    pub(crate) fn run(self, folder: &Path) -> anyhow::Result<TrialCounts> {
        self.await_quiet(QUIET_BEFORE)?;
        let driver_ceiling_per_s = self.driver_ceiling()?;
        let environment = Environment { driver_ceiling_per_s, ..self.environment() };
        let writer = Writer::create(folder, self.plan, &environment)?;
        self.progress.warn(&warnings::of_builds(&environment));
        self.write_scripts(&writer)?;
        Rounds::new(&self, writer, &[]).measure()
    }

    /// Measures what a campaign still lacks.
    pub(crate) fn resume(self, campaign: &Campaign) -> anyhow::Result<TrialCounts> {
        let environment = self.environment();
        if let Some(changed) = campaign.environment.changed(&environment) {
            return Err(Failure::CannotResume { folder: campaign.folder.clone(), changed }.into());
        }
        self.progress.warn(&warnings::of_builds(&environment));
        self.await_quiet(QUIET_BEFORE)?;
        let writer = Writer::resume(&campaign.folder)?;
        self.write_scripts(&writer)?;
        Rounds::new(&self, writer, &campaign.samples).measure()
    }

    /// What the driver does at best here. A campaign goes without it rather than fail.
    fn driver_ceiling(&self) -> anyhow::Result<Option<f64>> {
        ceiling::per_s(self.plan).or_else(|error| {
            interrupt::check()?;
            self.progress.line(&format!("the driver's ceiling is unknown: {error:#}"));
            Ok(None)
        })
    }

    /// Where and with what it is measured.
    pub(crate) fn environment(&self) -> Environment {
        environment::capture(&self.tools, &self.plan.contenders, &self.programs, self.matrix)
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
}

/// A trial that is still to be run, with the length of its window.
struct Pending<'c> {
    id: TrialId<'c>,
    duration: Duration,
}

/// The rounds of a campaign, as far as they are measured.
struct Rounds<'m> {
    measure: &'m Measure<'m>,
    writer: Writer,
    /// The last sample of each cell in each round, from before an interruption.
    done: BTreeMap<(u32, Cell), &'m Sample>,
    counts: TrialCounts,
    /// The last trial was disturbed.
    disturbed: bool,
}

impl<'m> Rounds<'m> {
    /// Those of a campaign that has these samples.
    fn new(measure: &'m Measure, writer: Writer, samples: &'m [Sample]) -> Self {
        let done = samples.iter().map(|sample| ((sample.round, sample.cell()), sample)).collect();
        Self { measure, writer, done, counts: TrialCounts::default(), disturbed: false }
    }

    fn measure(mut self) -> anyhow::Result<TrialCounts> {
        let started = Instant::now();
        let plan = self.measure.plan;
        if let Some(round) = plan.one_round {
            self.round(round, &plan.round(round))?;
            return Ok(self.counts);
        }
        let mut round = 0;
        while self.goes_on(round, started.elapsed())? {
            round += 1;
            self.round(round, &plan.round(round))?;
        }
        if plan.latency {
            // The rates come from what the closed loop showed.
            for round in round + 1..=round + plan.load.rounds {
                self.round(round, &plan.latency_round(round))?;
            }
        }
        Ok(self.counts)
    }

    fn round(&mut self, round: u32, cells: &[Cell]) -> anyhow::Result<()> {
        let mut queue = VecDeque::new();
        for (order, cell) in (1..).zip(cells) {
            let id = TrialId { round, order, attempt: 1, cell };
            match self.done.get(&(round, cell.clone())).copied() {
                None => {
                    queue.push_back(Pending { id, duration: self.measure.plan.load.duration });
                }
                Some(last) => match self.measure.again(id, last) {
                    Some(again) => queue.push_back(again),
                    None => self.finished(last.status),
                },
            }
        }
        while let Some(pending) = queue.pop_front() {
            let sample = self.trial(&pending)?;
            let exhausted = sample.status == Status::Lost && sample.attempt >= ATTEMPTS;
            match self.measure.again(pending.id, &sample).filter(|_| !exhausted) {
                // Whatever was wrong with the machine has the longest time to pass.
                Some(again) => queue.push_back(again),
                None => self.finished(sample.status),
            }
        }
        Ok(())
    }

    /// Runs a trial, once the machine is quiet after a disturbed one.
    fn trial(&mut self, pending: &Pending) -> anyhow::Result<Sample> {
        let Measure { progress, .. } = self.measure;
        if self.disturbed {
            self.measure.await_quiet(QUIET_AGAIN)?;
        }
        progress.begin(pending.id.round, pending.id.cell);
        let sample = self.measure.trial(&mut self.writer, pending.id, pending.duration)?;
        progress.finished(&sample);
        self.disturbed = sample.disturbed;
        Ok(sample)
    }

    /// A cell needs no further trial in its round.
    fn finished(&mut self, status: Status) {
        self.measure.progress.advance();
        self.counts.trials += 1;
        self.counts.not_ok += usize::from(status != Status::Ok);
    }

    /// Whether another round follows after this many.
    fn goes_on(&self, rounds: u32, elapsed: Duration) -> anyhow::Result<bool> {
        let Measure { plan, progress, .. } = self.measure;
        let Some(longest) = plan.time_limit() else {
            return Ok(rounds < plan.load.rounds);
        };
        let next = plan.round_estimate();
        if rounds == 0 {
            return Ok(true);
        }
        if elapsed + next > longest {
            progress.line("the time limit is reached");
            return Ok(false);
        }
        match decide(plan, &read_samples(self.writer.folder())?).settlement {
            Settlement::Open => return Ok(true),
            Settlement::Settled => progress.line("the decision is settled"),
            Settlement::NothingToDecide => {
                progress.line("nothing to decide: fewer than two contenders are left");
            }
        }
        Ok(false)
    }
}
