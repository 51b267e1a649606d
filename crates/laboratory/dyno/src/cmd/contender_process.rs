//! One contender that runs outside a campaign, as a trial would run it.

use std::net::SocketAddr;

use campaign::{
    matrix::{Contender, Matrix},
    plan::loopback,
};
use tempfile::TempDir;

use crate::{
    build, payload,
    process::affinity::Processors,
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
        let time = gnu_time()?.path;
        build::build(contender, &matrix.folder)?;
        let (output, payload) = payload::in_scratch()?;
        let listen = loopback(port);
        let server = Server::start(Launch {
            contender,
            time: &time,
            listen,
            home: &matrix.folder,
            payload: &payload,
            processors: Processors::All,
            output: output.path(),
        });
        match server {
            Ok(server) => Ok(Self { server, listen, _output: output }),
            Err(error) => {
                // The error names the server's log.
                let _kept = output.keep();
                Err(error)
            }
        }
    }
}
