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

use super::{
    case::{Case, Mismatch},
    cases,
    client::Client,
    corpus,
};
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
    /// Starts to send what a scenario sends: `GET /static`.
    pub(crate) fn start(address: SocketAddr, endpoint: &str) -> Result<Self, Lost> {
        let asks = |case: &Case| case.request.endpoint() == endpoint;
        let cases: Vec<Case> =
            cases::routes().into_iter().chain(corpus::all()).filter(asks).collect();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::Builder::new()
            .spawn(move || sample(address, &cases, &stopped))
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

fn sample(address: SocketAddr, cases: &[Case], stop: &AtomicBool) -> Sampled {
    let client = Client::new(address);
    let mut sampled = Sampled::default();
    for case in cases.iter().cycle() {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        // A request without an answer is the driver's to count.
        if let Ok(answer) = client.send(&case.request) {
            sampled.count += 1;
            if !case.expectation.accepts(&answer) {
                sampled.mismatch = Some(Mismatch::new(case, answer.to_string()));
                break;
            }
        }
        thread::sleep(PAUSE);
    }
    sampled
}
