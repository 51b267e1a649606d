//! The server of `dyno selftest`: the contender `axum`, with a known CPU time planted in every
//! request.

use std::{process::ExitCode, time::Duration};

use axum::{
    extract::Request,
    middleware::{Next, from_fn},
};
use clap::Parser;
use hosting::Options;
use rustix::time::{ClockId, clock_gettime};

/// Serves dyno's contract with axum, slowed by a known amount.
#[derive(Parser)]
#[command(version)]
struct CommandLine {
    #[command(flatten)]
    options: Options,
    /// Microseconds of CPU time to add to every request
    #[arg(long, env = "PLANTED_US", default_value_t = 0)]
    planted_us: u64,
}

fn main() -> ExitCode {
    let CommandLine { options, planted_us } = CommandLine::parse();
    let planted = Duration::from_micros(planted_us);
    let routes =
        server_axum::routes().layer(from_fn(move |request: Request, next: Next| async move {
            burn(planted);
            next.run(request).await
        }));
    hosting::run(&options, || server_axum::serve(&options, &routes))
}

/// Uses up CPU time of this thread; time spent waiting for a CPU does not count.
fn burn(planted: Duration) {
    let start = used();
    while used().saturating_sub(start) < planted {}
}

fn used() -> Duration {
    // The clock of a running thread does not run backwards or below zero.
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap_or_default()
}
