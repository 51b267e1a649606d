//! Looks at whole answers while the driver makes its load: a server may answer rightly only when nobody else asks.

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

/// Between two requests: ten a second are nothing beside the driver's.
const PAUSE: Duration = Duration::from_millis(100);

/// One connection that asks now and then.
#[derive(Debug)]
pub(crate) struct Sampler {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Sampled>,
}

/// What the sampler saw.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sampled {
    /// Whole answers that were compared with the contract.
    pub(crate) answers: usize,
    /// The first of them that differs.
    pub(crate) mismatch: Option<Mismatch>,
}

impl Sampler {
    /// Starts to ask for what a scenario asks for: `GET /static`.
    pub(crate) fn start(address: SocketAddr, endpoint: &str) -> Self {
        let asks = |case: &Case| case.request.endpoint() == endpoint;
        let cases: Vec<Case> =
            cases::routes().into_iter().chain(corpus::all()).filter(asks).collect();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || sample(address, &cases, &stopped));
        Self { stop, thread }
    }

    /// Waits for the answer that is under way, and ends.
    pub(crate) fn finish(self) -> Sampled {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap_or_default()
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
            sampled.answers += 1;
            if !case.expectation.accepts(&answer) {
                sampled.mismatch = Some(Mismatch::new(case, answer.to_string()));
                break;
            }
        }
        thread::sleep(PAUSE);
    }
    sampled
}
