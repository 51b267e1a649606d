//! The contender `axum`: the contract on axum, hyper and tokio.

use std::process::ExitCode;

use clap::Parser;
use hosting::Options;

/// Serves dyno's contract with axum.
#[derive(Parser)]
#[command(version = stack::versions!("axum hyper tokio"))]
struct CommandLine {
    #[command(flatten)]
    options: Options,
    /// Print how this program was built, as JSON
    #[arg(long)]
    build_info: bool,
}

fn main() -> ExitCode {
    let CommandLine { options, build_info } = CommandLine::parse();
    if build_info {
        // No allocator is set, and std's default is that of the C library.
        println!("{}", stack::build_info!("the C library's"));
        return ExitCode::SUCCESS;
    }
    hosting::run(&options, || server_axum::serve(&options, &server_axum::routes()))
}
