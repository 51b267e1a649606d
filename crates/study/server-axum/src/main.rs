//! The contender `axum`: the contract on axum, hyper and tokio.

use std::process::ExitCode;

use clap::Parser;
use hosting::Options;

/// Serves dyno's contract with axum.
#[derive(Parser)]
#[command(version = env!("STACK"))]
struct CommandLine {
    #[command(flatten)]
    options: Options,
}

fn main() -> ExitCode {
    let CommandLine { options } = CommandLine::parse();
    hosting::run(&options, || server_axum::serve(&options, &server_axum::routes()))
}
