//! Structured logs on standard error, written by a thread of their own.

use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::{filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

/// Lines that may wait to be written; beyond them lines are dropped, so that no request ever waits
/// for a log.
const WAITING_LINES: usize = 4096;

/// Starts logging; it ends, with the last line written, when the guard is dropped.
pub(crate) fn start(targets: Targets) -> WorkerGuard {
    let (writer, guard) =
        NonBlockingBuilder::default().buffered_lines_limit(WAITING_LINES).finish(std::io::stderr());
    let lines = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(false);
    tracing_subscriber::registry().with(lines).with(targets).init();
    // To the log, with its place and without a backtrace on the terminal.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or("a panic");
        tracing::error!(place, message, "a connection's task panicked");
    }));
    guard
}
