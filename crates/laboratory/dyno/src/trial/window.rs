//! One window: the load, and what was seen of it and of the server meanwhile.

use std::time::Duration;

use campaign::{
    driver_output::Measurement,
    plan::command::Window,
    record::{
        conditions::Conditions,
        outcome::{Found, TreeUsage},
    },
};

use super::{
    Setup,
    driver::Drive,
    look::Look,
    server::{Launch, Server},
};
use crate::verify::sampler::Sampler;

/// What was seen of a window and of the server in it.
pub(super) struct Seen {
    /// The window in words.
    pub(super) during: String,
    /// How long it was to be.
    pub(super) asked: Duration,
    pub(super) window: anyhow::Result<Measurement>,
    pub(super) tree: TreeUsage,
    pub(super) conditions: Conditions,
    pub(super) died: bool,
    pub(super) checked_answers: usize,
    /// How the contract was broken in the window.
    pub(super) broken: Option<String>,
    /// What a search found, whose last window this was.
    pub(super) found: Option<Found>,
}

/// The load of a trial for so long.
pub(super) fn load(setup: Setup, launch: Launch, duration: Duration) -> Window {
    Window {
        target: launch.listen,
        script: setup.script.to_owned(),
        exchanges: setup.exchanges.map(ToOwned::to_owned),
        made: setup.files.to_vec(),
        connections: setup.load.connections,
        threads: setup.load.threads,
        duration,
    }
}

/// Drives the window, and compares whole answers with the contract meanwhile if there is a sampler.
pub(super) fn observe(
    setup: Setup,
    launch: Launch,
    server: &Server,
    sampler: Option<Sampler>,
) -> anyhow::Result<Seen> {
    let window = load(setup, launch, setup.duration);
    let drive =
        Drive { window: &window, processors: setup.processors, output: Some(launch.output) };
    let then = Look::take(server)?;
    let window = setup.driver.drive(drive);
    let now = Look::take(server)?;
    let mut conditions = now.conditions_since(&then);
    conditions.driver_stopped_s = window.as_ref().ok().and_then(Measurement::stood_still_s);
    let tree = now.usage_since(&then, launch.processors.count());
    server.is_left_alone()?;
    let answers = sampler.map(Sampler::finish).unwrap_or_default();
    let broken =
        answers.mismatch.map(|mismatch| format!("the contract is broken under load: {mismatch}"));
    Ok(Seen {
        during: "the window".to_owned(),
        asked: setup.duration,
        window,
        tree,
        conditions,
        died: server.has_ended()?,
        checked_answers: answers.count,
        broken,
        found: None,
    })
}
