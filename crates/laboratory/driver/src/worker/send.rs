//! How a thread sends requests.

use std::time::{Duration, Instant};

use super::{Worker, micros};
use crate::{
    Error,
    answer::{Expect, Fault, MOST_KEPT},
    connection::{Phase, Sent},
};

impl Worker {
    /// When a request is due that could be sent.
    pub(super) fn next_due(&self) -> Option<Instant> {
        if self.idle.is_empty() && self.vacant.is_empty() {
            return None;
        }
        self.orders.schedule.as_ref()?.due()
    }

    /// Sends what is due, as far as connections are free or may be opened.
    pub(super) fn dispatch(&mut self, mut now: Instant) -> Result<(), Error> {
        while let Some(due) = self.next_due().filter(|&due| due <= now) {
            // The one that was used last, so that those which are not needed grow idle.
            let idle = self.idle.pop_back();
            let Some(at) = idle.or_else(|| self.vacant.pop()) else { break };
            if let Some(schedule) = &mut self.orders.schedule {
                schedule.advance();
            }
            let could = due.max(self.connections[at].free_since);
            now = Instant::now();
            self.tally.lateness.saturating_record(micros(now.saturating_duration_since(could)));
            self.tally.lead_in_due += u64::from(due < self.orders.counted_from);
            self.begin(at, Some(due))?;
            if idle.is_some() {
                self.connections[at].unheard = true;
                self.send_rest(at);
            } else {
                self.connect(at);
            }
        }
        Ok(())
    }

    /// The connection can take a request.
    pub(super) fn ready(&mut self, at: usize) -> Result<(), Error> {
        if self.orders.schedule.is_some() {
            let now = Instant::now();
            self.connections[at].phase = Phase::Idle;
            self.connections[at].free_since = now;
            if now < self.orders.send_until {
                self.idle.push_back(at);
            }
            return Ok(());
        }
        if self.script.has_delay() {
            self.connections[at].phase = Phase::Delayed;
            let delay = Duration::from_millis(self.script.delay()?);
            self.timers.set(Instant::now() + delay, at);
            return Ok(());
        }
        self.send_request(at)
    }

    /// Sends the script's next request.
    pub(super) fn send_request(&mut self, at: usize) -> Result<(), Error> {
        self.begin(at, None)?;
        self.send_rest(at);
        Ok(())
    }

    /// Makes the script's next request that of the connection; its latency counts from when it was
    /// due.
    fn begin(&mut self, at: usize, due: Option<Instant>) -> Result<(), Error> {
        let connection = &mut self.connections[at];
        self.script.request(&mut connection.request)?;
        self.until_sample -= 1;
        connection.sampled = self.orders.validator.is_some()
            && self.orders.pipelined == 1
            && (connection.fresh || self.until_sample == 0);
        if self.until_sample == 0 {
            self.until_sample = self.orders.sample_every;
        }
        connection.begin(self.orders.pipelined);
        connection.sent_at = Instant::now();
        connection.since = due.unwrap_or(connection.sent_at);
        self.expect(at);
        Ok(())
    }

    pub(super) fn send_rest(&mut self, at: usize) {
        match self.connections[at].send() {
            Ok(Sent::Whole) => self.tally.sent += u64::from(self.connections[at].pending),
            Ok(Sent::Partly) => {}
            Err(_) if self.connections[at].unheard => self.repeat(at),
            Err(_) => {
                self.tally.errors.write += 1;
                self.replace(at);
            }
        }
    }

    /// A response broke off, or did not come.
    pub(super) fn broke_off(&mut self, at: usize, fault: Fault) {
        if matches!(fault, Fault::Unanswered | Fault::Reset) && self.connections[at].unheard {
            self.repeat(at);
        } else {
            self.tally.fault(fault);
            self.replace(at);
        }
    }

    /// Sends the request again on a new connection, as clients do when the server may not have seen
    /// it. Its latency still counts from when it was due.
    fn repeat(&mut self, at: usize) {
        let connection = &mut self.connections[at];
        if connection.phase == Phase::Receiving {
            self.tally.sent -= u64::from(connection.pending);
        }
        self.tally.repeated += 1;
        connection.begin(self.orders.pipelined);
        self.expect(at);
        self.connect(at);
    }

    /// Prepares for the next response on a connection.
    pub(super) fn expect(&mut self, at: usize) {
        let connection = &mut self.connections[at];
        let wanted = self.script.wants_responses();
        let validator = self.orders.validator.as_ref().filter(|_| connection.sampled && !wanted);
        let request = &connection.request;
        connection.reader.begin(Expect {
            keep: connection.sampled || wanted,
            body: validator.and_then(|validator| validator.body(&request.bytes)),
            most: validator.map_or(self.orders.most_kept, |validator| {
                validator.longest_body(&request.bytes).min(MOST_KEPT)
            }),
            status: request.expected,
            head_only: request.bytes.starts_with(b"HEAD "),
        });
    }
}
