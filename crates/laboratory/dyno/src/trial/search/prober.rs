//! One probe: a window at a rate, written down, and again as long as it is disturbed.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::Context;
use campaign::{
    driver_output::Measurement, load_driver::LoadDriver, plan::command::ConstantRate,
    record::probe::ProbeOutcome,
};
use search::Probe;
use tempfile::TempDir;

use super::{
    super::{
        Setup,
        driver::dyno::{Dyno, HISTOGRAM},
        server::{Launch, Server},
        window::{self, Seen},
    },
    Searching,
};
use crate::{failure::Lost, verify::sampler::Sampler};

/// How long a search may spend on disturbed probes, which are repeated. Most bursts of foreign load are over by then.
/// Otherwise the trial is lost, and measured again once the machine is quiet.
const MOST_DISTURBED: Duration = Duration::from_secs(10);

/// A server that is probed.
pub(super) struct Prober<'a, 's> {
    setup: Setup<'a>,
    launch: Launch<'a>,
    server: &'a Server,
    searching: &'a mut Searching<'s>,
    /// The drivers' files, of which few are kept.
    scratch: TempDir,
    /// How long disturbed probes have taken.
    disturbed: Duration,
}

/// What became of a probe.
pub(super) struct Probed {
    pub(super) seen: Seen,
    /// What the search is told; `None` where the trial ends here.
    pub(super) told: Option<search::Seen>,
}

impl<'a, 's> Prober<'a, 's> {
    pub(super) fn new(
        setup: Setup<'a>,
        launch: Launch<'a>,
        server: &'a Server,
        searching: &'a mut Searching<'s>,
    ) -> anyhow::Result<Self> {
        let scratch = TempDir::new().context(no_folder())?;
        Ok(Self { setup, launch, server, searching, scratch, disturbed: Duration::ZERO })
    }

    /// Probes, and repeats what was disturbed.
    pub(super) fn probe(&mut self, probe: Probe) -> anyhow::Result<Probed> {
        loop {
            (self.searching.tell)(probe);
            let begun = Instant::now();
            let probed = self.once(probe)?;
            let counts = self.searching.even_if_busy || probed.told.is_none();
            match probed.seen.conditions.disturbance().filter(|_| !counts) {
                None => return Ok(probed),
                Some(_) if self.disturbed < MOST_DISTURBED => self.disturbed += begun.elapsed(),
                Some(disturbance) => return Err(Lost(disturbance).into()),
            }
        }
    }

    fn once(&mut self, probe: Probe) -> anyhow::Result<Probed> {
        let output = self.output(probe.number);
        fs::create_dir_all(&output).context(no_folder())?;
        let constant = Some(self.constant_rate(probe));
        let driver = Dyno { constant, load_driver: LoadDriver::Search };
        let setup = Setup { driver: &driver, duration: probe.duration, ..self.setup };
        let launch = Launch { output: &output, ..self.launch };
        let asked = &setup.contract.window;
        let sampler = probe.confirms.then(|| Sampler::start(launch.listen, asked, true));
        let mut seen = window::observe(setup, launch, self.server, sampler.transpose()?)?;
        seen.during = format!("the window at {:.0} requests/s", probe.rate);
        seen.asked += probe.lead_in;
        let Ok(window) = &seen.window else { return Ok(Probed { seen, told: None }) };
        let told = window.seen.clone();
        let mut told =
            told.context(Lost("the driver does not say how the objective was kept".to_owned()))?;
        if launch.contender.reference && window.wrong_answers.is_some() {
            // It answers the same to every request.
            told.fault = None;
        }
        self.keep(probe, &told, &seen, window)?;
        // Asked for more than it can take, a server may refuse: that misses the objective, but is not wrong.
        seen.broken =
            window.wrong_responses(true).or(seen.broken).filter(|_| !launch.contender.reference);
        if seen.died || seen.broken.is_some() {
            self.keep_output(probe.number)?;
            return Ok(Probed { seen, told: None });
        }
        Ok(Probed { seen, told: Some(told) })
    }

    fn constant_rate(&self, probe: Probe) -> ConstantRate {
        let Searching { objective, arrivals, seed, .. } = *self.searching;
        ConstantRate {
            rate: probe.rate,
            random: arrivals.random(seed.wrapping_add(probe.number.into())),
            lead_in: probe.lead_in,
            objective: Some(objective.clone()),
        }
    }

    /// Writes the probe down, with its histogram.
    fn keep(
        &mut self,
        probe: Probe,
        told: &search::Seen,
        seen: &Seen,
        window: &Measurement,
    ) -> anyhow::Result<()> {
        let kept = self.launch.output.join(format!("probe-{:02}.hlog", probe.number));
        fs::copy(self.output(probe.number).join(HISTOGRAM), &kept)
            .with_context(|| Lost(format!("cannot write {}", kept.display())))?;
        (self.searching.keep)(&ProbeOutcome {
            probe,
            passed: told.failure(self.searching.objective).is_none(),
            seen: told.clone(),
            window: window.clone(),
            server_cpu_s: Some(seen.tree.window_cpu_s),
            conditions: seen.conditions.clone(),
        })
    }

    /// Keeps what the driver said in a probe as that of the trial.
    pub(super) fn keep_output(&self, number: u32) -> anyhow::Result<()> {
        for file in [LoadDriver::Search.text_file(), LoadDriver::Search.result_file()] {
            let kept = self.launch.output.join(&file);
            fs::copy(self.output(number).join(&file), &kept)
                .with_context(|| Lost(format!("cannot write {}", kept.display())))?;
        }
        Ok(())
    }

    fn output(&self, number: u32) -> PathBuf {
        self.scratch.path().join(number.to_string())
    }
}

fn no_folder() -> Lost {
    Lost("cannot make a temporary folder".to_owned())
}
