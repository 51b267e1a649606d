//! Exchanges as a validator of single responses, for the driver.

use std::{collections::HashMap, net::SocketAddr, sync::Arc};

use driver::ResponseValidator;
use exchange::{Answer, Exchange, Expectation};
use ureq::http::{HeaderMap, HeaderName, HeaderValue};

use super::client::Client;

/// No more than this of a body is kept, in bytes; larger ones of which the SHA-256 is known are
/// compared piece by piece.
const MOST_KEPT: usize = 256 << 10;

/// Knows the right responses to the requests of exchanges. It does not judge other requests.
pub(crate) struct ExchangeValidator {
    exchanges: Arc<[Exchange]>,
    /// The exchanges of a request, by its line and its body as they are sent; those with the most
    /// header fields first.
    by_request: HashMap<Vec<u8>, Vec<usize>>,
    /// The right bodies that are too large to keep, by the numbers of their exchanges.
    bodies: HashMap<usize, &'static [u8]>,
}

impl ExchangeValidator {
    /// Large bodies of which the SHA-256 is known are asked for at this address.
    pub(crate) fn new(exchanges: Arc<[Exchange]>, address: Option<SocketAddr>) -> Self {
        let mut by_request: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
        for (at, exchange) in exchanges.iter().enumerate() {
            let line = exchange.request.endpoint();
            let key = key(line.as_bytes(), &exchange.request.framed_body());
            by_request.entry(key).or_default().push(at);
        }
        for found in by_request.values_mut() {
            found.sort_by_key(|&at| std::cmp::Reverse(exchanges[at].request.headers.len()));
        }
        let bodies = address.map(|address| large_bodies(&exchanges, address)).unwrap_or_default();
        Self { exchanges, by_request, bodies }
    }

    /// The number of the exchange that this request is of.
    fn find(&self, request: &[u8]) -> Option<usize> {
        let end = request.windows(4).position(|window| window == b"\r\n\r\n")?;
        let (head, body) = (&request[..end], &request[end + 4..]);
        let line = head.split(|&byte| byte == b'\r').next()?.strip_suffix(b" HTTP/1.1")?;
        let candidates = self.by_request.get(&key(line, body))?;
        let sent = headers(head);
        let is_sent = |(name, value): &(String, String)| {
            sent.get_all(name.as_str()).iter().any(|sent| sent.as_bytes() == value.as_bytes())
        };
        let all_sent = |&&at: &&usize| self.exchanges[at].request.headers.iter().all(is_sent);
        candidates.iter().find(all_sent).copied()
    }
}

fn key(line: &[u8], body: &[u8]) -> Vec<u8> {
    [line, b"\r\n", body].concat()
}

/// The large bodies that have the SHA-256 that they must have.
fn large_bodies(exchanges: &[Exchange], address: SocketAddr) -> HashMap<usize, &'static [u8]> {
    let client = Client::new(address);
    let digests = exchanges.iter().enumerate().filter(|(_, exchange)| {
        exchange.expectations.iter().any(|expectation| expectation.sha256().is_some())
    });
    let found = digests.filter_map(|(at, exchange)| {
        let received = client.send(&exchange.request).ok()?;
        let right = exchange.mismatch(&received.answer()).is_none();
        // It is needed until the program ends.
        (right && received.body.len() >= MOST_KEPT).then(|| (at, &*received.body.leak()))
    });
    found.collect()
}

impl ResponseValidator for ExchangeValidator {
    fn body(&self, request: &[u8]) -> Option<&'static [u8]> {
        self.bodies.get(&self.find(request)?).copied()
    }

    fn longest_body(&self, request: &[u8]) -> usize {
        let Some(at) = self.find(request) else { return 0 };
        let telling = self.exchanges[at].expectations.iter().map(Expectation::telling_bytes);
        let telling = telling.collect::<Option<Vec<u64>>>();
        let most = telling.map(|sizes| sizes.into_iter().max().unwrap_or_default());
        most.and_then(|most| usize::try_from(most).ok())
            .map_or(MOST_KEPT, |most| most.min(MOST_KEPT))
    }

    fn fault(
        &self,
        request: &[u8],
        status: u16,
        head: &[u8],
        body: Option<&[u8]>,
    ) -> Option<String> {
        let at = self.find(request)?;
        let exchange = &self.exchanges[at];
        let known = self.bodies.contains_key(&at);
        let cut = known || body.is_some_and(|body| body.len() >= MOST_KEPT);
        let answer = Answer { status, headers: &headers(head), body, cut };
        let mismatch = exchange.mismatch(&answer).map(|mismatch| mismatch.to_string());
        let differs = || "body: it is not the one whose SHA-256 is expected".to_owned();
        let problem = mismatch.or_else(|| (known && body.is_some()).then(differs))?;
        Some(format!("{exchange}: {problem}"))
    }
}

/// The fields of a head that was parsed before.
fn headers(head: &[u8]) -> HeaderMap {
    let fields = head.split(|&byte| byte == b'\n').skip(1).filter_map(|line| {
        let colon = line.iter().position(|&byte| byte == b':')?;
        let name = HeaderName::from_bytes(&line[..colon]).ok()?;
        Some((name, HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?))
    });
    fields.collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use exchange::MadeFiles;
    use tempfile::TempDir;

    use super::*;

    fn validator(lines: &str) -> ExchangeValidator {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("a.jsonl"), lines).unwrap();
        let file = exchange::read(folder.path(), "a.jsonl".as_ref(), &MadeFiles::new()).unwrap();
        ExchangeValidator::new(file.exchanges.into(), None)
    }

    fn fault(validator: &ExchangeValidator, request: &str, answer: &str) -> Option<String> {
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head[9..12].parse().unwrap();
        validator.fault(request.as_bytes(), status, head.as_bytes(), Some(body.as_bytes()))
    }

    const ECHO: &str = r#"{"request":{"method":"POST","path":"/a","json":1},"response":{"status":200,"json":1}}
        {"request":{"method":"POST","path":"/a","text":"1"},"response":{"status":415}}
        {"request":{"method":"POST","path":"/a","text":"1","chunked":true},"response":{"status":411}}"#;

    #[test]
    fn a_request_is_told_by_line_body_and_header_fields() {
        let validator = validator(ECHO);
        let typed = "POST /a HTTP/1.1\r\nHost: b\r\ncontent-type: application/json\r\n\r\n1";
        let untyped = "POST /a HTTP/1.1\r\nHost: b\r\nContent-Length: 1\r\n\r\n1";
        let chunked = "POST /a HTTP/1.1\r\n\r\n1\r\n1\r\n0\r\n\r\n";
        for (request, status) in [(typed, 200), (untyped, 415), (chunked, 411)] {
            let answer = format!("HTTP/1.1 {status} X\r\nContent-Length: 1\r\n\r\n1");
            assert_eq!(fault(&validator, request, &answer), None, "{request}");
            let wrong = fault(&validator, request, "HTTP/1.1 500 X\r\n\r\n").unwrap();
            assert!(wrong.contains(&format!("expected {status}, got 500")), "{wrong}");
        }
        let wrong = fault(&validator, typed, "HTTP/1.1 200 OK\r\n\r\n2").unwrap();
        assert!(wrong.ends_with("(a.jsonl, line 1): body: expected 1, got 2"), "{wrong}");
    }

    #[test]
    fn of_other_requests_nothing_is_said() {
        let validator = validator(ECHO);
        for request in ["GET /a HTTP/1.1\r\n\r\n", "POST /a HTTP/1.1\r\n\r\n2"] {
            assert_eq!(fault(&validator, request, "HTTP/1.1 500 X\r\n\r\n"), None);
            assert_eq!(validator.longest_body(request.as_bytes()), 0);
        }
    }

    #[test]
    fn a_large_body_is_right_to_the_last_byte_or_wrong() {
        let line = r#"{"request":"GET /a","response":{"status":200,"sha256":"0000000000000000000000000000000000000000000000000000000000000000"}}"#;
        let mut validator = validator(line);
        validator.bodies.insert(0, b"large");
        let request = b"GET /a HTTP/1.1\r\n\r\n";
        assert_eq!(validator.body(request), Some(&b"large"[..]));
        let fault = |body| validator.fault(request, 200, b"HTTP/1.1 200 OK\r\n", body);
        assert_eq!(fault(None), None);
        assert!(fault(Some(b"larg3")).unwrap().contains("body: it is not the one"));
        assert!(validator.fault(request, 404, b"HTTP/1.1 404 X\r\n", None).is_some());
    }
}
