//! `dyno verify`: checks contenders against the whole contract.

use campaign::matrix::Matrix;
use clap::Args;

use super::contender_process::ContenderProcess;
use crate::{failure::Failure, output::say, verify};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Contenders to check; all by default
    contenders: Vec<String>,
    /// The port that they listen on, one after the other; 0 chooses a free one
    #[arg(long, default_value_t = 5000)]
    port: u16,
}

pub(super) fn run(matrix: &Matrix, arguments: &Arguments) -> anyhow::Result<()> {
    let contract = matrix.exchanges.contract(&matrix.scenarios).into();
    let mut broken = None;
    for contender in &matrix.select_contenders(&arguments.contenders)? {
        let process = ContenderProcess::start(matrix, contender, arguments.port)?;
        let mismatches = verify::mismatches(process.listen, &contract, matrix.deadlines.contract);
        process.stop()?;
        let mismatches = mismatches?;
        say!(
            "{}: {} of {} requests break the contract",
            contender.name,
            mismatches.len(),
            contract.len()
        );
        for mismatch in &mismatches {
            say!("  {mismatch}");
        }
        if let (None, Some(first)) = (&broken, mismatches.first()) {
            let contender = contender.name.to_string();
            broken = Some(Failure::BreaksContract {
                contender,
                count: mismatches.len(),
                first: first.to_string(),
            });
        }
    }
    broken.map_or(Ok(()), |failure| Err(failure.into()))
}
