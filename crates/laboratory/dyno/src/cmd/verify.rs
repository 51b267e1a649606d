//! `dyno verify`: tries all of the contract on contenders.

use clap::Args;

use super::alone::Alone;
use crate::{failure::Failure, matrix::Matrix, verify};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The contenders; all of them unless named
    contenders: Vec<String>,
    /// The port that they listen on, one after the other
    #[arg(long, default_value_t = 5000)]
    port: u16,
}

pub(super) fn run(matrix: &Matrix, arguments: &Arguments) -> anyhow::Result<()> {
    let mut broken = None;
    for contender in &matrix.select_contenders(&arguments.contenders)? {
        let alone = Alone::start(matrix, contender, arguments.port)?;
        let differences = verify::differences(alone.listen);
        alone.server.stop()?;
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
