//! A search for a capacity: one window after the other on one server, at the rates that the search asks for.

mod idle;
mod prober;

use std::time::Duration;

use anyhow::Context;
use campaign::{
    driver_output::Measurement,
    matrix::Arrivals,
    record::{
        outcome::Found,
        probe::{ProbeOutcome, ProbeRow},
    },
};
use search::{Answer, Objective, Probe, Search, Settings, Step};

use super::{
    Setup,
    server::{Launch, Server},
    window::Seen,
};
use prober::{Probed, Prober};

/// What a search needs beside what every trial of its cell has.
pub(crate) struct Searching<'a> {
    pub(crate) objective: &'a Objective,
    pub(crate) arrivals: Arrivals,
    /// How close to the truth the answer is to be, as a share of it.
    pub(crate) precision: f64,
    /// What the campaign knows of the capacity, in requests a second.
    pub(crate) known: Option<f64>,
    /// Where random arrivals come from.
    pub(crate) seed: u64,
    /// The probes of this trial from before an interruption.
    pub(crate) before: Vec<ProbeRow>,
    /// Disturbed probes count.
    pub(crate) even_if_busy: bool,
    /// Writes a probe down.
    pub(crate) keep: &'a mut dyn FnMut(&ProbeOutcome) -> anyhow::Result<()>,
    /// Says that a probe begins.
    pub(crate) tell: &'a dyn Fn(Probe),
}

/// Searches. What was seen is that of the window that confirmed the answer, or else of the last one.
pub(super) fn observe(
    setup: Setup,
    launch: Launch,
    server: &Server,
    warm_up: Option<&Measurement>,
    searching: &mut Searching,
) -> anyhow::Result<Seen> {
    let idle_cpu_share = idle::cpu_share(server, launch.processors.count())?;
    let mut search = begun(searching, warm_up)?;
    let mut prober = Prober::new(setup, launch, server, searching)?;
    let mut windows = Vec::new();
    let answer = loop {
        match search.step() {
            Step::Done(answer) => break answer,
            Step::Probe(probe) => {
                let Probed { seen, told } = prober.probe(probe)?;
                let Some(told) = told else { return Ok(seen) };
                search.saw(probe, told);
                windows.push((probe.number, seen));
            }
        }
    };
    let (capacity_per_s, at_least, confirmed_by) = match answer {
        Answer::Capacity { per_s, at_least, confirmed_by, .. } => {
            (Some(per_s), at_least, Some(confirmed_by))
        }
        Answer::BelowLowest { .. } => (None, false, None),
    };
    // The last one shows why there is no answer.
    let confirming = windows.iter().position(|&(number, _)| Some(number) == confirmed_by);
    let shown = confirming.or(windows.len().checked_sub(1));
    let (number, mut seen) =
        windows.swap_remove(shown.context("the search ended without a window")?);
    prober.keep_output(number)?;
    if let (None, Ok(window)) = (capacity_per_s, &seen.window) {
        // A window that misses the objective by far ends early.
        seen.asked = Duration::from_secs_f64(window.duration_s);
    }
    Ok(Seen { found: Some(Found { capacity_per_s, at_least, idle_cpu_share }), ..seen })
}

/// The search, as far as the probes of before brought it. The one that ended it is measured again: the sample is the
/// window of a server that lives.
fn begun(searching: &Searching, warm_up: Option<&Measurement>) -> anyhow::Result<Search> {
    let warm = warm_up.map(Measurement::requests_per_s).filter(|&rate| rate > 0.0);
    let (hint, precision) = (searching.known.or(warm), searching.precision);
    let even = searching.arrivals == Arrivals::Even;
    let settings = Settings { hint, precision, even, ..Settings::default() };
    let mut search = Search::new(searching.objective, settings);
    for row in searching.before.iter().filter(|row| searching.even_if_busy || !row.disturbed) {
        let (probe, seen) = row.replayed()?;
        let mut further = search.clone();
        further.saw(probe, seen);
        if matches!(further.step(), Step::Done(_)) {
            break;
        }
        search = further;
    }
    Ok(search)
}
