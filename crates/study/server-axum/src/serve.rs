//! Connections, from their arrival to the server's shutdown.
//!
//! One thread accepts and deals connections out in turn; each worker thread has a runtime of its own, so that
//! no connection ever moves between threads.

use std::{io, net::TcpStream as Arrived, thread, time::Duration};

use anyhow::Context;
use axum::Router;
use hosting::{Admission, Listener, Options, Place, meter, serve_until_idle};
use hyper::server::conn::http1;
use hyper_util::{rt::TokioIo, server::graceful::GracefulShutdown};
use tokio::{
    net::{TcpListener, TcpStream},
    runtime::{Builder, Runtime},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::{sleep, timeout},
};

use crate::checked::checked;

/// The largest head of a request, and what hyper buffers of a body at a time.
const READ_BUFFER: usize = 16 << 10;
/// How long to wait when no connection can be accepted, for lack of memory or file descriptors.
const OUT_OF_RESOURCES: Duration = Duration::from_millis(100);

type Arrival = (Arrived, Place);

/// Serves the routes until SIGTERM or SIGINT.
pub fn serve(options: &Options, routes: &Router) -> anyhow::Result<()> {
    let listener = hosting::listen(options.listen)?;
    let mut workers = Vec::new();
    let mut queues = Vec::new();
    for index in 0..options.workers().get() {
        // Never longer than there are places for connections.
        let (queue, arrivals) = unbounded_channel();
        let (routes, options) = (routes.clone(), options.clone());
        let runtime = runtime()?;
        let worker = thread::Builder::new()
            .name(format!("worker-{index}"))
            .spawn(move || runtime.block_on(work(arrivals, routes, options)))
            .context("cannot start a worker thread")?;
        workers.push(worker);
        queues.push(queue);
    }
    runtime()?.block_on(accept(listener, options, queues))?;
    for worker in workers {
        let _ended = worker.join();
    }
    Ok(())
}

fn runtime() -> anyhow::Result<Runtime> {
    Builder::new_current_thread().enable_all().build().context("cannot start a runtime")
}

/// Accepts until the server is told to stop. Then the listener and the queues are gone at once.
async fn accept(
    listener: Listener,
    options: &Options,
    queues: Vec<UnboundedSender<Arrival>>,
) -> anyhow::Result<()> {
    let stop = hosting::stop_signal().context("cannot watch for signals")?;
    let listener = TcpListener::from_std(listener).context("cannot listen")?;
    let admission = Admission::new(options.connections);
    tracing::info!(address = %listener.local_addr()?, workers = queues.len(), "listening");
    let deal = async {
        for queue in queues.iter().cycle() {
            let stream = accepted(&listener).await;
            match admission.admit() {
                Some(place) => hand_over(queue, stream, place),
                None => refuse(admission.clone(), stream),
            }
        }
    };
    tokio::select! {
        () = stop => {}
        () = deal => {}
    }
    Ok(())
}

async fn accepted(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            // The client disconnected before its turn.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::error!(%error, "cannot accept a connection");
                sleep(OUT_OF_RESOURCES).await;
            }
        }
    }
}

fn hand_over(queue: &UnboundedSender<Arrival>, stream: TcpStream, place: Place) {
    match stream.into_std() {
        Ok(stream) => drop(queue.send((stream, place))),
        Err(error) => tracing::error!(%error, "lost a connection"),
    }
}

fn refuse(admission: Admission, stream: TcpStream) {
    tokio::spawn(async move { admission.refuse(stream).await });
}

/// Serves connections as they arrive; when no more can, those that are left get the time of grace.
async fn work(mut arrivals: UnboundedReceiver<Arrival>, routes: Router, options: Options) {
    let mut http = http1::Builder::new();
    http.half_close(true).max_buf_size(READ_BUFFER);
    let service = checked(routes);
    let draining = GracefulShutdown::new();
    while let Some((stream, place)) = arrivals.recv().await {
        let stream = match TcpStream::from_std(stream) {
            Ok(stream) => stream,
            Err(error) => {
                tracing::error!(%error, "lost a connection");
                continue;
            }
        };
        let (stream, progress) = meter(stream);
        let connection = http.serve_connection(TokioIo::new(stream), service.clone());
        let attended = serve_until_idle(draining.watch(connection), progress, options.idle_timeout);
        tokio::spawn(async move {
            let _place = place;
            attended.await;
        });
    }
    if timeout(options.grace, draining.shutdown()).await.is_err() {
        tracing::warn!("stopped with requests unfinished");
    }
}
