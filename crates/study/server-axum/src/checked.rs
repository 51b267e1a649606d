//! The routes behind a check of each request's head, for what hyper takes and should not.

use std::{convert::Infallible, future::ready};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{
        HeaderValue, StatusCode, Version,
        header::{CONNECTION, HOST, TRANSFER_ENCODING},
    },
    response::Response,
};
use futures_util::future::Either;
use hyper::{
    body::Incoming,
    service::{Service, service_fn},
};
use hyper_util::service::TowerToHyperService;

/// A service that refuses malformed requests and hands the others to the routes.
pub(crate) fn checked(
    routes: Router,
) -> impl Service<Request<Incoming>, Response = Response, Error = Infallible, Future: Send> + Clone
{
    let routes = TowerToHyperService::new(routes);
    service_fn(move |request| {
        if is_well_formed(&request) {
            Either::Left(routes.call(request))
        } else {
            Either::Right(ready(Ok(refusal())))
        }
    })
}

fn is_well_formed<B>(request: &Request<B>) -> bool {
    let values = |name| request.headers().get_all(name).into_iter().map(HeaderValue::as_bytes);
    let at_least_http_11 = request.version() >= Version::HTTP_11;
    hosting::is_well_formed(at_least_http_11, values(HOST), values(TRANSFER_ENCODING))
}

/// The last answer on its connection: where the next request would begin is in doubt.
fn refusal() -> Response {
    let mut refusal = Response::new(Body::empty());
    *refusal.status_mut() = StatusCode::BAD_REQUEST;
    refusal.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    refusal
}
