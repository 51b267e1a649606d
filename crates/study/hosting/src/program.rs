//! A server as a program: its start, its shutdown, and its error when it cannot start.

use std::{io, process::ExitCode};

use tokio::signal::unix::{SignalKind, signal};

use crate::{Options, log};

/// Runs a server with its logs until it is told to stop. A failure to serve is one sentence.
pub fn run(options: &Options, serve: impl FnOnce() -> anyhow::Result<()>) -> ExitCode {
    let served = {
        let _logs = log::start(options.log.clone());
        raise_file_limit();
        serve()
    };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Every connection is an open file, and shells commonly start programs with a soft limit of 1,024.
fn raise_file_limit() {
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "cannot raise the open-file limit");
    }
}

/// Ends when the program is told to stop, by SIGTERM or by SIGINT. Inside a runtime; from this call on neither
/// signal kills the program.
pub fn stop_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        futures_util::future::select(
            std::pin::pin!(terminate.recv()),
            std::pin::pin!(interrupt.recv()),
        )
        .await;
        tracing::info!("stopping");
    })
}
