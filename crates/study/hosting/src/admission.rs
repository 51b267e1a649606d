//! How many connections a server holds, and what the next one gets.

use std::{num::NonZero, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// The whole response to a connection beyond the limit.
const REFUSAL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n";

/// Refusals in flight at the same time; beyond them connections are closed without a response.
const REFUSALS: usize = 64;
const REFUSED_WITHIN: Duration = Duration::from_secs(1);
/// How much a refused client may have sent before it learns of it.
const UNREAD: u64 = 16 << 10;

/// The places for connections.
#[derive(Debug, Clone)]
pub struct Admission {
    places: Arc<Semaphore>,
    refusals: Arc<Semaphore>,
}

/// A connection's place, free again when it is dropped.
#[derive(Debug)]
pub struct Place(#[expect(dead_code, reason = "held for its drop")] OwnedSemaphorePermit);

impl Admission {
    /// Room for this many connections.
    #[must_use]
    pub fn new(connections: NonZero<u16>) -> Self {
        Self {
            places: Arc::new(Semaphore::new(connections.get().into())),
            refusals: Arc::new(Semaphore::new(REFUSALS)),
        }
    }

    /// A place, if one is left.
    #[must_use]
    pub fn admit(&self) -> Option<Place> {
        self.places.clone().try_acquire_owned().ok().map(Place)
    }

    /// Refuses a client, and closes its connection.
    pub async fn refuse(&self, mut stream: TcpStream) {
        let Ok(_refusal) = self.refusals.clone().try_acquire_owned() else { return };
        let refused = async {
            stream.write_all(REFUSAL).await?;
            stream.shutdown().await?;
            // A socket closed over unread bytes resets the connection, and the refusal could be lost with it.
            tokio::io::copy(&mut (&mut stream).take(UNREAD), &mut tokio::io::sink()).await
        };
        if let Ok(Err(error)) = timeout(REFUSED_WITHIN, refused).await {
            tracing::debug!(%error, "a refused client had already disconnected");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_its_connection_is_gone() {
        let admission = Admission::new(NonZero::<u16>::MIN);
        let place = admission.admit();
        assert!(place.is_some());
        assert!(admission.admit().is_none());
        drop(place);
        assert!(admission.admit().is_some());
    }
}
