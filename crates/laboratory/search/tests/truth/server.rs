//! Servers in virtual time: what they answer when is arithmetic.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A server with a queue: whoever came first is served first.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    /// How long a worker needs for a request, in seconds.
    service: f64,
    /// By how much that grows with each request, as a share of the first.
    growth: f64,
    /// How long nothing is served at the start of every second, in seconds.
    stall: f64,
    /// More than so many in a second are refused.
    limit: Option<f64>,
    /// When each worker is free.
    workers: Vec<f64>,
    /// Until when the requests that the limit allows are used up.
    allowed: f64,
    served: u64,
    /// Service times are exponential, not fixed.
    random: Option<Box<ChaCha8Rng>>,
}

impl Server {
    pub(crate) fn new(workers: usize, service: f64) -> Self {
        let workers = vec![0.0; workers];
        Self {
            service,
            growth: 0.0,
            stall: 0.0,
            limit: None,
            workers,
            allowed: 0.0,
            served: 0,
            random: None,
        }
    }

    /// With exponential service times.
    pub(crate) fn random(self) -> Self {
        Self { random: Some(Box::new(ChaCha8Rng::seed_from_u64(1))), ..self }
    }

    /// Another one of its kind.
    pub(crate) fn seeded(mut self, seed: u64) -> Self {
        if let Some(random) = &mut self.random {
            random.set_stream(seed);
        }
        self
    }

    pub(crate) fn stalling(self, stall: f64) -> Self {
        Self { stall, ..self }
    }

    pub(crate) fn refusing_above(self, limit: f64) -> Self {
        Self { limit: Some(limit), ..self }
    }

    pub(crate) fn growing(self, growth: f64) -> Self {
        Self { growth, ..self }
    }

    /// How long the next request would take a worker.
    pub(crate) fn service(&self) -> f64 {
        self.service * (1.0 + self.growth * self.served as f64)
    }

    /// When a request that comes at this moment is answered; `None` if it is refused.
    pub(crate) fn answer(&mut self, at: f64) -> Option<f64> {
        if let Some(limit) = self.limit {
            // Ten may come at once.
            if self.allowed - at > 10.0 / limit {
                return None;
            }
            self.allowed = self.allowed.max(at) + 1.0 / limit;
        }
        let work = self.service();
        let work =
            self.random.as_mut().map_or(work, |random| -(1.0 - random.random::<f64>()).ln() * work);
        self.served += 1;
        let mut free = 0;
        for worker in 1..self.workers.len() {
            if self.workers[worker] < self.workers[free] {
                free = worker;
            }
        }
        let done = self.worked(self.workers[free].max(at), work);
        self.workers[free] = done;
        Some(done)
    }

    /// When work that begins at a moment is done.
    fn worked(&self, from: f64, work: f64) -> f64 {
        if self.stall == 0.0 {
            return from + work;
        }
        let (mut now, mut left) = (from, work);
        loop {
            now = now.max(now.floor() + self.stall);
            let until = now.floor() + 1.0;
            if now + left <= until {
                return now + left;
            }
            left -= until - now;
            now = until;
        }
    }

    /// When the last request is answered.
    pub(crate) fn drained(&self) -> f64 {
        self.workers.iter().copied().fold(0.0, f64::max)
    }
}
