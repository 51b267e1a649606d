//! The contract checker: tries all of the contract on a running server and tells each mismatch.

mod cases;
mod client;
mod corpus;
mod expectation;
pub(crate) mod sampler;
mod validator;

use std::{fmt, net::SocketAddr};

use client::{Answer, Client, Request};
use expectation::Expectation;
pub(crate) use validator::ContractValidator;

/// After so many requests in a row without an answer the rest is not asked.
const SILENCE: usize = 2;

/// One place where a server differs from the contract.
#[derive(Debug, Clone)]
pub(crate) struct Mismatch {
    request: String,
    expected: String,
    got: String,
}

impl Mismatch {
    fn new(case: &Case, got: String) -> Self {
        Self { request: case.request.to_string(), expected: case.expectation.to_string(), got }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, got {}", self.request, self.expected, self.got)
    }
}

/// A request and what the contract says of its answer.
#[derive(Clone)]
struct Case {
    request: Request,
    expectation: Expectation,
}

/// Whether `/healthz` is answered with 200.
pub(crate) fn is_healthy(address: SocketAddr) -> bool {
    Client::impatient(address)
        .send(&Request::get("/healthz"))
        .is_ok_and(|answer| answer.status == 200)
}

/// Tries the whole contract, its corpus included, on the server.
pub(crate) fn mismatches(address: SocketAddr) -> Vec<Mismatch> {
    let client = Client::new(address);
    let mut mismatches = Vec::new();
    let mut unanswered = 0;
    for case in cases::all().chain(corpus::all()) {
        let answer = client.send(&case.request);
        unanswered = if answer.is_ok() { 0 } else { unanswered + 1 };
        mismatches.extend(mismatch(&case, answer));
        // Nobody answers any more, and each request would wait for its whole time.
        if unanswered == SILENCE {
            break;
        }
    }
    mismatches
}

/// How many requests [`mismatches`] makes.
pub(crate) fn count() -> usize {
    cases::all().chain(corpus::all()).count()
}

fn mismatch(case: &Case, answer: anyhow::Result<Answer>) -> Option<Mismatch> {
    let got = match answer {
        Ok(answer) if case.expectation.accepts(&answer) => return None,
        Ok(answer) => answer.to_string(),
        Err(error) => format!("no answer ({error:#})"),
    };
    Some(Mismatch::new(case, got))
}

/// Text for a person: bytes of any kind, cut short, with control characters made visible.
fn shown(bytes: &[u8]) -> String {
    const MOST: usize = 160;
    let cut = &bytes[..bytes.len().min(MOST)];
    let text: String = String::from_utf8_lossy(cut).chars().flat_map(visible).collect();
    if bytes.len() > MOST { format!("{text}… ({} bytes)", bytes.len()) } else { text }
}

fn visible(character: char) -> Vec<char> {
    if character.is_control() { character.escape_default().collect() } else { vec![character] }
}
