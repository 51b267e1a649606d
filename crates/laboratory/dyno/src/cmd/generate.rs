//! `dyno generate`: what packagers put beside the program.

use std::io;

use campaign::report::export;
use clap::{Args, Command, ValueEnum};
use clap_complete::{Shell, generate};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// What to print
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// The manual page, for man
    Man,
    CompleteBash,
    CompleteZsh,
    CompleteFish,
    CompletePowershell,
    /// The JSON schema of --export-json
    Schema,
}

pub(super) fn run(arguments: &Arguments, mut command: Command) -> anyhow::Result<()> {
    let shell = match arguments.what {
        What::Man => return Ok(clap_mangen::Man::new(command).render(&mut io::stdout())?),
        What::Schema => {
            println!("{}", serde_json::to_string_pretty(&export::schema())?);
            return Ok(());
        }
        What::CompleteBash => Shell::Bash,
        What::CompleteZsh => Shell::Zsh,
        What::CompleteFish => Shell::Fish,
        What::CompletePowershell => Shell::PowerShell,
    };
    generate(shell, &mut command, "dyno", &mut io::stdout());
    Ok(())
}
