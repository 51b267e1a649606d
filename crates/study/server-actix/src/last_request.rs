//! The end of a connection with the answer to its last request.
//!
//! A request with `Connection: close`, or a malformed one, is the last of its connection (RFC 9112, 9.3 and 9.6).
//! actix-http also answers what came behind it in the same packet. What it does at a shutdown
//! is right: the answer announces the end, and whatever waits behind is dropped. So each
//! connection has a shutdown of its own, and the answer to its last request waits until that has begun.

use std::{
    cell::Cell,
    future::poll_fn,
    task::Poll::{Pending, Ready},
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shutdown {
    NotWanted,
    Wanted,
    Begun,
}

tokio::task_local! {
    static SHUTDOWN: Cell<Shutdown>;
}

/// A connection that can have a last request.
pub(crate) fn connection<C: Future>(connection: C) -> impl Future<Output = C::Output> {
    SHUTDOWN.scope(Cell::new(Shutdown::NotWanted), connection)
}

/// The signal of this connection's shutdown: ready with the server's, or before the answer to the last request.
pub(crate) async fn shutdown(server: impl Future<Output = ()>) {
    let mut server = std::pin::pin!(server);
    poll_fn(|context| {
        SHUTDOWN.with(|shutdown| {
            if server.as_mut().poll(context).is_pending() && shutdown.get() == Shutdown::NotWanted {
                return Pending;
            }
            shutdown.set(Shutdown::Begun);
            Ready(())
        })
    })
    .await;
}

/// Ready once the connection's shutdown has begun. The dispatcher looks for it whenever it is woken.
pub(crate) async fn announced() {
    poll_fn(|context| {
        SHUTDOWN.with(|shutdown| {
            if shutdown.get() == Shutdown::Begun {
                return Ready(());
            }
            shutdown.set(Shutdown::Wanted);
            context.waker().wake_by_ref();
            Pending
        })
    })
    .await;
}
