//! Servers in virtual time: what they answer when is arithmetic.

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
}

impl Server {
    pub(crate) fn new(workers: usize, service: f64) -> Self {
        let workers = vec![0.0; workers];
        Self { service, growth: 0.0, stall: 0.0, limit: None, workers, allowed: 0.0, served: 0 }
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
