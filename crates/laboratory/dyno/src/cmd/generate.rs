//! `dyno generate`: what packagers ship with the program.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use campaign::{matrix::Matrix, report::export};
use clap::{Args, Command, ValueEnum, builder::PossibleValuesParser};
use clap_complete::{Shell, generate};

use crate::output::{self, say};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// What to generate
    what: What,
    /// Folder for the manual pages, one per command
    #[arg(required_if_eq("what", "man"), value_name = "DIR")]
    folder: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Manual pages, written to DIR
    Man,
    CompleteBash,
    CompleteZsh,
    CompleteFish,
    CompletePowershell,
    /// The JSON schema of --export-json
    Schema,
    /// The JSON schema of files of exchanges
    ExchangeSchema,
}

/// Generates from the command line's own definition; completions offer the names of the matrix, if
/// there is one.
pub(super) fn run(
    arguments: &Arguments,
    command: Command,
    matrix: Option<&Matrix>,
) -> anyhow::Result<()> {
    let shell = match arguments.what {
        What::Man => return man(command, arguments.folder.as_deref().unwrap_or(Path::new("."))),
        What::Schema => {
            say!("{}", serde_json::to_string_pretty(&export::schema())?);
            return Ok(());
        }
        What::ExchangeSchema => {
            say!("{}", serde_json::to_string_pretty(&exchange::schema())?);
            return Ok(());
        }
        What::CompleteBash => Shell::Bash,
        What::CompleteZsh => Shell::Zsh,
        What::CompleteFish => Shell::Fish,
        What::CompletePowershell => Shell::PowerShell,
    };
    let mut command = matrix.into_iter().fold(command, with_names);
    let mut script = Vec::new();
    generate(shell, &mut command, "dyno", &mut script);
    output::text(&String::from_utf8_lossy(&script));
    Ok(())
}

fn man(command: Command, folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(command, folder))
        .with_context(|| format!("cannot write the manual pages to {}", folder.display()))
}

/// The command line with the matrix's names in the place of any text.
fn with_names(command: Command, matrix: &Matrix) -> Command {
    let contenders: Vec<String> =
        matrix.contenders.iter().map(|one| one.name.to_string()).collect();
    let scenarios: Vec<String> = matrix.scenarios.iter().map(|one| one.name.to_string()).collect();
    let named = |command: Command, of: &str, argument: &str, names: &[String]| {
        let names = PossibleValuesParser::new(names.to_vec());
        command
            .mut_subcommand(of, |of| of.mut_arg(argument, |argument| argument.value_parser(names)))
    };
    let command = named(command, "bench", "contenders", &contenders);
    let command = named(command, "bench", "scenarios", &scenarios);
    let command = named(command, "serve", "contender", &contenders);
    named(command, "verify", "contenders", &contenders)
}
