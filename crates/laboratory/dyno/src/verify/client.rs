//! A plain HTTP/1.1 client for single requests, which sends what it is told and follows nothing.

use std::{
    fmt,
    io::{Cursor, Read},
    net::SocketAddr,
    time::Duration,
};

use anyhow::Context;
use ureq::{
    Agent, SendBody,
    config::Config,
    http::{self, HeaderMap, Method, Uri, header},
    unversioned::{
        resolver::{ResolvedSocketAddrs, Resolver},
        transport::{DefaultConnector, NextTimeout},
    },
};

use super::text::shown;

/// Any response body except the payload is far smaller.
const LARGEST_BODY: u64 = 2 * contract::payload::LEN as u64;

/// A request of a case.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) content_type: Option<&'static str>,
    pub(super) body: Vec<u8>,
    /// Without a `Content-Length`.
    pub(super) chunked: bool,
}

impl Request {
    pub(super) fn new(method: Method, path: &'static str) -> Self {
        Self { method, path, content_type: None, body: Vec::new(), chunked: false }
    }

    pub(super) fn get(path: &'static str) -> Self {
        Self::new(Method::GET, path)
    }

    /// A registration, or what pretends to be one.
    pub(super) fn validate(body: impl Into<Vec<u8>>) -> Self {
        Self {
            content_type: Some("application/json"),
            body: body.into(),
            ..Self::new(Method::POST, "/validate")
        }
    }
}

impl Request {
    /// What it asks for: `GET /static`.
    pub(super) fn endpoint(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        if self.method == Method::POST {
            write!(f, " of {}", self.content_type.unwrap_or("no content type"))?;
            write!(f, "{}", if self.chunked { ", chunked, " } else { " " })?;
            write!(f, "{}", shown(&self.body))?;
        }
        Ok(())
    }
}

/// A server's response.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// A header's value as text, empty when it is missing.
    pub(super) fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        let content_type = self.header(header::CONTENT_TYPE);
        if !content_type.is_empty() {
            write!(f, " {}", shown(content_type.as_bytes()))?;
        }
        let allow = self.header(header::ALLOW);
        if !allow.is_empty() {
            write!(f, " Allow: {}", shown(allow.as_bytes()))?;
        }
        if self.body.is_empty() {
            f.write_str(" with an empty body")
        } else {
            write!(f, " {}", shown(&self.body))
        }
    }
}

/// The one address that a client talks to. ureq's own resolver starts a thread for each connection, and panics where
/// none can be started.
#[derive(Debug)]
struct Known(SocketAddr);

impl Resolver for Known {
    fn resolve(
        &self,
        _: &Uri,
        _: &Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut found = self.empty();
        found.push(self.0);
        Ok(found)
    }
}

/// A client of one server.
#[derive(Debug)]
pub(super) struct Client {
    agent: Agent,
    base: String,
}

impl Client {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self::with_timeout(address, Duration::from_secs(10))
    }

    /// One that gives up soon, to ask again.
    pub(super) fn impatient(address: SocketAddr) -> Self {
        Self::with_timeout(address, Duration::from_millis(500))
    }

    fn with_timeout(address: SocketAddr, timeout: Duration) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(timeout))
            .allow_non_standard_methods(true)
            .accept_encoding("gzip, deflate, br, zstd")
            .build();
        let agent = Agent::with_parts(config, DefaultConnector::default(), Known(address));
        Self { agent, base: format!("http://{address}") }
    }

    /// Sends a request and reads the whole response.
    pub(super) fn send(&self, request: &Request) -> anyhow::Result<Answer> {
        let mut http = http::Request::builder()
            .method(&request.method)
            .uri(format!("{}{}", self.base, request.path));
        if let Some(content_type) = request.content_type {
            http = http.header(header::CONTENT_TYPE, content_type);
        }
        let answer = if request.chunked {
            let body = SendBody::from_owned_reader(Cursor::new(request.body.clone()));
            self.agent.run(http.body(body)?)
        } else if request.body.is_empty() && request.method == Method::GET {
            self.agent.run(http.body(())?)
        } else {
            self.agent.run(http.body(request.body.as_slice())?)
        };
        let (head, body) = answer.context("the request failed")?.into_parts();
        let mut bytes = Vec::new();
        body.into_reader()
            .take(LARGEST_BODY)
            .read_to_end(&mut bytes)
            .context("the body broke off")?;
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body: bytes })
    }
}
