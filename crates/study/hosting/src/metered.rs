//! A connection's stream, with what its client takes and sends on meters.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How many bytes a client may send before it takes some part of an answer: room for the largest body that is
/// discarded, twice. Beyond them the stream reads as if the client had stopped sending.
///
/// Bodies have limits of their own. This one is for what never becomes part of a body: the extensions
/// of chunks, trailers, and a body behind an early answer. actix-http reads all of them without end.
const MOST_UNANSWERED: usize = 2 << 20;

/// A stream that counts the writes that its client took, and the bytes that came since the last one.
#[derive(Debug)]
pub struct Metered<S> {
    stream: S,
    writes: Arc<AtomicU32>,
    unanswered: usize,
}

/// The writes on a metered stream, seen from outside the connection that owns it.
#[derive(Debug)]
pub struct Progress(Arc<AtomicU32>);

/// Meters a stream.
pub fn meter<S>(stream: S) -> (Metered<S>, Progress) {
    let writes = Arc::default();
    (Metered { stream, writes: Arc::clone(&writes), unanswered: 0 }, Progress(writes))
}

impl Progress {
    /// How often the client took something so far. The count wraps.
    pub(crate) fn writes(&self) -> u32 {
        self.0.load(Relaxed)
    }
}

impl<S> Metered<S> {
    fn count(&mut self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        let written = ready!(written)?;
        if written > 0 {
            self.writes.fetch_add(1, Relaxed);
            self.unanswered = 0;
        }
        Poll::Ready(Ok(written))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.unanswered >= MOST_UNANSWERED {
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.unanswered += buffer.filled().len() - before;
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.count(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.count(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncWriteExt, copy, join, repeat, sink};

    use super::*;

    #[tokio::test]
    async fn a_client_that_sends_without_end_seems_to_stop_until_it_takes_some_answer() {
        let (mut stream, _progress) = meter(join(repeat(b'x'), sink()));
        let limit = MOST_UNANSWERED as u64;
        let sent = copy(&mut stream, &mut sink()).await.unwrap();
        assert!((limit..limit + (64 << 10)).contains(&sent), "{sent}");
        assert_eq!(copy(&mut stream, &mut sink()).await.unwrap(), 0);
        stream.write_all(b"answer").await.unwrap();
        assert!(copy(&mut stream, &mut sink()).await.unwrap() >= limit);
    }
}
