//! The server of `dyno selftest`, whose truth is known: the contender `axum`, with a known CPU time planted in every
//! request, and with a queue behind `GET /queue` whose capacity is arithmetic.

mod queue;

use std::{process::ExitCode, sync::Arc, time::Duration};

use axum::{
    extract::Request,
    http::StatusCode,
    middleware::{Next, from_fn},
    routing::get,
};
use clap::Parser;
use hosting::Options;
use queue::Queue;
use rustix::time::{ClockId, clock_gettime};
use tokio::time::sleep_until;

/// Serves dyno's contract with axum, slowed by a known amount, and `GET /queue` at a known capacity.
#[derive(Parser)]
#[command(version)]
struct CommandLine {
    #[command(flatten)]
    options: Options,
    /// Microseconds of CPU time to add to every request
    #[arg(long, env = "PLANTED_US", default_value_t = 0)]
    planted_us: u64,
    #[command(flatten)]
    queue: queue::Settings,
}

fn main() -> ExitCode {
    let CommandLine { options, planted_us, queue } = CommandLine::parse();
    let planted = Duration::from_micros(planted_us);
    let queue = Arc::new(Queue::new(queue));
    let waiting = get(move || wait(Arc::clone(&queue)));
    let routes = server_axum::routes().route("/queue", waiting).layer(from_fn(
        move |request: Request, next: Next| async move {
            burn(planted);
            next.run(request).await
        },
    ));
    hosting::run(&options, || server_axum::serve(&options, &routes))
}

/// Answers when the request has been served, or at once that the queue is full.
async fn wait(queue: Arc<Queue>) -> StatusCode {
    let Some(served) = queue.arrives() else { return StatusCode::SERVICE_UNAVAILABLE };
    sleep_until(served.into()).await;
    StatusCode::OK
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
