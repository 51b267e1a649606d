//! What a thread has to do later with a connection.

use std::{cmp::Reverse, collections::BinaryHeap, time::Instant};

/// Moments with the connections that wait for them.
#[derive(Debug, Default)]
pub(super) struct Timers {
    waiting: BinaryHeap<Reverse<(Instant, usize)>>,
}

impl Timers {
    pub(super) fn set(&mut self, when: Instant, connection: usize) {
        self.waiting.push(Reverse((when, connection)));
    }

    pub(super) fn next(&self) -> Option<Instant> {
        self.waiting.peek().map(|Reverse((when, _))| *when)
    }

    /// A connection whose moment has come.
    pub(super) fn due(&mut self, now: Instant) -> Option<usize> {
        self.next().filter(|&when| when <= now)?;
        self.waiting.pop().map(|Reverse((_, connection))| connection)
    }
}
