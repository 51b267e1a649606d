//! One connection of a thread: its socket, and the request and response in flight on it.

use std::{net::SocketAddr, time::Instant};

use rustix::{
    event::epoll::{self, EventData, EventFlags},
    fd::{BorrowedFd, OwnedFd},
    io::Errno,
    net::{
        AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, connect, ipproto, recv, send,
        socket_with, sockopt,
    },
};

use crate::{answer::Reader, script::Request};

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// There is none, until it is tried again.
    Closed,
    Connecting,
    /// Ready for a request.
    Idle,
    /// The next request waits for the script's delay.
    Delayed,
    Sending,
    Receiving,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Connection {
    socket: Option<OwnedFd>,
    pub(crate) phase: Phase,
    pub(crate) request: Request,
    /// How much of the request has been sent.
    written: usize,
    pub(crate) reader: Reader,
    /// Responses still outstanding for what was sent, or is sent as soon as the connection is open.
    pub(crate) pending: u32,
    /// Latency counts from here.
    pub(crate) since: Instant,
    pub(crate) sent_at: Instant,
    /// Since when it could take a request; closed, since when it could be opened for one.
    pub(crate) free_since: Instant,
    /// The connection was idle before the request in flight, and nothing has come in since: if the
    /// server closes it, it may not have seen the request.
    pub(crate) unheard: bool,
    /// The response in flight is one of the sample.
    pub(crate) sampled: bool,
    /// No response of this connection has been sampled.
    pub(crate) fresh: bool,
}

/// How far sending came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    Whole,
    Partly,
}

impl Connection {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            socket: None,
            phase: Phase::Closed,
            request: Request::default(),
            written: 0,
            reader: Reader::default(),
            pending: 0,
            since: now,
            sent_at: now,
            free_since: now,
            unheard: false,
            sampled: false,
            fresh: true,
        }
    }

    /// Opens the socket and watches it under this number.
    ///
    /// It is watched for both directions, edge-triggered: after an event, the caller goes on until
    /// the kernel has no more, so nothing has to be registered again for each request.
    pub(crate) fn open(
        &mut self,
        epoll: BorrowedFd,
        address: SocketAddr,
        number: u64,
    ) -> Result<(), Errno> {
        let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        let socket = socket_with(family, SocketType::STREAM, flags, Some(ipproto::TCP))?;
        sockopt::set_tcp_nodelay(&socket, true)?;
        match connect(&socket, &address) {
            Ok(()) | Err(Errno::INPROGRESS) => {}
            Err(error) => return Err(error),
        }
        let events = EventFlags::IN | EventFlags::OUT | EventFlags::RDHUP | EventFlags::ET;
        epoll::add(epoll, &socket, EventData::new_u64(number), events)?;
        self.socket = Some(socket);
        self.phase = Phase::Connecting;
        Ok(())
    }

    /// Closes the socket; whether there was one.
    pub(crate) fn close(&mut self) -> bool {
        self.phase = Phase::Closed;
        self.socket.take().is_some()
    }

    /// Whether connecting succeeded, once the socket reports a change.
    pub(crate) fn connected(&self) -> Result<(), Errno> {
        sockopt::socket_error(self.socket()?)?
    }

    /// Whether a request goes out as soon as the connection is open.
    pub(crate) fn is_waited_for(&self) -> bool {
        self.pending > 0 && matches!(self.phase, Phase::Closed | Phase::Connecting)
    }

    /// Makes the request the next to be sent.
    pub(crate) fn begin(&mut self, pending: u32) {
        self.written = 0;
        self.pending = pending;
        self.unheard = false;
        self.phase = Phase::Sending;
    }

    /// Sends what is left of the request.
    pub(crate) fn send(&mut self) -> Result<Sent, Errno> {
        while self.written < self.request.bytes.len() {
            let rest = &self.request.bytes[self.written..];
            match send(self.socket()?, rest, SendFlags::NOSIGNAL) {
                Ok(count) => self.written += count,
                Err(Errno::AGAIN) => return Ok(Sent::Partly),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error),
            }
        }
        self.phase = Phase::Receiving;
        Ok(Sent::Whole)
    }

    /// Reads into a buffer; 0 at the end of the stream.
    pub(crate) fn receive(&self, buffer: &mut [u8]) -> Result<usize, Errno> {
        recv(self.socket()?, buffer, RecvFlags::empty()).map(|(count, _)| count)
    }

    /// Lets the kernel discard what has arrived, as much as the buffer could hold.
    ///
    /// For TCP, `MSG_TRUNC` counts bytes without copying them: nothing is written into the buffer, whose pages are
    /// never touched. It is initialised memory all the same, so that this is sound whatever the kernel does.
    pub(crate) fn discard(&self, buffer: &mut [u8]) -> Result<usize, Errno> {
        recv(self.socket()?, buffer, RecvFlags::TRUNC).map(|(_, count)| count)
    }

    fn socket(&self) -> Result<&OwnedFd, Errno> {
        self.socket.as_ref().ok_or(Errno::NOTCONN)
    }
}
