//! The contender `actix-web`: the contract on actix-web.

use std::process::ExitCode;

use clap::Parser;
use hosting::Options;

/// Serves dyno's contract with actix-web.
#[derive(Parser)]
#[command(version = env!("STACK"))]
struct CommandLine {
    #[command(flatten)]
    options: Options,
}

fn main() -> ExitCode {
    let CommandLine { options } = CommandLine::parse();
    hosting::run(&options, || server_actix::serve(&options, server_actix::routes))
}
