//! Connections, from their arrival to the server's shutdown.
//!
//! This is what `HttpServer` sets up, with three things around actix-http that it has no place for: a refusal of
//! connections beyond the limit, an end to those that only make the server wait, and a check of each head.

use std::time::Duration;

use actix_http::{HttpService, KeepAlive};
use actix_rt::net::TcpStream;
use actix_server::Server;
use actix_service::{Service, apply_fn_factory, map_config};
use actix_web::{App, dev::AppConfig, web::ServiceConfig};
use anyhow::Context;
use futures_util::future::Either;
use hosting::{Admission, Options, meter, serve_until_idle};

use crate::{checked::checked, last_request};

/// How long to keep reading from a connection after an early response, so that the client receives
/// it.
const LINGER: Duration = Duration::from_secs(1);

/// An answer is written out once so much of it is there. Beyond any whole answer to a registration, and below a slice
/// of the payload, so that a connection never buffers two slices.
const WRITTEN_FROM: usize = 4 << 10;

/// Serves the routes until SIGTERM or SIGINT.
pub fn serve(
    options: &Options,
    routes: impl FnOnce(&mut ServiceConfig) + Copy + Send + 'static,
) -> anyhow::Result<()> {
    let listener = hosting::listen(options.listen)?;
    let system = actix_rt::System::new();
    system.block_on(async {
        let stop = hosting::stop_signal().context("cannot watch for signals")?;
        let workers = options.workers().get();
        tracing::info!(address = %listener.local_addr()?, workers, "listening");
        let server = Server::build()
            .workers(workers)
            // Above the limit on admission: a connection beyond that is refused, not left waiting.
            .max_concurrent_connections(usize::from(u16::MAX) * 2)
            .disable_signals()
            .shutdown_timeout(options.grace.as_secs());
        let stopping = server.graceful_shutdown_signal();
        let admission = Admission::new(options.connections);
        let idle_timeout = options.idle_timeout;
        let factory = move || {
            let (stopping, admission) = (stopping.clone(), admission.clone());
            // The idle timeout ends connections; actix-http's own timers, set anew with each request, are off.
            let http = HttpService::build()
                .client_request_timeout(Duration::ZERO)
                .keep_alive(KeepAlive::Os)
                .client_disconnect_timeout(LINGER)
                .graceful_shutdown_signal(move || {
                    let stopping = stopping.clone();
                    async move { last_request::shutdown(stopping.notified()).await }
                })
                .h1_write_buffer_size(WRITTEN_FROM);
            let app = map_config(App::new().configure(routes), |()| AppConfig::default());
            let http = http.h1(checked(app));
            apply_fn_factory(http, move |stream: TcpStream, http: &_| {
                let Some(place) = admission.admit() else {
                    let admission = admission.clone();
                    return Either::Left(async move {
                        admission.refuse(stream).await;
                        Ok(())
                    });
                };
                let (stream, progress) = meter(stream);
                let connection = last_request::connection(http.call((stream, None)));
                let attended = serve_until_idle(connection, progress, idle_timeout);
                Either::Right(async move {
                    let _place = place;
                    attended.await;
                    Ok(())
                })
            })
        };
        let server = server.listen("contract", listener, factory)?.run();
        let handle = server.handle();
        // A signal that actix-server waits for itself would end with an idle 300 ms.
        actix_rt::spawn(async move {
            stop.await;
            handle.stop(true).await;
        });
        server.await.context("the server stopped")
    })
}
