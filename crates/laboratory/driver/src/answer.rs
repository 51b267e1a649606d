//! Reads answers as they come in, piece by piece, without a socket: heads, framed bodies, and what may be thrown away
//! unseen.

mod chunks;
mod head;
mod kept;

use chunks::Chunks;
use head::{Framing, Head};
use kept::Kept;

/// A head larger than this is no answer to a benchmark, and is not worth its parsing.
const LARGEST_HEAD: usize = 16 << 10;

/// What is wrong with an answer.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, thiserror::Error,
)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Not the head of an HTTP/1.1 response.
    #[error("the head is no HTTP")]
    Garbage,
    /// A head of more than 16 KiB.
    #[error("the head is too long")]
    HeadTooLong,
    /// A body whose length the head declares in two ways, or in no readable one.
    #[error("the length of the body is unclear")]
    UnclearLength,
    /// Chunks that are not framed as chunks are.
    #[error("the chunks are no chunks")]
    BadChunk,
    /// The end of the stream where an answer was due.
    #[error("closed without an answer")]
    Unanswered,
    /// The end of the stream inside an answer: less than was declared.
    #[error("closed inside the answer")]
    ClosedEarly,
    /// Bytes after the answer: more than was declared.
    #[error("bytes after the answer")]
    Extra,
    /// The connection was reset.
    #[error("reset")]
    Reset,
}

/// An answer that was read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// The status of its head.
    pub status: u16,
    /// Whether the connection may carry another request.
    pub keep_alive: bool,
}

/// What is known of an answer before it is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Expect {
    /// Head and body are to be kept.
    pub keep: bool,
    /// The one right body, where there is one: a kept answer is compared with it piece by piece, and no more than its
    /// beginning is kept.
    pub body: Option<&'static [u8]>,
    /// The status that is right; an answer with another one is kept.
    pub status: Option<u16>,
    /// The request was a HEAD: the answer has no body, whatever its head says.
    pub head_only: bool,
}

/// Reads one answer after the other.
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
    /// Makes ready for the next answer.
    pub fn begin(&mut self, expect: Expect) {
        self.expect = expect;
        self.state = State::Head;
        self.partial.clear();
        self.kept.reset(expect.body);
    }

    /// The head and the body of the answer, where they were to be kept. There is no body where it was compared with
    /// [`Expect::body`] and is the same.
    #[must_use]
    pub fn kept(&self) -> Option<(&[u8], Option<&[u8]>)> {
        self.kept.active.then(|| (self.kept.head.as_slice(), self.kept.body()))
    }

    /// How many of the next bytes are nothing but body that nobody asked for.
    #[must_use]
    pub fn discardable(&self) -> usize {
        match &self.state {
            State::Body { rest, .. } if !self.kept.active => match rest {
                Rest::Bytes(left) => usize::try_from(*left).unwrap_or(usize::MAX),
                Rest::Chunks(chunks) => chunks.discardable(),
                Rest::UntilClose => usize::MAX,
            },
            _ => 0,
        }
    }

    /// Takes note that so many bytes of body, at most [`Self::discardable`], were thrown away.
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
                // 100 Continue and its like go before the answer.
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
