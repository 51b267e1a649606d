//! The contract as a validator of single responses, for the driver.

use std::collections::HashMap;

use driver::ResponseValidator;
use ureq::http::{HeaderMap, HeaderName, HeaderValue};

use super::{
    client::Answer,
    corpus,
    expectation::{Expectation, is_payload_head},
};

/// Knows the responses to `GET /static` and to each line of the corpus. It does not judge other
/// requests.
pub(crate) struct ContractValidator {
    /// By the bodies of requests.
    registrations: HashMap<Vec<u8>, Expectation>,
}

impl ContractValidator {
    pub(crate) fn new() -> Self {
        let cases = corpus::all().map(|case| (case.request.body, case.expectation));
        Self { registrations: cases.collect() }
    }

    fn expectation(&self, request: &[u8]) -> Option<&Expectation> {
        if request.starts_with(b"GET /static ") {
            return Some(&Expectation::Payload);
        }
        if !request.starts_with(b"POST /validate ") {
            return None;
        }
        let end = request.windows(4).position(|window| window == b"\r\n\r\n")?;
        self.registrations.get(&request[end + 4..])
    }
}

/// Longer than any body of the contract but the payload, which is compared piece by piece.
const LONGEST_BODY: usize = 64 << 10;

impl ResponseValidator for ContractValidator {
    fn body(&self, request: &[u8]) -> Option<&'static [u8]> {
        matches!(self.expectation(request)?, Expectation::Payload).then(contract::payload::bytes)
    }

    fn longest_body(&self, request: &[u8]) -> usize {
        if self.expectation(request).is_some() { LONGEST_BODY } else { 0 }
    }

    fn fault(
        &self,
        request: &[u8],
        status: u16,
        head: &[u8],
        body: Option<&[u8]>,
    ) -> Option<String> {
        let expectation = self.expectation(request)?;
        let answer =
            Answer { status, headers: headers(head), body: body.unwrap_or_default().to_vec() };
        let accepted = match body {
            None => is_payload_head(&answer),
            Some(_) => expectation.accepts(&answer),
        };
        (!accepted).then(|| format!("expected {expectation}, got {answer}"))
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
    use super::*;

    fn fault(request: &str, status: u16, body: &[u8]) -> Option<String> {
        let validator = ContractValidator::new();
        let right = validator.body(request.as_bytes()).is_some_and(|right| right == body);
        let (kind, length) = match request.get(..4) {
            Some("GET ") => ("application/octet-stream", body.len()),
            _ => ("application/json", body.len()),
        };
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\nContent-Length: {length}\r\n\r\n"
        );
        validator.fault(request.as_bytes(), status, head.as_bytes(), (!right).then_some(body))
    }

    #[test]
    fn the_payload_is_right_to_the_last_byte_or_wrong() {
        let request = "GET /static HTTP/1.1\r\nHost: a\r\n\r\n";
        let mut body = contract::payload::bytes().to_vec();
        assert_eq!(fault(request, 200, &body), None);
        body[4_000_000] ^= 1;
        assert!(fault(request, 200, &body).unwrap().contains("payload"));
    }

    #[test]
    fn a_line_of_the_corpus_has_its_answer() {
        let case = corpus::all()
            .find(|case| matches!(case.expectation, Expectation::Registration(_)))
            .unwrap();
        let Expectation::Registration(right) = &case.expectation else { unreachable!() };
        let body = String::from_utf8(case.request.body.clone()).unwrap();
        let request = format!("POST /validate HTTP/1.1\r\nHost: a\r\n\r\n{body}");
        assert_eq!(fault(&request, 200, right), None);
        assert!(fault(&request, 200, b"{}").is_some());
        assert!(fault(&request, 422, right).is_some());
    }

    #[test]
    fn of_other_requests_nothing_is_said() {
        assert_eq!(fault("GET /other HTTP/1.1\r\n\r\n", 500, b""), None);
        assert_eq!(fault("POST /validate HTTP/1.1\r\n\r\nunknown", 500, b""), None);
    }
}
