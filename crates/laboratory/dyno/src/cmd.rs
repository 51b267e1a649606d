//! The commands, one file each.

mod bench;
mod compare;
mod contender_process;
mod doctor;
mod drive;
mod exports;
mod generate;
mod import;
mod init;
mod merge;
mod new_file;
mod open;
mod record;
mod report;
mod selftest;
mod serve;
mod verify;
mod watch;
mod workers;

use std::{env, path::PathBuf, process::ExitCode};

use anyhow::Context;
use campaign::matrix::Matrix;
use clap::{CommandFactory, Parser, Subcommand};

use crate::{
    ceiling, files,
    process::{confine, guard, interrupt},
};

/// Decides, with evidence, which backend web server to build on.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
struct Cli {
    /// The matrix of contenders and scenarios
    #[arg(long, env = "DYNO_MATRIX", default_value = "dyno.toml", global = true)]
    matrix: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a matrix that runs at once, to start from
    Init(init::Arguments),
    /// Measure every contender in every scenario
    Bench(bench::Arguments),
    /// Show what is installed, what is missing, and what would disturb a measurement
    Doctor(doctor::Arguments),
    /// Check dyno itself on servers with known differences: none, and a planted slowdown
    Selftest(selftest::Arguments),
    /// Load-test any HTTP server; accepts wrk scripts
    Drive(drive::Arguments),
    /// Make exchanges of a browser's HAR file, or of an `OpenAPI` 3.1 document
    Import(import::Arguments),
    /// Write the answers of a server that you trust as what is right
    Record(record::Arguments),
    /// Check contenders against the contract
    Verify(verify::Arguments),
    /// Rebuild a campaign's reports from its samples alone
    Report(report::Arguments),
    /// Join rounds that `bench --round` measured one by one into one campaign
    Merge(merge::Arguments),
    /// Compare a campaign with an earlier one
    Compare(compare::Arguments),
    /// Open a campaign's page in the browser
    Open(open::Arguments),
    /// Write the manual pages, or print shell completions or the schema of the JSON export
    Generate(generate::Arguments),
    /// Run one contender as `bench` would, to try it by hand
    Serve(serve::Arguments),
}

/// The words of the command line, as a plan records them.
fn words() -> Vec<String> {
    env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect()
}

/// Does what the command line says.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let mut words = env::args_os().skip(1).peekable();
    // dyno starts it itself, so that no help and no completion offers it.
    if words.peek().is_some_and(|word| word == guard::COMMAND) {
        return Ok(guard::run(&guard::Arguments::parse_from(words)).into());
    }
    if words.peek().is_some_and(|word| word == confine::COMMAND) {
        return Err(confine::run(&confine::Arguments::parse_from(words)));
    }
    if words.peek().is_some_and(|word| word == ceiling::COMMAND) {
        ceiling::run(&ceiling::Arguments::parse_from(words))?;
        return Ok(ExitCode::SUCCESS);
    }
    let cli = Cli::parse();
    // The driver has nothing to clean up: a signal ends it at once.
    if !matches!(cli.command, Command::Drive(_)) {
        interrupt::install().context("cannot watch for signals")?;
    }
    let matrix = || Matrix::read(&cli.matrix);
    // With its files, for commands that run contenders.
    let whole = || files::made(matrix()?);
    match cli.command {
        Command::Bench(arguments) => {
            let matrix = if arguments.dry_run { matrix()? } else { whole()? };
            bench::run(&matrix, &cli.matrix, arguments)?;
        }
        Command::Drive(arguments) => drive::run(arguments)?,
        Command::Import(arguments) => import::run(&arguments)?,
        Command::Init(arguments) => init::run(&arguments)?,
        Command::Doctor(arguments) => doctor::run(&matrix()?, &arguments)?,
        Command::Selftest(arguments) => selftest::run(&cli.matrix, &arguments)?,
        Command::Verify(arguments) => verify::run(&whole()?, &arguments)?,
        Command::Record(arguments) => record::run(whole, &arguments)?,
        Command::Report(arguments) => report::run(&arguments)?,
        Command::Merge(arguments) => merge::run(&arguments)?,
        Command::Compare(arguments) => compare::run(&arguments)?,
        Command::Open(arguments) => open::run(&arguments)?,
        Command::Generate(arguments) => {
            generate::run(&arguments, Cli::command(), matrix().ok().as_ref())?;
        }
        Command::Serve(arguments) => serve::run(&whole()?, &arguments)?,
    }
    Ok(ExitCode::SUCCESS)
}
