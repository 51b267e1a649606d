//! `dyno verify`: tries all of the contract on contenders.

use clap::Args;

use super::{loopback, scratch};
use crate::{
    build,
    failure::Failure,
    matrix::Matrix,
    tools::{Tools, gnu_time, wrk},
    trial::server::{Launch, Server},
    verify,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The contenders; all of them unless named
    contenders: Vec<String>,
    /// The port that they listen on, one after the other
    #[arg(long, default_value_t = 5000)]
    port: u16,
}

pub(super) fn run(matrix: &Matrix, arguments: &Arguments) -> anyhow::Result<()> {
    let tools = Tools { wrk: wrk()?, time: gnu_time()? };
    let (folder, payload) = scratch()?;
    let mut broken = None;
    for contender in &matrix.select_contenders(&arguments.contenders)? {
        build::build(contender, &matrix.folder)?;
        let listen = loopback(arguments.port);
        let server = Server::start(Launch {
            contender,
            tools: &tools,
            listen,
            folder: &matrix.folder,
            payload: &payload,
            output: folder.path(),
        })?;
        let differences = verify::differences(listen);
        server.stop()?;
        println!(
            "{}: {} of {} requests differ",
            contender.name,
            differences.len(),
            verify::count()
        );
        for difference in &differences {
            println!("  {difference}");
        }
        if let (None, Some(first)) = (&broken, differences.first()) {
            let contender = contender.name.clone();
            broken = Some(Failure::BreaksContract {
                contender,
                count: differences.len(),
                first: first.to_string(),
            });
        }
    }
    broken.map_or(Ok(()), |failure| Err(failure.into()))
}
