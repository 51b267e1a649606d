//! The contract checker: checks a running server against the whole contract and reports each
//! mismatch.

mod case;
mod cases;
mod client;
mod corpus;
mod expectation;
pub(crate) mod sampler;
mod text;
mod validator;

use std::net::SocketAddr;

use case::Mismatch;
use client::{Client, Request};
pub(crate) use validator::ContractValidator;

/// After this many requests in a row without a response, the rest is skipped.
const SILENCE: usize = 2;

/// Whether `/healthz` returns 200.
pub(crate) fn is_healthy(address: SocketAddr) -> bool {
    Client::impatient(address)
        .send(&Request::get("/healthz"))
        .is_ok_and(|answer| answer.status == 200)
}

/// Checks the server against the whole contract, corpus included.
pub(crate) fn mismatches(address: SocketAddr) -> Vec<Mismatch> {
    let client = Client::new(address);
    let mut mismatches = Vec::new();
    let mut unanswered = 0;
    for case in cases::all().chain(corpus::all()) {
        let answer = client.send(&case.request);
        unanswered = if answer.is_ok() { 0 } else { unanswered + 1 };
        mismatches.extend(case.mismatch(answer));
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
