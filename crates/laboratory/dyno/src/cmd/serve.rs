//! `dyno serve`: runs one contender as `bench` would.

use campaign::matrix::Matrix;
use clap::Args;

use super::contender_process::ContenderProcess;
use crate::{failure::Failure, output::say};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Contender to run
    contender: String,
    /// The port that it listens on; 0 chooses a free one
    #[arg(long, default_value_t = 5000)]
    port: u16,
}

pub(super) fn run(matrix: &Matrix, arguments: &Arguments) -> anyhow::Result<()> {
    for contender in &matrix.select_contenders(std::slice::from_ref(&arguments.contender))? {
        let process = ContenderProcess::start(matrix, contender, arguments.port)?;
        say!("{} listens on http://{}; press Ctrl-C to stop", contender.name, process.listen);
        match process.server.wait() {
            Err(error) if matches!(error.downcast_ref(), Some(Failure::Interrupted)) => {
                process.stop()?;
            }
            ended => ended?,
        }
    }
    Ok(())
}
