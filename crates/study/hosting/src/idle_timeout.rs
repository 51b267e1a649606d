//! The idle timeout, which ends connections that make the server wait.
//!
//! One rule covers a slow head, a slow body, an idle connection and a client that does not read: a client takes
//! some part of an answer within the idle timeout, or its connection ends. The frameworks' own timers
//! are set anew with each request; this one looks at a counter a few times a minute.

use std::{fmt, pin::pin, time::Duration};

use futures_util::future::{Either, select};
use tokio::time::sleep;

use crate::metered::Progress;

/// Serves a connection until it ends, or until its client has taken nothing for `idle_timeout` to
/// 1.5 times as long. Logs how it ended.
pub async fn serve_until_idle<E: fmt::Display>(
    connection: impl Future<Output = Result<(), E>>,
    progress: Progress,
    idle_timeout: Duration,
) {
    match until_idle(connection, progress, idle_timeout).await {
        Some(Ok(())) => {}
        Some(Err(error)) => tracing::debug!(%error, "a connection ended early"),
        None => tracing::debug!("closed a connection: its client stopped reading"),
    }
}

/// No output once the timeout has passed.
async fn until_idle<F: Future>(
    connection: F,
    progress: Progress,
    idle_timeout: Duration,
) -> Option<F::Output> {
    match select(pin!(connection), pin!(stalled(&progress, idle_timeout))).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(_) => None,
    }
}

/// Looks so often that `idle_timeout` has passed, and less than half as much again, when it gives up.
async fn stalled(progress: &Progress, idle_timeout: Duration) {
    let mut seen = progress.writes();
    let mut looks_without_a_write = 0;
    // A write may fall right before a look: two whole spaces without one are `idle_timeout`, and at most one more
    // has begun before them.
    while looks_without_a_write < 2 {
        sleep(idle_timeout / 2).await;
        let now = progress.writes();
        looks_without_a_write = if now == seen { looks_without_a_write + 1 } else { 0 };
        seen = now;
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::{
        io::{AsyncWriteExt, DuplexStream, duplex},
        time::Instant,
    };

    use super::*;
    use crate::metered::{Metered, meter};

    const IDLE_TIMEOUT: Duration = Duration::from_secs(10);

    async fn ended_after(connection: impl AsyncFnOnce(Metered<DuplexStream>)) -> (bool, Duration) {
        let (near, _far) = duplex(1 << 20);
        let start = Instant::now();
        let (stream, progress) = meter(near);
        let ended = until_idle(connection(stream), progress, IDLE_TIMEOUT).await;
        (ended.is_some(), start.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_writes_nothing_ends_at_the_idle_timeout() {
        let (by_itself, after) = ended_after(async |_stream| pending().await).await;
        assert!(!by_itself);
        assert!(after >= IDLE_TIMEOUT && after <= IDLE_TIMEOUT * 3 / 2, "{after:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_idle_timeout_starts_anew_with_each_write() {
        let (by_itself, after) = ended_after(async |mut stream| {
            for _ in 0..20 {
                sleep(IDLE_TIMEOUT * 9 / 10).await;
                stream.write_all(b"answer").await.unwrap();
            }
        })
        .await;
        assert!(by_itself);
        assert_eq!(after, IDLE_TIMEOUT * 18);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_stops_reading_ends_it_too() {
        let (near, _far) = duplex(16);
        let (mut stream, progress) = meter(near);
        let connection = stream.write_all(&[0; 1024]);
        assert!(until_idle(connection, progress, IDLE_TIMEOUT).await.is_none());
    }
}
