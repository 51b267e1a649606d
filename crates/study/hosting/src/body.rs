//! A request's body, read as far as the contract allows.

use std::{pin::pin, time::Duration};

use bytes::{Bytes, BytesMut};
use contract::BODY_LIMIT;
use futures_util::{Stream, StreamExt};
use tokio::time::timeout;

/// Upper bound on a discarded body.
const DISCARD: usize = 1 << 20;
/// A client that sends nothing for this long is waiting for the response. One that means to send
/// has begun by then, even if it shares its CPU.
const DISCARD_PAUSE: Duration = Duration::from_millis(500);

/// Why a body was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyError {
    /// It is longer than the contract allows.
    TooLarge,
    /// It broke off, or its chunks are malformed.
    Broken,
}

/// Reads a body, and keeps not a byte beyond the limit. `told` is its length according to
/// `Content-Length`.
///
/// A body that arrives in one piece is handed on as that piece, without a copy.
pub async fn read_body<E>(
    parts: impl Stream<Item = Result<Bytes, E>>,
    told: Option<u64>,
) -> Result<Bytes, BodyError> {
    let mut parts = pin!(parts);
    if told.is_some_and(|length| length > BODY_LIMIT as u64) {
        discard_body(parts).await;
        return Err(BodyError::TooLarge);
    }
    let Some(first) = part(parts.next().await)? else { return Ok(Bytes::new()) };
    // Complete: no need to ask for a part that cannot come.
    if told == Some(first.len() as u64) {
        return Ok(first);
    }
    let mut whole = BytesMut::new();
    let mut last = first;
    while let Some(next) = part(parts.next().await)? {
        if whole.len() + last.len() + next.len() > BODY_LIMIT {
            discard_body(parts).await;
            return Err(BodyError::TooLarge);
        }
        whole.extend_from_slice(&last);
        last = next;
    }
    if last.len() > BODY_LIMIT {
        return Err(BodyError::TooLarge);
    }
    if whole.is_empty() {
        return Ok(last);
    }
    whole.extend_from_slice(&last);
    Ok(whole.freeze())
}

/// Discards the body of a request that is refused or has no use for one. Unread, the body would
/// close the connection: a client still sending would lose the response, one that was done its next
/// request.
pub async fn discard_body<E>(parts: impl Stream<Item = Result<Bytes, E>>) {
    let mut parts = pin!(parts);
    let mut discarded = 0;
    while discarded < DISCARD {
        let Ok(Some(Ok(part))) = timeout(DISCARD_PAUSE, parts.next()).await else { return };
        discarded += part.len();
    }
}

fn part<E>(part: Option<Result<Bytes, E>>) -> Result<Option<Bytes>, BodyError> {
    part.transpose().map_err(|_| BodyError::Broken)
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    async fn read(parts: &[usize], told: Option<u64>) -> Result<usize, BodyError> {
        let parts = stream::iter(parts.iter().map(|&size| Ok::<_, ()>(vec![b'x'; size].into())));
        read_body(parts, told).await.map(|body| body.len())
    }

    #[tokio::test]
    async fn a_body_of_any_number_of_parts_is_read_up_to_the_limit() {
        assert_eq!(read(&[], None).await, Ok(0));
        assert_eq!(read(&[5], Some(5)).await, Ok(5));
        assert_eq!(read(&[5, 6, 7], Some(18)).await, Ok(18));
        assert_eq!(read(&[BODY_LIMIT], None).await, Ok(BODY_LIMIT));
        assert_eq!(read(&[BODY_LIMIT - 1, 1], None).await, Ok(BODY_LIMIT));
    }

    #[tokio::test]
    async fn a_body_beyond_the_limit_is_refused_however_it_comes() {
        let over = BODY_LIMIT as u64 + 1;
        assert_eq!(read(&[], Some(over)).await, Err(BodyError::TooLarge));
        assert_eq!(read(&[BODY_LIMIT + 1], None).await, Err(BodyError::TooLarge));
        assert_eq!(read(&[BODY_LIMIT, 1], None).await, Err(BodyError::TooLarge));
        assert_eq!(read(&[1, BODY_LIMIT, 1], Some(2)).await, Err(BodyError::TooLarge));
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_an_error_and_not_a_short_body() {
        let parts = stream::iter([Ok(Bytes::from_static(b"half")), Err(())]);
        assert_eq!(read_body(parts, None).await, Err(BodyError::Broken));
    }
}
