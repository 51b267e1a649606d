//! `dyno serve`: runs one contender as `bench` would.

use clap::Args;

use super::alone::Alone;
use crate::{failure::Failure, matrix::Matrix};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The contender
    contender: String,
    /// The port that it listens on
    #[arg(long, default_value_t = 5000)]
    port: u16,
}

pub(super) fn run(matrix: &Matrix, arguments: &Arguments) -> anyhow::Result<()> {
    for contender in &matrix.select_contenders(std::slice::from_ref(&arguments.contender))? {
        let alone = Alone::start(matrix, contender, arguments.port)?;
        println!("{} listens on http://{}; Ctrl-C ends it", contender.name, alone.listen);
        match alone.server.wait() {
            Err(error) if matches!(error.downcast_ref(), Some(Failure::Interrupted)) => {
                alone.server.stop()?;
            }
            ended => ended?,
        }
    }
    Ok(())
}
