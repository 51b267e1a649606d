//! The contender `actix-web`: the contract on actix-web.

use std::process::ExitCode;

use clap::Parser;
use hosting::Options;

/// Serves dyno's contract with actix-web.
#[derive(Parser)]
#[command(version = stack::versions!("actix-web actix-http tokio"))]
struct CommandLine {
    #[command(flatten)]
    options: Options,
    /// KiB of the static body that are copied at a time
    #[arg(long, default_value_t = server_actix::SLICE_KIB, value_parser = clap::value_parser!(u16).range(8..=5120))]
    slice_kib: u16,
    /// Print how this program was built, as JSON
    #[arg(long)]
    build_info: bool,
}

fn main() -> ExitCode {
    let CommandLine { options, slice_kib, build_info } = CommandLine::parse();
    if build_info {
        // No allocator is set, and std's default is that of the C library.
        println!("{}", stack::build_info!("the C library's"));
        return ExitCode::SUCCESS;
    }
    hosting::run(&options, || server_actix::serve(&options, server_actix::routes(slice_kib)))
}
