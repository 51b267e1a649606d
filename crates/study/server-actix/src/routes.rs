//! The routes of actix-web.

use std::convert::Infallible;

use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    http::{
        StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue},
    },
    web,
};
use futures_util::stream;
use hosting::{BodyError, read_body};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const OCTETS: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// The contract's routes.
pub fn routes(app: &mut web::ServiceConfig) {
    app.service(web::resource("/healthz").route(web::get().to(HttpResponse::Ok)))
        .service(web::resource("/static").route(web::get().to(payload)))
        .service(web::resource("/validate").route(web::post().to(validate)));
}

/// A body handed to actix-web whole is copied whole into each connection's buffer: 5 MiB times 120 connections.
/// Slices bound that copy; 24 KiB is the most that keeps 120 connections below 16 MB
/// (docs/experiments/2026-11-24-servers-beside-nginx.md).
const SLICE: usize = 24 << 10;

async fn payload() -> HttpResponse {
    let slices = contract::payload::bytes()
        .chunks(SLICE)
        .map(|slice| Ok::<_, Infallible>(web::Bytes::from_static(slice)));
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, OCTETS))
        .body(SizedStream::new(contract::payload::LEN as u64, stream::iter(slices)))
}

async fn validate(request: HttpRequest, body: web::Payload) -> HttpResponse {
    let content_type = request.headers().get(CONTENT_TYPE);
    if !contract::accepts_media_type(content_type.map(HeaderValue::as_bytes)) {
        return HttpResponse::UnsupportedMediaType().finish();
    }
    let told = request.headers().get(CONTENT_LENGTH);
    let told = told.and_then(|length| length.to_str().ok()?.parse().ok());
    match read_body(body, told).await {
        Ok(body) => {
            let (status, answer) = contract::answer(&body);
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            HttpResponse::build(status).insert_header((CONTENT_TYPE, JSON)).body(answer)
        }
        Err(BodyError::TooLarge) => HttpResponse::PayloadTooLarge().finish(),
        Err(BodyError::Broken) => HttpResponse::BadRequest().finish(),
    }
}
