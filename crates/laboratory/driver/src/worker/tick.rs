//! What a thread does when its time has come.

use std::time::Instant;

use super::{TICK, Worker};
use crate::{Error, connection::Phase};

impl Worker {
    pub(super) fn fire_timers(&mut self, now: Instant) -> Result<(), Error> {
        let paced = self.orders.schedule.is_some();
        while let Some(at) = self.timers.due(now) {
            match self.connections[at].phase {
                Phase::Closed if !paced || self.connections[at].is_waited_for() => self.connect(at),
                Phase::Delayed => self.send_request(at)?,
                _ => {}
            }
        }
        if now >= self.next_tick {
            self.tick(now);
        }
        Ok(())
    }

    /// Records the rate, gives up hanging requests, and closes what was idle for long.
    fn tick(&mut self, now: Instant) {
        self.next_tick = now + TICK;
        let seconds = now.duration_since(self.last_tick).as_secs_f64();
        if self.answers > 0 && seconds > 0.0 {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a rate, as a whole number"
            )]
            self.tally.rates.saturating_record((self.answers as f64 / seconds) as u64);
            self.answers = 0;
            self.last_tick = now;
        }
        for at in 0..self.connections.len() {
            let connection = &self.connections[at];
            let under_way = match connection.phase {
                Phase::Sending | Phase::Receiving => true,
                Phase::Connecting => connection.is_waited_for(),
                Phase::Closed | Phase::Idle | Phase::Delayed => false,
            };
            if under_way && now.saturating_duration_since(connection.sent_at) > self.orders.timeout
            {
                self.tally.errors.timeout += 1;
                self.replace(at);
            }
        }
        self.close_idle(now);
    }
}
