//! A thread: its connections, and the loop that drives them.

mod receive;
mod timers;

use std::{
    collections::VecDeque,
    num::NonZeroU64,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use rustix::{
    buffer::spare_capacity,
    event::{
        Timespec,
        epoll::{self, Event, EventFlags},
    },
    fd::{AsFd, OwnedFd},
    io::Errno,
    thread::set_current_timer_slack,
};

use crate::{
    Error, ResponseValidator,
    answer::Expect,
    connection::{Connection, Phase, Sent},
    schedule::Schedule,
    script::ThreadScript,
    tally::Tally,
};
use timers::Timers;

/// How often rates are recorded and hanging requests are detected.
const TICK: Duration = Duration::from_millis(100);
/// A connection that failed is tried again after this long.
const RETRY: Duration = Duration::from_millis(10);
/// Larger than any head of an answer that a benchmark sees, and small, since what it holds is copied.
const BUFFER: usize = 8 << 10;
/// For answers that are read whole.
const LARGE_BUFFER: usize = 256 << 10;
/// As much as is discarded at once: more than a socket's buffer holds.
const SINK: usize = 8 << 20;

/// What a thread is to do.
pub(crate) struct Orders {
    pub(crate) connections: usize,
    pub(crate) start: Instant,
    pub(crate) end: Instant,
    pub(crate) timeout: Duration,
    /// When requests are due; without it, each request follows the previous response.
    pub(crate) schedule: Option<Schedule>,
    /// How many responses follow what the script sends at once.
    pub(crate) pipelined: u32,
    /// One in this many responses is read whole.
    pub(crate) sample_every: u64,
    pub(crate) validator: Option<Arc<dyn ResponseValidator>>,
}

/// See the module.
pub(crate) struct Worker {
    orders: Orders,
    script: ThreadScript,
    epoll: OwnedFd,
    connections: Vec<Connection>,
    /// Connections that wait for a request to be due.
    idle: VecDeque<usize>,
    timers: Timers,
    /// When the next turn of the loop begins at the latest.
    next_turn: Instant,
    next_tick: Instant,
    last_tick: Instant,
    /// Responses since the last tick.
    answers: u64,
    /// Requests until one is sampled.
    until_sample: u64,
    pub(crate) tally: Tally,
    /// The end of the stream is in sight on the connection whose event is handled.
    closing: bool,
    buffer: Vec<u8>,
    large_buffer: Vec<u8>,
    sink: Vec<u8>,
}

impl Worker {
    pub(crate) fn new(orders: Orders, script: ThreadScript) -> Result<Self, Error> {
        let start = orders.start;
        Ok(Self {
            epoll: epoll::create(epoll::CreateFlags::CLOEXEC)
                .map_err(|error| Error::system("cannot watch sockets", error))?,
            connections: (0..orders.connections).map(|_| Connection::new(start)).collect(),
            idle: VecDeque::new(),
            timers: Timers::default(),
            next_turn: start,
            next_tick: start + TICK,
            last_tick: start,
            answers: 0,
            until_sample: orders.sample_every,
            tally: Tally::default(),
            closing: false,
            buffer: vec![0; BUFFER],
            large_buffer: vec![0; LARGE_BUFFER],
            // Zeroed memory comes from the kernel unpopulated, and stays so.
            sink: vec![0; SINK],
            orders,
            script,
        })
    }

    /// Drives until the end. At a constant rate, what was sent before it may still be answered after it.
    pub(crate) fn run(mut self) -> Result<Tally, Error> {
        // By default the kernel wakes a thread up to 50 µs late. If this cannot be changed, the
        // thread is late.
        let _late = set_current_timer_slack(Some(NonZeroU64::MIN));
        for at in 0..self.connections.len() {
            self.connect(at);
        }
        let mut events = Vec::with_capacity(1024);
        self.next_turn = Instant::now();
        loop {
            let now = Instant::now();
            let late = now.saturating_duration_since(self.next_turn);
            self.tally.largest_gap = self.tally.largest_gap.max(late);
            // First, so that what was due in time goes out even if the thread woke up late.
            self.dispatch(now)?;
            if self.is_over(now) {
                break;
            }
            self.fire_timers(now)?;
            self.wait(&mut events)?;
            for event in events.drain(..) {
                self.handle(event)?;
            }
        }
        Ok(self.finish())
    }

    fn is_over(&self, now: Instant) -> bool {
        if self.script.stop.load(Ordering::Relaxed) {
            return true;
        }
        if now < self.orders.end {
            return false;
        }
        self.orders.schedule.is_none()
            || now >= self.orders.end + self.orders.timeout
            || self.answering() == 0
    }

    fn finish(mut self) -> Tally {
        self.tally.in_flight = self.answering();
        if let Some(schedule) = self.orders.schedule {
            let stopped = Instant::now();
            self.tally.due = schedule.due_before(stopped);
        }
        self.tally
    }

    /// How many requests were sent and got no response.
    fn answering(&self) -> u64 {
        let under_way = |connection: &&Connection| connection.phase == Phase::Receiving;
        self.connections.iter().filter(under_way).map(|one| u64::from(one.pending)).sum()
    }

    fn wait(&mut self, events: &mut Vec<Event>) -> Result<(), Error> {
        let now = Instant::now();
        let mut until = self.next_tick;
        if now < self.orders.end {
            until = until.min(self.next_due().unwrap_or(until)).min(self.orders.end);
        }
        if let Some(timer) = self.timers.next() {
            until = until.min(timer);
        }
        self.next_turn = until.max(now);
        let left = until.saturating_duration_since(now);
        let timeout = Timespec::try_from(left).ok();
        match epoll::wait(&self.epoll, spare_capacity(events), timeout.as_ref()) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(error) => Err(Error::system("cannot wait for sockets", error)),
        }
    }

    /// When a request is due that could be sent.
    fn next_due(&self) -> Option<Instant> {
        if self.idle.is_empty() { None } else { self.due() }
    }

    fn due(&self) -> Option<Instant> {
        self.orders.schedule.as_ref()?.due()
    }

    /// Sends what is due, as far as connections are free.
    fn dispatch(&mut self, mut now: Instant) -> Result<(), Error> {
        while self.next_due().is_some_and(|due| due <= now) {
            let (Some(at), Some(due)) = (self.idle.pop_front(), self.due()) else { break };
            if self.connections[at].phase != Phase::Idle {
                continue;
            }
            // A connection that came free only after the end is too late.
            if self.connections[at].idle_since >= self.orders.end {
                break;
            }
            if let Some(schedule) = &mut self.orders.schedule {
                schedule.advance();
            }
            let could = due.max(self.connections[at].idle_since);
            now = Instant::now();
            self.tally.lateness.saturating_record(micros(now.saturating_duration_since(could)));
            self.send_request(at, Some(due))?;
        }
        Ok(())
    }

    fn handle(&mut self, event: Event) -> Result<(), Error> {
        let Ok(at) = usize::try_from(event.data.u64()) else { return Ok(()) };
        let flags = event.flags;
        if self.connections[at].phase == Phase::Connecting {
            match self.connections[at].connected() {
                // Tells of a change, but not of the one that is waited for.
                Ok(()) if !flags.intersects(EventFlags::OUT) => return Ok(()),
                Ok(()) => return self.ready(at),
                Err(_) => {
                    self.connect_failed(at);
                    return Ok(());
                }
            }
        }
        if flags.contains(EventFlags::OUT) && self.connections[at].phase == Phase::Sending {
            self.send_rest(at);
        }
        let news = EventFlags::IN | EventFlags::RDHUP | EventFlags::HUP | EventFlags::ERR;
        if flags.intersects(news) {
            self.receive(at, flags)?;
        }
        Ok(())
    }

    fn connect(&mut self, at: usize) {
        let (epoll, address) = (self.epoll.as_fd(), self.script.address);
        if self.connections[at].open(epoll, address, at as u64).is_err() {
            self.connect_failed(at);
        }
    }

    fn connect_failed(&mut self, at: usize) {
        self.tally.errors.connect += 1;
        self.connections[at].close();
        self.timers.set(Instant::now() + RETRY, at);
    }

    /// The connection can take a request.
    fn ready(&mut self, at: usize) -> Result<(), Error> {
        if self.orders.schedule.is_some() {
            self.connections[at].phase = Phase::Idle;
            self.connections[at].idle_since = Instant::now();
            self.idle.push_back(at);
            return Ok(());
        }
        if self.script.has_delay() {
            self.connections[at].phase = Phase::Delayed;
            let delay = Duration::from_millis(self.script.delay()?);
            self.timers.set(Instant::now() + delay, at);
            return Ok(());
        }
        self.send_request(at, None)
    }

    /// Sends the script's next request; its latency counts from when it was due.
    fn send_request(&mut self, at: usize, due: Option<Instant>) -> Result<(), Error> {
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
        connection.reader.begin(expectation(connection, &self.script, &self.orders));
        connection.sent_at = Instant::now();
        connection.since = due.unwrap_or(connection.sent_at);
        self.send_rest(at);
        Ok(())
    }

    fn send_rest(&mut self, at: usize) {
        match self.connections[at].send() {
            Ok(Sent::Whole) => self.tally.sent += u64::from(self.connections[at].pending),
            Ok(Sent::Partly) => {}
            Err(_) => {
                self.tally.errors.write += 1;
                self.connect(at);
            }
        }
    }

    fn fire_timers(&mut self, now: Instant) -> Result<(), Error> {
        while let Some(at) = self.timers.due(now) {
            match self.connections[at].phase {
                Phase::Closed => self.connect(at),
                Phase::Delayed => self.send_request(at, None)?,
                _ => {}
            }
        }
        if now >= self.next_tick {
            self.tick(now);
        }
        Ok(())
    }

    /// Records the rate, and gives up hanging requests.
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
            let under_way = matches!(connection.phase, Phase::Sending | Phase::Receiving);
            if under_way && now.saturating_duration_since(connection.sent_at) > self.orders.timeout
            {
                self.tally.errors.timeout += 1;
                self.connect(at);
            }
        }
    }
}

/// How to read the next response on a connection.
fn expectation(connection: &Connection, script: &ThreadScript, orders: &Orders) -> Expect {
    let validator =
        orders.validator.as_ref().filter(|_| connection.sampled && !script.wants_responses());
    Expect {
        keep: connection.sampled || script.wants_responses(),
        body: validator.and_then(|validator| validator.body(&connection.request.bytes)),
        status: connection.request.expected,
        head_only: connection.request.bytes.starts_with(b"HEAD "),
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
