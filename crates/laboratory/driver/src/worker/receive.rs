//! How a thread handles incoming bytes.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use http::StatusCode;
use rustix::{event::epoll::EventFlags, io::Errno};

use super::{Worker, micros};
use crate::{
    Error,
    answer::{Done, Fault},
    connection::Phase,
};

/// How one piece was received.
enum Piece {
    /// It was shorter than the buffer: what comes next will be told of.
    Last,
    /// The kernel has nothing.
    Drained,
    More,
    /// The connection is another one now, or has sent its next request.
    Over,
}

/// So many pieces of one connection are read in a turn; then the others, and the clock, have theirs.
const MOST_PIECES: usize = 16;

impl Worker {
    /// Reads until the kernel has no more, or as much as one turn takes.
    pub(super) fn receive(&mut self, at: usize, flags: EventFlags) -> Result<(), Error> {
        self.closing = flags.intersects(EventFlags::RDHUP | EventFlags::HUP | EventFlags::ERR);
        for _ in 0..MOST_PIECES {
            let piece = match self.connections[at].phase {
                Phase::Sending | Phase::Receiving => self.piece(at)?,
                Phase::Idle | Phase::Delayed => self.unasked(at),
                Phase::Closed | Phase::Connecting => return Ok(()),
            };
            match piece {
                Piece::More => {}
                // With an end of the stream in sight a short piece is not the last.
                Piece::Last if self.closing => {}
                Piece::Last | Piece::Drained | Piece::Over => return Ok(()),
            }
        }
        match self.unread.iter_mut().find(|(number, _)| *number == at) {
            Some((_, before)) => *before |= flags,
            None => self.unread.push((at, flags)),
        }
        Ok(())
    }

    fn piece(&mut self, at: usize) -> Result<Piece, Error> {
        let connection = &mut self.connections[at];
        let discardable = connection.reader.discardable();
        if discardable > 0 {
            let room = discardable.min(self.sink.len());
            let count = match connection.discard(&mut self.sink[..room]) {
                Ok(0) => return self.ended(at),
                Ok(count) => count,
                Err(error) => return Ok(self.broken(at, error)),
            };
            self.tally.bytes += count as u64;
            return match connection.reader.discarded(count) {
                Some(done) => self.answered(at, done, &[]),
                None if count < room => Ok(Piece::Last),
                None => Ok(Piece::More),
            };
        }
        let large = connection.reader.kept().is_some();
        let mut buffer =
            std::mem::take(if large { &mut self.large_buffer } else { &mut self.buffer });
        let piece = match connection.receive(&mut buffer) {
            Ok(0) => self.ended(at),
            Ok(count) => {
                connection.unheard = false;
                self.tally.bytes += count as u64;
                let full = count == buffer.len();
                self.feed(at, &buffer[..count], full)
            }
            Err(error) => Ok(self.broken(at, error)),
        };
        *(if large { &mut self.large_buffer } else { &mut self.buffer }) = buffer;
        piece
    }

    fn feed(&mut self, at: usize, bytes: &[u8], full: bool) -> Result<Piece, Error> {
        match self.connections[at].reader.feed(bytes) {
            Ok((used, Some(done))) => self.answered(at, done, &bytes[used..]),
            Ok((_, None)) => Ok(if full { Piece::More } else { Piece::Last }),
            Err(fault) => Ok(self.faulty(at, fault)),
        }
    }

    /// An answer has ended; what follows came with it.
    fn answered(&mut self, at: usize, done: Done, follows: &[u8]) -> Result<Piece, Error> {
        let now = Instant::now();
        self.tally.requests += 1;
        self.answers += 1;
        self.tally.errors.status += u64::from(done.status > 399);
        self.check(at, done)?;
        let connection = &mut self.connections[at];
        // The rest of the request is of no use to a server that has answered it.
        let answered_early = connection.phase == Phase::Sending;
        connection.pending -= 1;
        if connection.pending > 0 && done.keep_alive {
            self.expect(at);
            return if follows.is_empty() { Ok(Piece::More) } else { self.feed(at, follows, true) };
        }
        if connection.since >= self.orders.counted_from {
            let latency = now.saturating_duration_since(connection.since);
            self.record(latency);
        }
        if !follows.is_empty() {
            return Ok(self.faulty(at, Fault::Extra));
        }
        // A server may close without announcing it.
        if !done.keep_alive || answered_early || self.closing {
            self.replace(at);
            return Ok(Piece::Over);
        }
        self.ready(at)?;
        Ok(Piece::Over)
    }

    fn record(&mut self, latency: Duration) {
        self.tally.latency.saturating_record(micros(latency));
        if self.orders.give_up.is_some_and(|limit| latency > limit.later_than) {
            self.orders.shared.late.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Compares a response with what is right, and shows it to the script.
    fn check(&mut self, at: usize, done: Done) -> Result<(), Error> {
        let connection = &mut self.connections[at];
        let request = &connection.request;
        let kept = connection.reader.kept();
        if let Some(expected) = request.expected {
            self.tally.checks.statuses += 1;
            if expected != done.status {
                self.tally.checks.wrong_statuses += 1;
                self.tally.checks.wrong_unavailable +=
                    u64::from(done.status == StatusCode::SERVICE_UNAVAILABLE);
                let fault = format!("status {} instead of {expected}", done.status);
                let (head, body) = kept.unwrap_or_default();
                self.tally.mismatch(fault, &request.bytes, [head, body.unwrap_or_default()]);
            }
        }
        let Some((head, body)) = kept else { return Ok(()) };
        if let Some(validator) = self.orders.validator.as_ref().filter(|_| connection.sampled) {
            self.tally.checks.bodies += 1;
            if let Some(fault) = validator.fault(&request.bytes, done.status, head, body) {
                self.tally.checks.wrong_bodies += 1;
                self.tally.checks.wrong_unavailable +=
                    u64::from(done.status == StatusCode::SERVICE_UNAVAILABLE);
                self.tally.mismatch(fault, &request.bytes, [head, body.unwrap_or_default()]);
            }
            connection.fresh = false;
        }
        self.script.response(done.status, head, body.unwrap_or_default())
    }

    /// The stream has ended while a request was under way.
    fn ended(&mut self, at: usize) -> Result<Piece, Error> {
        match self.connections[at].reader.finish() {
            Ok(done) => self.answered(at, done, &[]),
            Err(fault) => Ok(self.faulty(at, fault)),
        }
    }

    /// Bytes or an end where no request is under way.
    fn unasked(&mut self, at: usize) -> Piece {
        let mut buffer = [0; 1];
        match self.connections[at].receive(&mut buffer) {
            // A server may close a connection that it finds idle.
            Ok(0) | Err(Errno::CONNRESET) => {
                self.replace(at);
                Piece::Over
            }
            Ok(_) => self.faulty(at, Fault::Extra),
            Err(error) => self.broken(at, error),
        }
    }

    fn broken(&mut self, at: usize, error: Errno) -> Piece {
        match error {
            Errno::AGAIN => Piece::Drained,
            Errno::INTR => Piece::More,
            _ => self.faulty(at, Fault::Reset),
        }
    }

    fn faulty(&mut self, at: usize, fault: Fault) -> Piece {
        self.broke_off(at, fault);
        Piece::Over
    }
}
