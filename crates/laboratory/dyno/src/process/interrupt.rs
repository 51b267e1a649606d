//! Ctrl-C, SIGTERM and a closed terminal: noted here, acted on wherever dyno waits.

use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicBool, Ordering},
};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::failure::Failure;

static REQUESTED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// From now on a signal to stop is noted instead of ending the program at once.
pub(crate) fn install() -> std::io::Result<()> {
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        // The second one ends dyno at once; the guards then end what it started.
        signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&REQUESTED))?;
        signal_hook::flag::register(signal, Arc::clone(&REQUESTED))?;
    }
    Ok(())
}

/// From now on a signal to stop does nothing. Unlike one that is ignored, it does again in programs that are started.
pub(crate) fn ignore() -> std::io::Result<()> {
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::default())?;
    }
    Ok(())
}

/// Stops dyno as a signal would.
pub(crate) fn request() {
    REQUESTED.store(true, Ordering::Relaxed);
}

/// Fails when a signal to stop has come.
pub(crate) fn check() -> Result<(), Failure> {
    if REQUESTED.load(Ordering::Relaxed) { Err(Failure::Interrupted) } else { Ok(()) }
}
