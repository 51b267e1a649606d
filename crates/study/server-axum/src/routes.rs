//! The routes of axum.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderValue, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use hosting::{BodyError, discard_body, read_body};
use hyper::body::Body as _;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const OCTETS: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// The contract's routes.
pub fn routes() -> Router {
    Router::new()
        .route("/healthz", get(|request| without_body(request, StatusCode::OK)))
        .route("/static", get(payload))
        .route("/validate", post(validate))
        .fallback(|request| without_body(request, StatusCode::NOT_FOUND))
        .method_not_allowed_fallback(|request| {
            without_body(request, StatusCode::METHOD_NOT_ALLOWED)
        })
}

async fn payload(request: Request) -> Response {
    let payload = Bytes::from_static(contract::payload::bytes());
    without_body(request, respond(StatusCode::OK, OCTETS, payload)).await
}

async fn validate(request: Request) -> Response {
    let content_type = request.headers().get(CONTENT_TYPE);
    if !contract::accepts_media_type(content_type.map(AsRef::as_ref)) {
        return without_body(request, StatusCode::UNSUPPORTED_MEDIA_TYPE).await;
    }
    let body = request.into_body();
    let told = body.size_hint().exact();
    match read_body(body.into_data_stream(), told).await {
        Ok(body) => {
            let (status, answer) = contract::answer(&body);
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            respond(status, JSON, answer)
        }
        Err(BodyError::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(BodyError::Broken) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// A response that does not depend on the request's body: whatever came with it is read and
/// discarded.
async fn without_body(request: Request, answer: impl IntoResponse) -> Response {
    discard_body(request.into_body().into_data_stream()).await;
    answer.into_response()
}

fn respond(status: StatusCode, content_type: HeaderValue, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}
