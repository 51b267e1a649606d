//! What is asked.

use std::{fmt, sync::Arc};

use http::{HeaderName, HeaderValue, Method};

use crate::text::shown;

/// A request, as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path with its query.
    pub path: String,
    /// The header fields, without what frames the body.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Arc<[u8]>,
    /// The body is sent as a chunk, without `Content-Length`.
    pub chunked: bool,
}

impl Request {
    pub(crate) fn new(
        method: &str,
        path: String,
        headers: Vec<(String, String)>,
        body: Arc<[u8]>,
        chunked: bool,
    ) -> Result<Self, String> {
        let method = Method::from_bytes(method.as_bytes())
            .map_err(|_| format!("{method:?} is no method, such as GET"))?;
        if !path.starts_with('/') || !path.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(format!(
                "the path {path:?} does not begin with a slash, or has a character that must be written as %XX"
            ));
        }
        for (name, value) in &headers {
            check_header(name, value)?;
        }
        Ok(Self { method, path, headers, body, chunked })
    }

    /// `GET /hello`.
    pub(crate) fn from_line(line: &str) -> Result<Self, String> {
        let (method, path) = line
            .split_once(' ')
            .ok_or_else(|| format!("write the request {line:?} as \"GET /path\""))?;
        Self::new(method, path.to_owned(), Vec::new(), Arc::default(), false)
    }

    /// What it asks for: `GET /hello`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The value of a header field as it was given.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(one, _)| one.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// What is sent before the field `Host`, and what after it. The first part is empty if the
    /// request has a `Host` of its own.
    #[must_use]
    pub fn wire(&self) -> (Vec<u8>, Vec<u8>) {
        let line = format!("{} {} HTTP/1.1\r\n", self.method, self.path).into_bytes();
        let own_host = self.header("host").is_some();
        let (before, mut after) = if own_host { (Vec::new(), line) } else { (line, Vec::new()) };
        for (name, value) in &self.headers {
            after.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        let expects_body = matches!(self.method, Method::POST | Method::PUT | Method::PATCH);
        if self.chunked {
            after.extend_from_slice(b"Transfer-Encoding: chunked\r\n");
        } else if expects_body || !self.body.is_empty() {
            after.extend_from_slice(format!("Content-Length: {}\r\n", self.body.len()).as_bytes());
        }
        after.extend_from_slice(b"\r\n");
        after.extend_from_slice(&self.framed_body());
        (before, after)
    }

    /// The body as it is sent: in chunked coding, if so.
    #[must_use]
    pub fn framed_body(&self) -> Vec<u8> {
        if !self.chunked {
            return self.body.to_vec();
        }
        let mut framed = Vec::with_capacity(self.body.len() + 32);
        if !self.body.is_empty() {
            framed.extend_from_slice(format!("{:x}\r\n", self.body.len()).as_bytes());
            framed.extend_from_slice(&self.body);
            framed.extend_from_slice(b"\r\n");
        }
        framed.extend_from_slice(b"0\r\n\r\n");
        framed
    }
}

fn check_header(name: &str, value: &str) -> Result<(), String> {
    let parsed = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| format!("{name:?} is no name of a header field"))?;
    if parsed == http::header::CONTENT_LENGTH || parsed == http::header::TRANSFER_ENCODING {
        return Err(format!("{name} follows from the body: leave it out, or set `chunked`"));
    }
    HeaderValue::from_str(value)
        .map(|_| ())
        .map_err(|_| format!("{value:?} is no value of a header field"))
}

/// `GET /hello`, or `POST /orders of application/json {"item":"tea"}`.
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        if !self.body.is_empty() || self.method == Method::POST {
            write!(f, " of {}", self.header("content-type").unwrap_or("no content type"))?;
            f.write_str(if self.chunked { ", chunked, " } else { " " })?;
            f.write_str(&shown(&self.body))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(request: &Request) -> String {
        let (before, after) = request.wire();
        let host = if before.is_empty() { "" } else { "Host: a\r\n" };
        [&*String::from_utf8(before).unwrap(), host, &*String::from_utf8(after).unwrap()].concat()
    }

    fn post(headers: &[(&str, &str)], body: &str, chunked: bool) -> Request {
        let owned = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
        let headers = headers.iter().map(owned).collect();
        Request::new("POST", "/a?b=c".to_owned(), headers, body.as_bytes().into(), chunked).unwrap()
    }

    #[test]
    fn a_request_is_sent_with_host_and_length() {
        let get = Request::from_line("GET /hello").unwrap();
        assert_eq!(wire(&get), "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_eq!(
            wire(&post(&[("Accept", "text/plain")], "ab", false)),
            "POST /a?b=c HTTP/1.1\r\nHost: a\r\nAccept: text/plain\r\nContent-Length: 2\r\n\r\nab"
        );
        assert!(wire(&post(&[], "", false)).contains("Content-Length: 0\r\n"));
    }

    #[test]
    fn a_chunked_body_has_no_length() {
        let text = wire(&post(&[], &"x".repeat(20), true));
        assert!(text.contains("Transfer-Encoding: chunked\r\n\r\n14\r\nxxxx"), "{text}");
        assert!(text.ends_with("xx\r\n0\r\n\r\n") && !text.contains("Content-Length"), "{text}");
        assert!(wire(&post(&[], "", true)).ends_with("\r\n\r\n0\r\n\r\n"));
    }

    #[test]
    fn a_host_of_its_own_is_the_only_one() {
        let text = wire(&post(&[("host", "other")], "", false));
        assert_eq!(text.matches("ost: ").count(), 1, "{text}");
    }

    #[test]
    fn what_would_not_be_a_request_is_refused() {
        for line in ["GET", "GET hello", "GET /a b", "G T /", "GET /\u{e9}"] {
            assert!(Request::from_line(line).is_err(), "{line}");
        }
        for (name, value) in
            [("a b", ""), ("a", "b\r\nc: d"), ("Content-Length", "1"), ("transfer-encoding", "x")]
        {
            let headers = vec![(name.to_owned(), value.to_owned())];
            let request = Request::new("GET", "/".to_owned(), headers, Arc::default(), false);
            assert!(request.is_err(), "{name}: {value}");
        }
    }
}
