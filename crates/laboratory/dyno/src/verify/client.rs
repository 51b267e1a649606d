//! A plain HTTP/1.1 client for single requests, which sends what it is told and follows nothing.

use std::{
    io::{Cursor, ErrorKind, Read},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use exchange::{Answer, Request};
use ureq::{
    Agent, Body, SendBody,
    config::{AutoHeaderValue, Config},
    http::{self, HeaderMap, Method, Uri},
    unversioned::{
        resolver::{ResolvedSocketAddrs, Resolver},
        transport::{DefaultConnector, NextTimeout},
    },
};

/// Any right body is smaller, in bytes.
const LARGEST_BODY: u64 = 64 << 20;

/// How an exchange ends when the server has closed its connection.
const CLOSED: [ErrorKind; 4] = [
    ErrorKind::UnexpectedEof,
    ErrorKind::ConnectionReset,
    ErrorKind::ConnectionAborted,
    ErrorKind::BrokenPipe,
];

/// The head of a response, with the body still to be read.
type Asked = Result<http::Response<Body>, ureq::Error>;

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
    address: SocketAddr,
    agent: Agent,
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
        Self { address, agent: agent(config, address) }
    }

    /// The status that a path is answered with.
    pub(super) fn status_of(&self, path: &str) -> anyhow::Result<u16> {
        let answer = self.agent.run(http::Request::get(self.url(path)).body(())?)?;
        Ok(answer.status().as_u16())
    }

    /// Sends a request and reads the whole response. A server may close a connection between two requests at any time
    /// (RFC 9112, 9.5), so that a request which meets that is sent once more, on a connection of its own.
    pub(super) fn send(&self, request: &Request) -> anyhow::Result<Received> {
        let answer = match self.ask(&self.agent, request)? {
            Err(ureq::Error::Io(error)) if CLOSED.contains(&error.kind()) => {
                self.ask(&agent(self.agent.config().clone(), self.address), request)?
            }
            answer => answer,
        };
        let (head, body) = answer.context("the request failed")?.into_parts();
        let mut bytes = Vec::new();
        body.into_reader()
            .take(LARGEST_BODY)
            .read_to_end(&mut bytes)
            .context("the body broke off")?;
        Ok(Received { status: head.status.as_u16(), headers: head.headers, body: bytes })
    }

    /// Sends a request and reads the head of the response.
    fn ask(&self, agent: &Agent, request: &Request) -> anyhow::Result<Asked> {
        let mut http =
            http::Request::builder().method(&request.method).uri(self.url(&request.path));
        for (name, value) in &request.headers {
            http = http.header(name, value);
        }
        let bodiless = matches!(request.method, Method::GET | Method::HEAD);
        Ok(if request.chunked {
            let body = SendBody::from_owned_reader(Cursor::new(Arc::clone(&request.body)));
            agent.run(http.body(body)?)
        } else if request.body.is_empty() && bodiless {
            agent.run(http.body(())?)
        } else {
            agent.run(http.body(&*request.body)?)
        })
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

/// An agent without a connection yet.
fn agent(config: Config, address: SocketAddr) -> Agent {
    Agent::with_parts(config, DefaultConnector::default(), Known(address))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use test_server::{OK, Server};

    use super::*;

    /// What two requests are answered with by a server that closes each connection at its second request, and the
    /// first `broken` connections at their first.
    fn statuses(broken: usize) -> [Option<u16>; 2] {
        let connections = AtomicUsize::new(0);
        let server = Server::start(move |mut peer| {
            let number = connections.fetch_add(1, Ordering::SeqCst);
            if peer.request().is_some() && number >= broken && peer.send(OK) {
                let _closed = peer.request();
            }
        });
        let client = Client::new(server.address);
        let request = Request {
            method: Method::POST,
            path: "/".to_owned(),
            headers: Vec::new(),
            body: Arc::from([]),
            chunked: false,
        };
        [(); 2].map(|()| client.send(&request).ok().map(|received| received.status))
    }

    #[test]
    fn a_connection_that_the_server_closes_between_two_requests_fails_neither() {
        assert_eq!(statuses(0), [Some(200); 2]);
    }

    #[test]
    fn a_server_that_closes_fresh_connections_without_a_response_fails_the_request() {
        assert_eq!(statuses(2)[0], None);
    }
}
