//! A queue whose capacity is arithmetic: so many workers, each of which serves one request at a time for a known time.
//!
//! Nobody works. When a request will have been served is computed as it arrives, and its response waits until then. A
//! timer that is late delays one response and not those behind it, so that the capacity holds on a busy machine too.

use std::{
    collections::VecDeque,
    num::NonZero,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

const SECOND: Duration = Duration::from_secs(1);

/// What a queue is like.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Settings {
    /// Workers of the queue that `GET /queue` waits in
    #[arg(id = "queue-workers", long, default_value = "1")]
    workers: NonZero<usize>,
    /// Microseconds that each worker takes for a request
    #[arg(id = "queue-service-us", long, env = "PLANTED_QUEUE_US", default_value_t = 0)]
    service_us: u64,
    /// Nanoseconds that each request takes longer than the one before it
    #[arg(id = "queue-slower-ns", long, default_value_t = 0)]
    slower_ns: u64,
    /// Milliseconds at the begin of each second in which nobody works
    #[arg(id = "queue-stall-ms", long, default_value_t = 0, value_parser = clap::value_parser!(u64).range(..1000))]
    stall_ms: u64,
    /// Requests that may be in the queue; the next one gets a 503
    #[arg(id = "queue-limit", long)]
    limit: Option<usize>,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Queue {
    settings: Settings,
    begun: Instant,
    state: Mutex<State>,
}

/// Times are since the queue began.
#[derive(Debug)]
struct State {
    /// When each worker will be free.
    free: Vec<Duration>,
    /// When each request in the queue will have been served.
    ends: VecDeque<Duration>,
    taken: u64,
}

impl Queue {
    pub(crate) fn new(settings: Settings) -> Self {
        let free = vec![Duration::ZERO; settings.workers.get()];
        let state = Mutex::new(State { free, ends: VecDeque::new(), taken: 0 });
        Self { settings, begun: Instant::now(), state }
    }

    /// When a request that arrives now will have been served; `None` if the queue is full.
    pub(crate) fn arrives(&self) -> Option<Instant> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let end = state.admit(&self.settings, self.begun.elapsed())?;
        Some(self.begun + end)
    }
}

impl State {
    fn admit(&mut self, settings: &Settings, now: Duration) -> Option<Duration> {
        while self.ends.front().is_some_and(|&end| end <= now) {
            self.ends.pop_front();
        }
        if settings.limit.is_some_and(|limit| self.ends.len() >= limit) {
            return None;
        }
        let slower = Duration::from_nanos(settings.slower_ns.saturating_mul(self.taken));
        let service = Duration::from_micros(settings.service_us) + slower;
        let worker = self.free.iter_mut().min()?;
        let end = served((*worker).max(now), service, settings.stall_ms);
        *worker = end;
        self.ends.push_back(end);
        self.taken += 1;
        Some(end)
    }
}

/// When work of this length has been done that begins at this time, if so much of each second is lost.
fn served(begin: Duration, mut work: Duration, stall_ms: u64) -> Duration {
    let stall = Duration::from_millis(stall_ms);
    let mut now = begin;
    loop {
        let second = Duration::from_secs(now.as_secs());
        now = now.max(second + stall);
        let left = (second + SECOND).saturating_sub(now);
        if work <= left {
            return now + work;
        }
        work -= left;
        now = second + SECOND;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Settings = Settings {
        workers: NonZero::<usize>::MIN,
        service_us: 2000,
        slower_ns: 0,
        stall_ms: 0,
        limit: None,
    };

    /// When requests that arrive at these milliseconds have been served, in milliseconds.
    fn ends(settings: &Settings, arrivals: &[u64]) -> Vec<Option<u128>> {
        let queue = Queue::new(settings.clone());
        let mut state = queue.state.into_inner().unwrap();
        let ends = arrivals.iter().map(|&at| state.admit(settings, Duration::from_millis(at)));
        ends.map(|end| end.map(|end| end.as_millis())).collect()
    }

    #[test]
    fn a_worker_serves_one_request_after_the_other() {
        assert_eq!(ends(&NONE, &[0, 0, 1, 10]), [2, 4, 6, 12].map(Some));
    }

    #[test]
    fn two_workers_serve_two_at_a_time() {
        let two = Settings { workers: NonZero::new(2).unwrap(), ..NONE };
        assert_eq!(ends(&two, &[0, 0, 0, 1]), [2, 2, 4, 4].map(Some));
    }

    #[test]
    fn a_full_queue_refuses_until_one_is_served() {
        let limited = Settings { limit: Some(2), ..NONE };
        assert_eq!(ends(&limited, &[0, 0, 1, 2]), [Some(2), Some(4), None, Some(6)]);
    }

    #[test]
    fn each_request_may_take_longer_than_the_one_before() {
        let slower = Settings { slower_ns: 1_000_000, ..NONE };
        assert_eq!(ends(&slower, &[0, 100, 200]), [2, 103, 204].map(Some));
    }

    #[test]
    fn nobody_works_during_a_stall() {
        let stalling = Settings { stall_ms: 100, ..NONE };
        assert_eq!(ends(&stalling, &[0, 500, 999, 1000]), [102, 502, 1101, 1103].map(Some));
    }
}
