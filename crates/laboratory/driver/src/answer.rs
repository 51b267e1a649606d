//! Parses responses as they arrive, piece by piece, without a socket: heads, framed bodies, and
//! what may be discarded unread.

mod chunks;
mod head;
mod kept;

use chunks::Chunks;
use head::{Framing, Head};
use kept::Kept;

/// A head larger than this does not belong in a benchmark, and is not worth parsing.
const LARGEST_HEAD: usize = 16 << 10;
/// No more than this of a body is kept, in bytes.
pub const MOST_KEPT: usize = 1 << 20;
/// No more than this is kept of the bodies of all connections together, in bytes, for a script or of refusals.
pub const MOST_KEPT_TOGETHER: usize = 24 << 20;

/// What is wrong with a response.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, thiserror::Error,
)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Not the head of an HTTP/1.1 response.
    #[error("the response is not HTTP")]
    Garbage,
    /// A head of more than 16 KiB.
    #[error("the response head is too long")]
    HeadTooLong,
    /// A body whose length the head declares twice, or unreadably.
    #[error("the length of the body is ambiguous")]
    UnclearLength,
    /// Malformed chunks.
    #[error("the chunked encoding is malformed")]
    BadChunk,
    /// The stream ended when a response was due.
    #[error("closed without a response")]
    Unanswered,
    /// The stream ended within a response: less than was declared.
    #[error("closed within the response")]
    ClosedEarly,
    /// Bytes after the response: more than was declared.
    #[error("bytes after the response")]
    Extra,
    /// The connection was reset.
    #[error("reset")]
    Reset,
}

/// A response that was read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// The status of its head.
    pub status: u16,
    /// Whether the connection may carry another request.
    pub keep_alive: bool,
}

/// What is known of a response before it is read.
#[derive(Debug, Clone, Copy)]
pub struct Expect {
    /// Head and body are to be kept.
    pub keep: bool,
    /// The one right body, if there is one: a kept response is compared with it piece by piece, and
    /// only its beginning is kept.
    pub body: Option<&'static [u8]>,
    /// No more than this of another body is kept, in bytes.
    pub most: usize,
    /// The right status; a response with another one is kept.
    pub status: Option<u16>,
    /// The request was a HEAD: the response has no body, whatever its head says.
    pub head_only: bool,
}

impl Default for Expect {
    fn default() -> Self {
        Self { keep: false, body: None, most: MOST_KEPT, status: None, head_only: false }
    }
}

/// Reads one response after the other.
#[derive(Debug, Default)]
pub struct Reader {
    expect: Expect,
    state: State,
    /// The beginning of a head that has not come in whole.
    partial: Vec<u8>,
    kept: Kept,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Head,
    Body {
        done: Done,
        rest: Rest,
    },
}

#[derive(Debug)]
enum Rest {
    Bytes(u64),
    Chunks(Chunks),
    UntilClose,
}

impl Reader {
    /// Prepares for the next response.
    pub fn begin(&mut self, expect: Expect) {
        self.expect = expect;
        self.state = State::Head;
        self.partial.clear();
        self.kept.reset(expect.body, expect.most);
    }

    /// The head and the body of the answer, where they were to be kept. There is no body where it was compared with
    /// [`Expect::body`] and is the same.
    #[must_use]
    pub fn kept(&self) -> Option<(&[u8], Option<&[u8]>)> {
        self.kept.active.then(|| (self.kept.head.as_slice(), self.kept.body()))
    }

    /// How many of the next bytes are only body that nobody needs.
    #[must_use]
    pub fn discardable(&self) -> usize {
        match &self.state {
            State::Body { rest, .. } if !self.kept.wants_more() => match rest {
                Rest::Bytes(left) => usize::try_from(*left).unwrap_or(usize::MAX),
                Rest::Chunks(chunks) => chunks.discardable(),
                Rest::UntilClose => usize::MAX,
            },
            _ => 0,
        }
    }

    /// Notes that this many bytes of body, at most [`Self::discardable`], were discarded.
    pub fn discarded(&mut self, count: usize) -> Option<Done> {
        let State::Body { done, rest } = &mut self.state else { return None };
        match rest {
            Rest::Bytes(left) => {
                *left = left.saturating_sub(count as u64);
                (*left == 0).then_some(*done)
            }
            Rest::Chunks(chunks) => {
                chunks.discarded(count);
                None
            }
            Rest::UntilClose => None,
        }
    }

    /// Takes bytes in: how many of them belong to this answer, and the answer where they end it.
    pub fn feed(&mut self, input: &[u8]) -> Result<(usize, Option<Done>), Fault> {
        let mut taken = 0;
        loop {
            let input = &input[taken..];
            if let State::Body { done, rest } = &mut self.state {
                let done = *done;
                let (used, ended) = rest.feed(input, &mut self.kept)?;
                return Ok((taken + used, ended.then_some(done)));
            }
            let (used, head) = self.feed_head(input)?;
            taken += used;
            match head {
                None => return Ok((taken, None)),
                // 100 Continue and the like precede the response.
                Some(head) if head.status < 200 => {}
                Some(head) => {
                    if let Some(done) = self.begin_body(head) {
                        return Ok((taken, Some(done)));
                    }
                }
            }
        }
    }

    /// The stream has ended.
    pub fn finish(&mut self) -> Result<Done, Fault> {
        match &self.state {
            State::Body { done, rest: Rest::UntilClose } => Ok(*done),
            State::Head if self.partial.is_empty() => Err(Fault::Unanswered),
            _ => Err(Fault::ClosedEarly),
        }
    }

    fn feed_head(&mut self, input: &[u8]) -> Result<(usize, Option<Head>), Fault> {
        if self.partial.is_empty() {
            if let Some((head, length)) = Head::parse(input)? {
                self.keep_head(head, &input[..length]);
                return Ok((length, Some(head)));
            }
            self.partial.extend_from_slice(input);
        } else {
            let before = self.partial.len();
            self.partial.extend_from_slice(input);
            if let Some((head, length)) = Head::parse(&self.partial)? {
                let whole = std::mem::take(&mut self.partial);
                self.keep_head(head, &whole[..length]);
                return Ok((length - before, Some(head)));
            }
        }
        if self.partial.len() > LARGEST_HEAD {
            return Err(Fault::HeadTooLong);
        }
        Ok((input.len(), None))
    }

    fn keep_head(&mut self, head: Head, bytes: &[u8]) {
        let unexpected = self.expect.status.is_some_and(|status| status != head.status);
        self.kept.active = head.status >= 200 && (self.expect.keep || unexpected);
        if self.kept.active {
            self.kept.head.extend_from_slice(bytes);
        }
    }

    /// Goes on to the body; the answer where there is none.
    fn begin_body(&mut self, head: Head) -> Option<Done> {
        let done = Done { status: head.status, keep_alive: head.keep_alive };
        let framing = if self.expect.head_only { Framing::Length(0) } else { head.framing };
        let rest = match framing {
            Framing::Length(0) => return Some(done),
            Framing::Length(length) => Rest::Bytes(length),
            Framing::Chunked => Rest::Chunks(Chunks::default()),
            Framing::UntilClose => {
                self.state = State::Body {
                    done: Done { keep_alive: false, ..done },
                    rest: Rest::UntilClose,
                };
                return None;
            }
        };
        self.state = State::Body { done, rest };
        None
    }
}

impl Rest {
    /// How many bytes belong to the body, and whether they end it.
    fn feed(&mut self, input: &[u8], kept: &mut Kept) -> Result<(usize, bool), Fault> {
        match self {
            Self::Chunks(chunks) => chunks.feed(input, kept),
            Self::Bytes(left) => {
                let used = usize::try_from(*left).map_or(input.len(), |left| left.min(input.len()));
                kept.push(&input[..used]);
                *left -= used as u64;
                Ok((used, *left == 0))
            }
            Self::UntilClose => {
                kept.push(input);
                Ok((input.len(), false))
            }
        }
    }
}

#[cfg(test)]
mod tests;
