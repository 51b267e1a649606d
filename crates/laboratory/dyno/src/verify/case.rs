//! A request with what the contract says of its response.

use std::fmt;

use super::{
    client::{Answer, Request},
    expectation::Expectation,
};

/// One place where a server differs from the contract.
#[derive(Debug, Clone)]
pub(crate) struct Mismatch {
    request: String,
    expected: String,
    got: String,
}

impl Mismatch {
    pub(super) fn new(case: &Case, got: String) -> Self {
        Self { request: case.request.to_string(), expected: case.expectation.to_string(), got }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, got {}", self.request, self.expected, self.got)
    }
}

/// A request and what the contract says of its response.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) request: Request,
    pub(super) expectation: Expectation,
}

impl Case {
    /// Where the response differs from the contract, if it does.
    pub(super) fn mismatch(&self, answer: anyhow::Result<Answer>) -> Option<Mismatch> {
        let got = match answer {
            Ok(answer) if self.expectation.accepts(&answer) => return None,
            Ok(answer) => answer.to_string(),
            Err(error) => format!("no response ({error:#})"),
        };
        Some(Mismatch::new(self, got))
    }
}
