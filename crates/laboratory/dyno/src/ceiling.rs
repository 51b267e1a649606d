//! The driver's own ceiling on this machine: what it reaches where a server does next to nothing.

mod server;

use std::{fs, net::SocketAddr, path::Path, time::Duration};

use anyhow::{Context, bail};
use campaign::{
    load_driver::LoadDriver,
    plan::{Plan, command::Window, loopback},
};
use tempfile::TempDir;

pub(crate) use server::{Arguments, COMMAND, run};

use crate::{
    port,
    process::{
        affinity::Processors,
        guard::{self, Limits},
        program::{Awaited, Program},
    },
    trial::driver::{Drive, Driver, dyno::Dyno},
    verify,
};

/// The window is half as long as those of the campaign, but no longer than this: throughput settles
/// at once.
const LONGEST: Duration = Duration::from_secs(2);
/// The server starts in milliseconds.
const READY_WITHIN: Duration = Duration::from_secs(5);

/// Requests per second of dyno's own driver in a closed loop, with the plan's connections and CPUs,
/// against a server that answers each request with nothing. `None` for a plan without this driver.
pub(crate) fn per_s(plan: &Plan) -> anyhow::Result<Option<f64>> {
    if plan.drivers.iter().all(|&driver| driver == LoadDriver::Wrk) {
        return Ok(None);
    }
    let scratch = TempDir::new().context("cannot make a temporary folder")?;
    let script = scratch.path().join("get.lua");
    fs::write(&script, "").context("cannot write a script")?;
    let target = loopback(port::chosen(0)?);
    let processors = Processors::of_server(plan.pin);
    let server = started(target, processors, &scratch.path().join("server.log"))?;
    let driven = Dyno { load_driver: LoadDriver::Dyno, constant: None }.drive(Drive {
        window: &Window {
            target,
            script,
            exchanges: None,
            made: Vec::new(),
            connections: plan.load.connections,
            threads: plan.load.threads,
            duration: (plan.load.duration / 2).min(LONGEST),
        },
        processors: Processors::of_driver(plan.pin),
        output: None,
    });
    server.end()?;
    Ok(Some(driven?.requests_per_s()).filter(|&rate| rate > 0.0))
}

/// The server, once it answers.
fn started(target: SocketAddr, processors: Processors, log: &Path) -> anyhow::Result<Program> {
    let words = [guard::OWN_PROGRAM, COMMAND, &target.to_string(), &processors.count().to_string()];
    let words = words.map(str::to_owned);
    let log = guard::file(log).context("cannot write a log")?;
    let mut command = guard::command(&words, Limits::default())?;
    command.stdout(log.try_clone()?);
    let server = Program::start("the empty server", &mut command, log, processors)?;
    match server.awaited(READY_WITHIN, || verify::is_ready(target, None))? {
        Awaited::Ready => Ok(server),
        Awaited::Ended => bail!("the empty server exited at once"),
        Awaited::NotReady => bail!("the empty server does not answer"),
    }
}
