//! What is counted while driving.

use std::{collections::BTreeMap, time::Duration};

use hdrhistogram::Histogram;
use serde::Serialize;

use crate::answer::Fault;

/// The longest time that is recorded exactly, in microseconds: an hour.
const LONGEST_US: u64 = 3_600_000_000;
/// How many wrong responses are kept for a person to look at.
const MOST_MISMATCHES: usize = 5;

/// The counts of a thread, or of all of them.
#[derive(Debug, Clone)]
pub struct Tally {
    /// Responses that were read to their end.
    pub requests: u64,
    /// Bytes that came in.
    pub bytes: u64,
    /// What went wrong, in wrk's classes.
    pub errors: Errors,
    /// What exactly went wrong with responses: the breakdown of `errors.read`.
    pub faults: BTreeMap<Fault, u64>,
    /// Requests whose last byte was handed to the kernel.
    pub sent: u64,
    /// Of these, the ones without a response when the run ended.
    pub in_flight: u64,
    /// Requests that were due, at a constant rate.
    pub due: u64,
    /// Of these, the ones that were due in the lead-in: their latency is not recorded.
    pub lead_in_due: u64,
    /// The run ended early because of [`GiveUp`](crate::GiveUp).
    pub gave_up: bool,
    /// Of the requests that were due, the ones for which no connection could be opened.
    pub unconnected: u64,
    /// Requests that were sent again, because the server had closed the idle connection on which
    /// they were sent first.
    pub repeated: u64,
    /// Connections for which the machine had no free port; they are among those that could not be
    /// made.
    pub no_port: u64,
    /// Connections that were opened.
    pub opened: u64,
    /// The most connections that were open at once.
    pub peak_open: u64,
    /// Microseconds from a request to the end of its response; at a constant rate from when it was
    /// due.
    pub latency: Histogram<u64>,
    /// Microseconds that the driver was late with a request for which it had a connection.
    pub lateness: Histogram<u64>,
    /// Responses per second of each thread, by tenths of a second.
    pub rates: Histogram<u64>,
    /// How long a thread's clock stood at the longest: how much later than it had meant to, it came
    /// to the next turn of its loop.
    pub largest_gap: Duration,
    /// What was compared with what is right.
    pub checks: Checks,
    /// The first wrong responses.
    pub mismatches: Vec<Mismatch>,
}

/// Errors in wrk's classes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Errors {
    /// Connections that could not be made.
    pub connect: u64,
    /// Responses that broke off, or were not HTTP.
    pub read: u64,
    /// Requests that could not be sent.
    pub write: u64,
    /// Responses with a status over 399.
    pub status: u64,
    /// Requests that got no response in time.
    pub timeout: u64,
}

/// How many responses were checked, and how many of them were wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Checks {
    /// Responses whose status was compared with what the script expects.
    pub statuses: u64,
    /// Of these, the wrong ones.
    pub wrong_statuses: u64,
    /// Responses that were read whole and judged.
    pub bodies: u64,
    /// Of these, the wrong ones.
    pub wrong_bodies: u64,
    /// Of both, those with the status 503, by which a server says that it has too much to do.
    pub wrong_unavailable: u64,
}

/// A wrong response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mismatch {
    /// What is wrong with it.
    pub fault: String,
    /// The beginning of the request.
    pub request: String,
    /// The beginning of the response.
    pub answer: String,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            requests: 0,
            bytes: 0,
            errors: Errors::default(),
            faults: BTreeMap::new(),
            sent: 0,
            in_flight: 0,
            due: 0,
            lead_in_due: 0,
            gave_up: false,
            unconnected: 0,
            repeated: 0,
            no_port: 0,
            opened: 0,
            peak_open: 0,
            latency: histogram(),
            lateness: histogram(),
            rates: histogram(),
            largest_gap: Duration::ZERO,
            checks: Checks::default(),
            mismatches: Vec::new(),
        }
    }
}

/// Three digits, from a microsecond to an hour.
fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LONGEST_US, 3)
        .unwrap_or_else(|_| unreachable!("the bounds are constants that the histogram takes"))
}

impl Errors {
    /// Each class by its name in wrk's `summary.errors`.
    #[must_use]
    pub fn named(&self) -> [(&'static str, u64); 5] {
        [
            ("connect", self.connect),
            ("read", self.read),
            ("write", self.write),
            ("status", self.status),
            ("timeout", self.timeout),
        ]
    }
}

impl Tally {
    pub(crate) fn fault(&mut self, fault: Fault) {
        self.errors.read += 1;
        *self.faults.entry(fault).or_default() += 1;
    }

    pub(crate) fn mismatch(&mut self, fault: String, request: &[u8], answer: [&[u8]; 2]) {
        if self.mismatches.len() < MOST_MISMATCHES {
            let answer = shown(answer[0]) + &shown(answer[1]);
            self.mismatches.push(Mismatch { fault, request: shown(request), answer });
        }
    }

    /// Adds what another thread counted.
    pub(crate) fn add(&mut self, other: Self) {
        self.requests += other.requests;
        self.bytes += other.bytes;
        self.errors.connect += other.errors.connect;
        self.errors.read += other.errors.read;
        self.errors.write += other.errors.write;
        self.errors.status += other.errors.status;
        self.errors.timeout += other.errors.timeout;
        for (fault, count) in other.faults {
            *self.faults.entry(fault).or_default() += count;
        }
        self.sent += other.sent;
        self.in_flight += other.in_flight;
        self.due += other.due;
        self.lead_in_due += other.lead_in_due;
        self.gave_up |= other.gave_up;
        self.unconnected += other.unconnected;
        self.repeated += other.repeated;
        self.no_port += other.no_port;
        self.opened += other.opened;
        self.peak_open = self.peak_open.max(other.peak_open);
        self.largest_gap = self.largest_gap.max(other.largest_gap);
        for (to, from) in [
            (&mut self.latency, other.latency),
            (&mut self.lateness, other.lateness),
            (&mut self.rates, other.rates),
        ] {
            // All have the same bounds, which is all that could be wrong.
            let _ = to.add(from);
        }
        self.checks.statuses += other.checks.statuses;
        self.checks.wrong_statuses += other.checks.wrong_statuses;
        self.checks.bodies += other.checks.bodies;
        self.checks.wrong_bodies += other.checks.wrong_bodies;
        self.checks.wrong_unavailable += other.checks.wrong_unavailable;
        let room = MOST_MISMATCHES.saturating_sub(self.mismatches.len());
        self.mismatches.extend(other.mismatches.into_iter().take(room));
    }
}

/// The beginning of a message, for a person.
fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(2000)]).into_owned()
}
