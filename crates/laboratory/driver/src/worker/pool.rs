//! The connections of a thread: when they are opened, and when they are closed.
//!
//! In a closed loop all of them are open all the time. At a constant rate a connection is opened
//! when a request is due and none is free, and closed when it was idle for a while, as clients do.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use rustix::{fd::AsFd, io::Errno};

use super::Worker;
use crate::{Error, connection::Phase};

/// A connection that failed is tried again after this long.
const RETRY: Duration = Duration::from_millis(10);
/// At a constant rate, a connection that is idle for so long is closed. It is short because a
/// server whose worker waits on one idle connection, as gunicorn's sync worker does, serves nobody
/// else meanwhile; and shorter than servers wait, so that it is seldom the server who closes.
const IDLE: Duration = Duration::from_millis(500);

impl Worker {
    /// Opens a connection anew.
    pub(super) fn connect(&mut self, at: usize) {
        self.close(at);
        let (epoll, address) = (self.epoll.as_fd(), self.script.address);
        if let Err(error) = self.connections[at].open(epoll, address, at as u64) {
            self.tally.no_port += u64::from(error == Errno::ADDRNOTAVAIL);
            self.connect_failed(at);
            return;
        }
        self.tally.opened += 1;
        let open = self.orders.shared.open.fetch_add(1, Ordering::Relaxed) + 1;
        self.tally.peak_open = self.tally.peak_open.max(open);
    }

    /// The connection is open.
    pub(super) fn opened(&mut self, at: usize) -> Result<(), Error> {
        let connection = &mut self.connections[at];
        if !connection.is_waited_for() {
            return self.ready(at);
        }
        connection.phase = Phase::Sending;
        self.send_rest(at);
        Ok(())
    }

    pub(super) fn connect_failed(&mut self, at: usize) {
        self.tally.errors.connect += 1;
        self.close(at);
        let (now, connection) = (Instant::now(), &mut self.connections[at]);
        let since = now.saturating_duration_since(connection.sent_at);
        let too_late = since > self.orders.timeout || now >= self.orders.end;
        if connection.is_waited_for() && too_late {
            self.tally.unconnected += 1;
            self.replace(at);
        } else {
            self.timers.set(now + RETRY, at);
        }
    }

    /// A connection is of no more use: in a closed loop another one takes its place at once, at a
    /// constant rate when a request needs one. Nothing waits for it any more.
    pub(super) fn replace(&mut self, at: usize) {
        self.connections[at].pending = 0;
        if self.orders.schedule.is_none() {
            self.connect(at);
            return;
        }
        if self.connections[at].phase == Phase::Idle {
            self.idle.retain(|&idle| idle != at);
        }
        self.close(at);
        let now = Instant::now();
        self.connections[at].free_since = now;
        if now < self.orders.send_until {
            self.vacant.push(at);
        }
    }

    /// Closes what was idle for long.
    pub(super) fn close_idle(&mut self, now: Instant) {
        while let Some(&at) = self.idle.front() {
            if now.saturating_duration_since(self.connections[at].free_since) < IDLE {
                break;
            }
            self.replace(at);
        }
    }

    fn close(&mut self, at: usize) {
        if self.connections[at].close() {
            self.orders.shared.open.fetch_sub(1, Ordering::Relaxed);
        }
    }
}
