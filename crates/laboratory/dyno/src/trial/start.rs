//! How a trial begins: a fresh server that keeps its contract, warmed up.

use anyhow::bail;
use campaign::driver_output::Measurement;

use super::{
    Setup, contract,
    driver::Drive,
    server::{Launch, Server},
    window,
};
use crate::failure::{Failure, Lost};

/// A server that is ready to be measured.
pub(super) struct Started {
    pub(super) server: Server,
    /// What the driver saw of the warm-up; `None` without one.
    pub(super) warm_up: Option<Measurement>,
}

/// Starts the server, checks its contract and warms it up.
pub(super) fn start(setup: Setup, launch: Launch) -> anyhow::Result<Started> {
    let server = Server::start(launch)?;
    if !launch.contender.reference {
        verify_contract(setup, launch, &server)?;
    }
    match warm_up(setup, launch) {
        Ok(warm_up) => Ok(Started { server, warm_up }),
        Err(error) => Err(blamed(setup, launch, &server, error)?),
    }
}

/// Why a warm-up failed: because of the server, or because of the laboratory.
fn blamed(
    setup: Setup,
    launch: Launch,
    server: &Server,
    error: anyhow::Error,
) -> anyhow::Result<anyhow::Error> {
    server.is_left_alone()?;
    if server.ends_soon()? {
        bail!("the server exited during the warm-up; its last output: {:?}", server.last_words());
    }
    let is_known = error.is::<Lost>() || error.is::<Failure>();
    if !is_known && contract::broken_after(setup, launch)?.is_none() {
        return Ok(Lost(format!("{error:#}")).into());
    }
    Ok(error)
}

fn warm_up(setup: Setup, launch: Launch) -> anyhow::Result<Option<Measurement>> {
    let window = window::load(setup, launch, setup.load.warmup);
    if window.duration.is_zero() {
        return Ok(None);
    }
    let drive = Drive { window: &window, processors: setup.processors, output: None };
    setup.driver.drive(drive).map(Some)
}

fn verify_contract(setup: Setup, launch: Launch, server: &Server) -> anyhow::Result<()> {
    let mismatches = contract::mismatches(setup, launch)?;
    server.is_left_alone()?;
    match mismatches.first() {
        None => Ok(()),
        Some(_) if server.ends_soon()? => {
            bail!(
                "the server exited while its contract was being checked; its last output: {:?}",
                server.last_words()
            )
        }
        Some(first) => Err(Failure::BreaksContract {
            contender: launch.contender.name.to_string(),
            count: mismatches.len(),
            first: first.to_string(),
        }
        .into()),
    }
}
