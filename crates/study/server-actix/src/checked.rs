//! The app behind a check of each request's head, for what actix-http takes and should not.

use std::future::ready;

use actix_http::{
    ConnectionType, Request, Response,
    body::BoxBody,
    header::{self, HeaderValue},
};
use actix_service::{Service, ServiceFactory, apply_fn_factory};
use actix_web::http::Version;
use futures_util::{FutureExt, TryFutureExt, future::Either};

use crate::last_request;

/// A service that refuses malformed requests, and hands the others to the app.
pub(crate) fn checked<App, Answer>(
    app: App,
) -> impl ServiceFactory<
    Request,
    Config = App::Config,
    Response = Response<BoxBody>,
    Error = App::Error,
    InitError = App::InitError,
>
where
    App: ServiceFactory<Request, Response = Answer>,
    Answer: Into<Response<BoxBody>>,
{
    apply_fn_factory(app, |request: Request, app: &App::Service| {
        if !is_well_formed(&request) {
            let refusal = ready(Ok(Response::bad_request()));
            return Either::Left(last_request::announced().then(|()| refusal));
        }
        let is_last = request.head().connection_type() != ConnectionType::KeepAlive;
        let answer = app.call(request).map_ok(Into::into);
        Either::Right(if is_last {
            Either::Left(last_request::announced().then(|()| answer))
        } else {
            Either::Right(answer)
        })
    })
}

fn is_well_formed(request: &Request) -> bool {
    let head = request.head();
    let values = |name| head.headers.get_all(name).map(HeaderValue::as_bytes);
    hosting::is_well_formed(
        head.version >= Version::HTTP_11,
        values(header::HOST),
        values(header::TRANSFER_ENCODING),
    ) && !asks_for_a_stream(request)
}

/// actix-http takes everything behind such a request for its body, whatever `Content-Length` says.
fn asks_for_a_stream(request: &Request) -> bool {
    let headers = &request.head().headers;
    let mut protocols = headers.get_all(header::UPGRADE).map(HeaderValue::as_bytes);
    protocols.any(|protocol| protocol.eq_ignore_ascii_case(b"websocket"))
        && headers.contains_key(header::CONTENT_LENGTH)
}
