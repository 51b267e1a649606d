//! A plain HTTP/1.1 client for single requests, which sends what it is told and follows nothing.

use std::{
    io::{Cursor, Read},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use exchange::{Answer, Request};
use ureq::{
    Agent, SendBody,
    config::{AutoHeaderValue, Config},
    http::{self, HeaderMap, Method, Uri},
    unversioned::{
        resolver::{ResolvedSocketAddrs, Resolver},
        transport::{DefaultConnector, NextTimeout},
    },
};

/// Any right body is smaller, in bytes.
const LARGEST_BODY: u64 = 64 << 20;

/// A server's response.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    status: u16,
    headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Received {
    pub(crate) fn answer(&self) -> Answer<'_> {
        Answer {
            status: self.status,
            headers: &self.headers,
            body: Some(&self.body),
            cut: self.body.len() as u64 == LARGEST_BODY,
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
            // As drivers send it: what may be compressed, an exchange says.
            .accept_encoding(AutoHeaderValue::None)
            .build();
        let agent = Agent::with_parts(config, DefaultConnector::default(), Known(address));
        Self { agent, base: format!("http://{address}") }
    }

    /// The status that a path is answered with.
    pub(super) fn status_of(&self, path: &str) -> anyhow::Result<u16> {
        let answer = self.agent.run(http::Request::get(self.url(path)).body(())?)?;
        Ok(answer.status().as_u16())
    }

    /// Sends a request and reads the whole response.
    pub(super) fn send(&self, request: &Request) -> anyhow::Result<Received> {
        let mut http =
            http::Request::builder().method(&request.method).uri(self.url(&request.path));
        for (name, value) in &request.headers {
            http = http.header(name, value);
        }
        let bodiless = matches!(request.method, Method::GET | Method::HEAD);
        let answer = if request.chunked {
            let body = SendBody::from_owned_reader(Cursor::new(Arc::clone(&request.body)));
            self.agent.run(http.body(body)?)
        } else if request.body.is_empty() && bodiless {
            self.agent.run(http.body(())?)
        } else {
            self.agent.run(http.body(&*request.body)?)
        };
        let (head, body) = answer.context("the request failed")?.into_parts();
        let mut bytes = Vec::new();
        body.into_reader()
            .take(LARGEST_BODY)
            .read_to_end(&mut bytes)
            .context("the body broke off")?;
        Ok(Received { status: head.status.as_u16(), headers: head.headers, body: bytes })
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}
