//! A thread: its connections, and the loop that drives them.

mod pool;
mod receive;
mod send;
mod tick;
mod timers;

use std::{
    collections::VecDeque,
    mem,
    num::NonZeroU64,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use rustix::{
    buffer::spare_capacity,
    event::{
        Timespec,
        epoll::{self, Event, EventFlags},
    },
    fd::OwnedFd,
    io::Errno,
    thread::set_current_timer_slack,
};

use crate::{
    Error, GiveUp, ResponseValidator,
    connection::{Connection, Phase},
    schedule::Schedule,
    script::ThreadScript,
    tally::Tally,
};
use timers::Timers;

/// How often rates are recorded and hanging requests are detected.
const TICK: Duration = Duration::from_millis(100);
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
    /// Latencies of requests that were due before are not recorded.
    pub(crate) counted_from: Instant,
    pub(crate) end: Instant,
    /// What was due before the end is sent until then.
    pub(crate) send_until: Instant,
    pub(crate) timeout: Duration,
    /// When requests are due; without it, each request follows the previous response.
    pub(crate) schedule: Option<Schedule>,
    pub(crate) give_up: Option<GiveUp>,
    /// How many responses follow what the script sends at once.
    pub(crate) pipelined: u32,
    /// One in this many responses is read whole.
    pub(crate) sample_every: u64,
    pub(crate) validator: Option<Arc<dyn ResponseValidator>>,
    /// No more than this of a body is kept, in bytes, where no validator says how much is enough.
    pub(crate) most_kept: usize,
    pub(crate) shared: Arc<Shared>,
}

/// What threads count together.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// Open connections.
    open: AtomicU64,
    /// Requests that were late, where [`GiveUp`] says what that is.
    late: AtomicU64,
}

/// See the module.
pub(crate) struct Worker {
    orders: Orders,
    script: ThreadScript,
    epoll: OwnedFd,
    connections: Vec<Connection>,
    /// At a constant rate, open connections that wait for a request to be due; the one that has
    /// waited longest first.
    idle: VecDeque<usize>,
    /// At a constant rate, connections that are closed until a request needs them.
    vacant: Vec<usize>,
    /// Connections on which more has come in than one turn takes.
    unread: Vec<(usize, EventFlags)>,
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
            vacant: Vec::new(),
            unread: Vec::new(),
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
        if self.orders.schedule.is_some() {
            self.vacant.extend((0..self.connections.len()).rev());
        } else {
            for at in 0..self.connections.len() {
                self.connect(at);
            }
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
            for (at, flags) in mem::take(&mut self.unread) {
                self.receive(at, flags)?;
            }
            for event in events.drain(..) {
                self.handle(event)?;
            }
        }
        Ok(self.finish())
    }

    fn is_over(&self, now: Instant) -> bool {
        if self.script.stop.load(Ordering::Relaxed) || self.gives_up() {
            return true;
        }
        if now < self.orders.end {
            return false;
        }
        self.orders.schedule.is_none()
            || now >= self.orders.end + self.orders.timeout
            || (self.answering() == 0 && self.unconnected() == 0)
    }

    /// Whether more requests would show nothing more.
    fn gives_up(&self) -> bool {
        let late = || self.orders.shared.late.load(Ordering::Relaxed);
        self.orders.give_up.is_some_and(|limit| late() >= limit.requests)
    }

    fn finish(mut self) -> Tally {
        self.tally.in_flight = self.answering();
        self.tally.unconnected += self.unconnected();
        self.tally.gave_up = self.gives_up();
        if let Some(schedule) = &self.orders.schedule {
            let stopped = Instant::now();
            let left_before = |moment: Instant| schedule.left_before(moment.min(stopped));
            self.tally.due = self.tally.lateness.len() + left_before(stopped);
            self.tally.lead_in_due += left_before(self.orders.counted_from);
        }
        self.tally
    }

    /// How many requests were sent and got no response.
    fn answering(&self) -> u64 {
        let under_way = |connection: &&Connection| connection.phase == Phase::Receiving;
        self.connections.iter().filter(under_way).map(|one| u64::from(one.pending)).sum()
    }

    /// How many requests wait for their connection to open.
    fn unconnected(&self) -> u64 {
        self.connections.iter().filter(|connection| connection.is_waited_for()).count() as u64
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
        if !self.unread.is_empty() {
            until = now;
        }
        self.next_turn = until.max(now);
        let left = until.saturating_duration_since(now);
        let timeout = Timespec::try_from(left).ok();
        match epoll::wait(&self.epoll, spare_capacity(events), timeout.as_ref()) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(error) => Err(Error::system("cannot wait for sockets", error)),
        }
    }

    fn handle(&mut self, event: Event) -> Result<(), Error> {
        let Ok(at) = usize::try_from(event.data.u64()) else { return Ok(()) };
        let flags = event.flags;
        if self.connections[at].phase == Phase::Connecting {
            match self.connections[at].connected() {
                // Tells of a change, but not of the one that is waited for.
                Ok(()) if !flags.intersects(EventFlags::OUT) => return Ok(()),
                // What has come in already is not told of again.
                Ok(()) => self.opened(at)?,
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
}

pub(crate) fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
