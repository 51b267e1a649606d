//! The routes of actix-web.

use std::{convert::Infallible, future::ready};

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

/// KiB of the payload in a slice. A body handed to actix-web whole is copied whole into each connection's buffer:
/// 5 MiB times 120 connections. Slices bound that copy; smaller ones are slower, larger ones take more memory, and 48 KiB
/// score best by the rule, which weighs both (docs/experiments/actix-slices.md).
pub const SLICE_KIB: u16 = 48;

/// The contract's routes; the payload goes out in slices of so many KiB, at least 1.
pub fn routes(slice_kib: u16) -> impl FnOnce(&mut web::ServiceConfig) + Copy + Send + 'static {
    let slice = usize::from(slice_kib) << 10;
    move |app| {
        app.service(web::resource("/healthz").route(web::get().to(HttpResponse::Ok)))
            .service(web::resource("/static").route(web::get().to(move || ready(payload(slice)))))
            .service(web::resource("/validate").route(web::post().to(validate)));
    }
}

fn payload(slice: usize) -> HttpResponse {
    let slices = contract::payload::bytes()
        .chunks(slice)
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
