//! The contract checker: tries all of the contract on a running server and tells each mismatch.

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

/// After so many requests in a row without an answer the rest is not asked.
const SILENCE: usize = 2;

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
