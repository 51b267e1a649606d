//! Checks whole responses while the driver generates load: a server may respond correctly only when
//! idle.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use exchange::Exchange;
use ureq::http::StatusCode;

use super::{Mismatch, client::Client};
use crate::failure::Lost;

/// Between two requests: ten per second are nothing beside the driver's.
const PAUSE: Duration = Duration::from_millis(100);

/// One connection that sends a request now and then.
#[derive(Debug)]
pub(crate) struct Sampler {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<Sampled>>,
}

/// What the sampler saw.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sampled {
    /// Whole answers that were compared with the contract.
    pub(crate) count: usize,
    /// The first of them that differs.
    pub(crate) mismatch: Option<Mismatch>,
}

impl Sampler {
    /// Starts to ask what a scenario asks. Where the server may be asked for more than it can, it may refuse with 503.
    pub(crate) fn start(
        address: SocketAddr,
        exchanges: &Arc<[Exchange]>,
        may_refuse: bool,
    ) -> Result<Self, Lost> {
        let exchanges = Arc::clone(exchanges);
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::Builder::new()
            .spawn(move || sample(address, &exchanges, may_refuse, &stopped))
            .map_err(|error| Lost::no_thread(&error))?;
        Ok(Self { stop, thread: Some(thread) })
    }

    /// Waits for the response in flight, and stops.
    pub(crate) fn finish(mut self) -> Sampled {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.take().and_then(|thread| thread.join().ok()).unwrap_or_default()
    }
}

/// The next trial's server gets no request of this one.
impl Drop for Sampler {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

fn sample(
    address: SocketAddr,
    exchanges: &[Exchange],
    may_refuse: bool,
    stop: &AtomicBool,
) -> Sampled {
    let client = Client::new(address);
    let mut sampled = Sampled::default();
    for exchange in exchanges.iter().cycle() {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        // A request without an answer is the driver's to count.
        if let Ok(received) = client.send(&exchange.request) {
            sampled.count += 1;
            let answer = received.answer();
            let refused = may_refuse && answer.status == StatusCode::SERVICE_UNAVAILABLE.as_u16();
            if let Some(mismatch) = exchange.mismatch(&answer).filter(|_| !refused) {
                sampled.mismatch = Some(Mismatch::wrong(exchange, &mismatch));
                break;
            }
        }
        thread::sleep(PAUSE);
    }
    sampled
}
