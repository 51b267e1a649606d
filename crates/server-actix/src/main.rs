//! The contender `actix-web`: the contract on actix-web.

use std::{convert::Infallible, net::SocketAddr, num::NonZero};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    body::SizedStream,
    http::{
        StatusCode,
        header::{CONTENT_TYPE, HeaderValue},
    },
    web,
};
use anyhow::Context;
use clap::Parser;
use futures_util::stream;

/// A body handed to actix-web whole is copied whole into each connection's buffer: 5 MiB times 120 connections.
/// Slices bound that copy.
const SLICE: usize = 64 << 10;

/// Serves dyno's contract with actix-web.
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

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let mut server = HttpServer::new(|| App::new().configure(routes)).shutdown_timeout(1);
    if let Some(workers) = options.workers {
        server = server.workers(workers.get());
    }
    let address = options.listen;
    let server = server
        .bind(address)
        .with_context(|| format!("cannot listen on {address}: choose another with --listen"))?;
    server.run().await.context("the server stopped")
}

fn routes(app: &mut web::ServiceConfig) {
    app.service(web::resource("/healthz").route(web::get().to(HttpResponse::Ok)))
        .service(web::resource("/static").route(web::get().to(payload)))
        .service(
            web::resource("/validate")
                .app_data(web::PayloadConfig::new(contract::BODY_LIMIT))
                .route(web::post().to(validate)),
        );
}

async fn payload() -> HttpResponse {
    let payload = contract::payload::bytes();
    let slices =
        payload.chunks(SLICE).map(|slice| Ok::<_, Infallible>(web::Bytes::from_static(slice)));
    HttpResponse::Ok()
        .content_type("application/octet-stream")
        .body(SizedStream::new(contract::payload::LEN as u64, stream::iter(slices)))
}

async fn validate(
    request: HttpRequest,
    body: Result<web::Bytes, actix_web::Error>,
) -> actix_web::Result<HttpResponse> {
    let content_type = request.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    if !contract::accepts_media_type(content_type) {
        return Ok(HttpResponse::UnsupportedMediaType().finish());
    }
    let (status, answer) = match contract::validate(&body?) {
        Ok(registration) => (StatusCode::OK, registration.to_json()),
        Err(refusal @ contract::Refusal::NotJson) => (StatusCode::BAD_REQUEST, refusal.to_json()),
        Err(refusal) => (StatusCode::UNPROCESSABLE_ENTITY, refusal.to_json()),
    };
    Ok(HttpResponse::build(status).content_type("application/json").body(answer))
}
