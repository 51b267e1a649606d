//! One contender that runs outside a campaign, as a trial would run it.

use std::net::SocketAddr;

use anyhow::Context;
use campaign::{
    matrix::{Contender, Matrix},
    plan::loopback,
};
use tempfile::TempDir;

use super::workers;
use crate::{
    build, port,
    process::{affinity::Processors, sweep},
    tools::gnu_time,
    trial::server::{Launch, Server},
};

/// A running contender and its output folder, which is deleted with it.
pub(super) struct ContenderProcess {
    pub(super) server: Server,
    pub(super) listen: SocketAddr,
    _output: TempDir,
}

impl ContenderProcess {
    /// Builds and starts the contender.
    pub(super) fn start(matrix: &Matrix, contender: &Contender, port: u16) -> anyhow::Result<Self> {
        sweep::adopt_orphans()?;
        let time = gnu_time()?.path;
        build::build(contender, &matrix.folder, matrix.deadlines.build)?;
        let output = TempDir::new().context("cannot make a temporary folder")?;
        let listen = loopback(port::chosen(port)?);
        let server = Server::start(Launch {
            contender,
            time: &time,
            listen,
            home: &matrix.folder,
            ready: matrix.ready.as_deref(),
            made: &matrix.made,
            workers: Some(workers::of(&matrix.load, false)),
            processors: Processors::All,
            deadlines: &matrix.deadlines,
            output: output.path(),
        })?;
        Ok(Self { server, listen, _output: output })
    }

    /// Stops the contender and whatever it left.
    pub(super) fn stop(self) -> anyhow::Result<()> {
        let stopped = self.server.stop();
        sweep::end_all();
        stopped.map(|_how| ())
    }
}
