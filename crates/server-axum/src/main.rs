//! The contender `axum`: the contract on axum, hyper and tokio.

use std::{net::SocketAddr, num::NonZero};

use anyhow::Context;
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use clap::Parser;
use tokio::{net::TcpListener, runtime, signal::unix};

/// Serves dyno's contract with axum.
#[derive(Parser)]
#[command(version = env!("STACK"))]
struct Options {
    /// Where to listen
    #[arg(long, env = "DYNO_LISTEN", default_value = "127.0.0.1:5000")]
    listen: SocketAddr,
    /// Threads that handle requests; as many as there are processors unless told
    #[arg(long, env = "DYNO_WORKERS")]
    workers: Option<NonZero<usize>>,
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let mut runtime = runtime::Builder::new_multi_thread();
    if let Some(workers) = options.workers {
        runtime.worker_threads(workers.get());
    }
    let runtime = runtime.enable_all().build().context("cannot start the runtime's threads")?;
    runtime.block_on(serve(options.listen))
}

async fn serve(address: SocketAddr) -> anyhow::Result<()> {
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}: choose another with --listen"))?;
    let mut terminate = unix::signal(unix::SignalKind::terminate())?;
    let mut interrupt = unix::signal(unix::SignalKind::interrupt())?;
    tokio::select! {
        served = axum::serve(listener, router()) => served.context("the server stopped"),
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
    }
}

fn router() -> Router {
    Router::new()
        .route("/healthz", get(|| async {}))
        .route("/static", get(payload))
        .route("/validate", post(validate).layer(DefaultBodyLimit::max(contract::BODY_LIMIT)))
}

async fn payload() -> impl IntoResponse {
    let body = Bytes::from_static(contract::payload::bytes());
    ([(CONTENT_TYPE, "application/octet-stream")], body)
}

async fn validate(headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Response {
    if !contract::accepts_media_type(headers.get(CONTENT_TYPE).map(AsRef::as_ref)) {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return rejection.into_response(),
    };
    match contract::validate(&body) {
        Ok(registration) => json(StatusCode::OK, registration.to_json()),
        Err(contract::Refusal::NotJson) => {
            json(StatusCode::BAD_REQUEST, contract::Refusal::NotJson.to_json())
        }
        Err(refusal) => json(StatusCode::UNPROCESSABLE_ENTITY, refusal.to_json()),
    }
}

fn json(status: StatusCode, body: Vec<u8>) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}
