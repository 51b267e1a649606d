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

use std::{
    net::SocketAddr,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use anyhow::bail;
use case::Mismatch;
use client::{Client, Request};
pub(crate) use validator::ContractValidator;

use crate::{
    failure::{Failure, Lost},
    process::interrupt,
};

/// How often to check for a signal to stop dyno.
const STEP: Duration = Duration::from_millis(100);

/// After this many requests in a row without a response, the rest is skipped.
const SILENCE: usize = 2;

/// Whether `/healthz` returns 200.
pub(crate) fn is_healthy(address: SocketAddr) -> bool {
    Client::impatient(address)
        .send(&Request::get("/healthz"))
        .is_ok_and(|answer| answer.status == 200)
}

/// Checks the server against the whole contract, corpus included. A signal to stop dyno, and a check that takes longer
/// than this, are errors.
pub(crate) fn mismatches(address: SocketAddr, within: Duration) -> anyhow::Result<Vec<Mismatch>> {
    let deadline = Instant::now() + within;
    let (answers, checked) = mpsc::channel();
    // The thread ends with the server, if not before.
    thread::Builder::new()
        .spawn(move || answers.send(check(address, deadline)))
        .map_err(|error| Lost::no_thread(&error))?;
    loop {
        match checked.recv_timeout(STEP) {
            Ok(mismatches) => return Ok(mismatches),
            Err(RecvTimeoutError::Disconnected) => bail!("the contract's checker panicked"),
            Err(RecvTimeoutError::Timeout) => interrupt::check()?,
        }
        if Instant::now() > deadline {
            return Err(Failure::ContractNotChecked { within }.into());
        }
    }
}

fn check(address: SocketAddr, deadline: Instant) -> Vec<Mismatch> {
    let client = Client::new(address);
    let mut mismatches = Vec::new();
    let mut unanswered = 0;
    for case in cases::all().chain(corpus::all()) {
        let answer = client.send(&case.request);
        unanswered = if answer.is_ok() { 0 } else { unanswered + 1 };
        mismatches.extend(case.mismatch(answer));
        // Nobody answers any more, and each request would wait for its whole time; or nobody waits for the result.
        if unanswered == SILENCE || Instant::now() > deadline {
            break;
        }
    }
    mismatches
}

/// How many requests [`mismatches`] makes.
pub(crate) fn count() -> usize {
    cases::all().chain(corpus::all()).count()
}
