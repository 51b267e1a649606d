//! What a person sees while a campaign runs: one line per trial, and on a terminal a bar with the
//! time left.

use std::{fmt::Write, time::Duration};

use campaign::{
    human::{kib, micros, number},
    load_driver::LoadDriver,
    plan::{Cell, Plan},
    record::sample::{Sample, Status, TrialId},
};
use indicatif::{HumanDuration, ProgressBar, ProgressState, ProgressStyle};
use search::Probe;

use crate::output::{self, say};

/// The progress of a campaign.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Nothing is drawn if standard error is not a terminal.
    pub(crate) fn new(plan: &Plan) -> anyhow::Result<Self> {
        let (whole, trial) = (plan.estimate(), plan.trial_estimate());
        let left = move |state: &ProgressState, out: &mut dyn Write| {
            // At least the trials that are still to come, should those before have taken longer than planned.
            let to_come = state.len().unwrap_or(0).saturating_sub(state.pos() + 1);
            let least = trial * u32::try_from(to_come).unwrap_or(u32::MAX);
            let left = whole.saturating_sub(state.elapsed()).max(least);
            let _drawn = write!(out, "{:#}", HumanDuration(Duration::from_secs(left.as_secs())));
        };
        let style = ProgressStyle::with_template("{bar:20} {pos}/{len}  {left} left  {wide_msg}")?;
        let bar = if plan.time_limit().is_some() {
            ProgressBar::no_length()
        } else {
            ProgressBar::new(plan.trials().into())
        };
        bar.set_style(style.with_key("left", left));
        bar.enable_steady_tick(Duration::from_millis(500));
        Ok(Self { bar })
    }

    /// A contender is being built.
    pub(crate) fn building(&self, contender: &str) {
        self.bar.set_message(format!("building {contender}"));
    }

    /// A trial begins.
    pub(crate) fn begin(&self, round: u32, cell: &Cell) {
        let Cell { contender, scenario, driver, point } = cell;
        let point = point.map_or(String::new(), |point| format!(", {point}"));
        self.bar.set_message(format!("round {round}, {contender}, {scenario}, {driver}{point}"));
    }

    /// A probe of a search begins.
    pub(crate) fn probing(&self, id: TrialId, probe: Probe) {
        let Cell { contender, scenario, driver, .. } = id.cell;
        let (round, place, rate) = (id.round, probe.number, number(probe.rate));
        let what = if probe.confirms { "confirming" } else { "at" };
        self.bar.set_message(format!(
            "round {round}, {contender}, {scenario}, {driver}: probe {place}, {what} {rate}/s"
        ));
    }

    /// A trial has left its sample.
    pub(crate) fn finished(&self, sample: &Sample) {
        self.line(&line(sample));
    }

    /// A cell has all its samples of a round.
    pub(crate) fn advance(&self) {
        self.bar.inc(1);
    }

    /// What a person should know before the first trial.
    pub(crate) fn warn(&self, warnings: &[String]) {
        self.bar.suspend(|| {
            for warning in warnings {
                output::warning(warning);
            }
        });
    }

    /// A line that stays.
    pub(crate) fn line(&self, text: &str) {
        self.bar.suspend(|| say!("{text}"));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn line(sample: &Sample) -> String {
    let Sample { round, contender, scenario, driver, point, .. } = sample;
    let point = point.map_or(String::new(), |point| format!(" {point:16}"));
    let place = format!("round {round:2}  {contender:10} {scenario:10} {driver:7}{point}");
    let bound = if sample.capacity_at_least == Some(true) { "≥ " } else { "" };
    // At the capacity, throughput and p99 follow from it.
    let of_window = |figure: Option<f64>| figure.filter(|_| sample.driver != LoadDriver::Search);
    let figures = [
        of_window(sample.requests_per_s).map(|rate| format!("{:>7}/s", number(rate))),
        sample.capacity_per_s.map(|rate| format!("capacity {bound}{:>7}/s", number(rate))),
        of_window(sample.p99_us).map(|us| format!("p99 {:>7}", micros(us))),
        sample.peak_rss_tree_kb.map(|memory| format!("{:>8}", kib(memory as f64))),
    ];
    match sample.status {
        Status::Ok => {
            format!("{place}  {}", figures.into_iter().flatten().collect::<Vec<_>>().join("  "))
        }
        status => format!("{place}  {}: {}", status.word(), sample.reason),
    }
}
