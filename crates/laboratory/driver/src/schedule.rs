//! When requests are due.

use std::time::{Duration, Instant};

/// A thread's part of a constant rate: its requests interleave with those of the other threads,
/// evenly spaced.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Schedule {
    start: Instant,
    end: Instant,
    /// Requests per second of all threads together.
    rate: f64,
    /// The place of the next request among those of all threads.
    next: u64,
    thread: u64,
    threads: u64,
}

impl Schedule {
    pub(crate) fn new(start: Instant, end: Instant, rate: f64, thread: u64, threads: u64) -> Self {
        Self { start, end, rate, next: thread, thread, threads }
    }

    /// When the next request is due; `None` when that is after the end.
    pub(crate) fn due(&self) -> Option<Instant> {
        // Where the rate is tiny, no clock goes so far.
        let after = Duration::try_from_secs_f64(self.next as f64 / self.rate).ok()?;
        self.start.checked_add(after).filter(|&due| due < self.end)
    }

    /// The next request was sent.
    pub(crate) fn advance(&mut self) {
        self.next += self.threads;
    }

    /// How many requests of this thread were due before this moment.
    pub(crate) fn due_before(&self, moment: Instant) -> u64 {
        let passed = moment.min(self.end).saturating_duration_since(self.start).as_secs_f64();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count of requests, not below 0"
        )]
        let all = (passed * self.rate).ceil() as u64;
        all.saturating_sub(self.thread).div_ceil(self.threads)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_take_turns_and_together_they_keep_the_rate() {
        let start = Instant::now();
        let end = start + Duration::from_secs(1);
        let mut all = Vec::new();
        for thread in 0..3 {
            let mut schedule = Schedule::new(start, end, 10.0, thread, 3);
            let counted = schedule.due_before(end);
            let before = all.len() as u64;
            while let Some(due) = schedule.due() {
                all.push(due.duration_since(start).as_millis());
                schedule.advance();
            }
            assert_eq!(all.len() as u64 - before, counted);
        }
        all.sort_unstable();
        assert_eq!(all, [0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
    }

    #[test]
    fn at_a_tiny_rate_only_the_first_request_is_ever_due() {
        let start = Instant::now();
        for thread in 0..2 {
            let end = start + Duration::from_hours(1);
            let mut schedule = Schedule::new(start, end, 1e-308, thread, 2);
            assert_eq!(schedule.due(), (thread == 0).then_some(start));
            schedule.advance();
            assert_eq!(schedule.due(), None);
        }
    }
}
