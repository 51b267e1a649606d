//! Waits until a server has done what was asked of it.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::{Arrivals, Error, Run, drive};

/// Long enough for one request to be due at the rate of one a second.
const ONE_REQUEST: Duration = Duration::from_millis(1);
/// A server that refuses is not asked at once again.
const PAUSE: Duration = Duration::from_millis(10);

/// Sends one request at a time, on a connection of its own, until one is answered within a time, or
/// takes as long as the one before it: then nothing was waiting. Returns how long that took; `None`
/// if it was not so after `at_most`.
pub fn drain(run: &Run, within: Duration, at_most: Duration) -> Result<Option<Duration>, Error> {
    let start = Instant::now();
    let mut before = None;
    loop {
        let left = at_most.saturating_sub(start.elapsed());
        if left.is_zero() {
            return Ok(None);
        }
        let outcome = drive(&Run {
            connections: 1,
            threads: 1,
            duration: ONE_REQUEST,
            lead_in: Duration::ZERO,
            timeout: left,
            rate: Some(1.0),
            arrivals: Arrivals::Even,
            give_up: None,
            overtime: Duration::ZERO,
            validator: None,
            ..run.clone()
        })?;
        let answered = outcome.tally.requests > 0;
        // Starting the script takes its time as well, which is none of the server's.
        let took = Duration::from_micros(outcome.tally.latency.max());
        if answered && (took <= within || before.is_some_and(|before| took > before / 2)) {
            return Ok(Some(start.elapsed()));
        }
        before = answered.then_some(took);
        thread::sleep(PAUSE.min(left));
    }
}
