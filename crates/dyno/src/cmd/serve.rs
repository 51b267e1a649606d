//! `dyno serve`: runs one contender as `bench` would.

use clap::Args;

use super::{loopback, scratch};
use crate::{
    build,
    failure::Failure,
    matrix::Matrix,
    tools::Tools,
    trial::server::{Launch, Server},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The contender
    contender: String,
    /// The port that it listens on
    #[arg(long, default_value_t = 5000)]
    port: u16,
}

pub(super) fn run(matrix: &Matrix, arguments: &Arguments) -> anyhow::Result<()> {
    let tools = Tools::find()?;
    let (folder, payload) = scratch()?;
    for contender in &matrix.select_contenders(std::slice::from_ref(&arguments.contender))? {
        build::build(contender, &matrix.folder)?;
        let listen = loopback(arguments.port);
        let launch = Launch {
            contender,
            tools: &tools,
            listen,
            folder: &matrix.folder,
            payload: &payload,
            output: folder.path(),
        };
        let server = Server::start(launch)?;
        println!("{} listens on http://{listen}; Ctrl-C ends it", contender.name);
        match server.wait() {
            Err(error) if matches!(error.downcast_ref(), Some(Failure::Interrupted)) => {
                drop(server.stop())
            }
            ended => ended?,
        }
    }
    Ok(())
}
