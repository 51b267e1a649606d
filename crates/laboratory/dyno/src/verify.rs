//! The contract checker: asks a running server every exchange of its contract, and reports each
//! mismatch.

mod client;
pub(crate) mod sampler;
mod validator;

use std::{
    fmt,
    net::SocketAddr,
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::bail;
use campaign::matrix::{Matrix, Scenario};
use client::Client;
pub(crate) use client::Received;
use exchange::{Exchange, Request};
pub(crate) use validator::ExchangeValidator;

use crate::{
    failure::{Failure, Lost},
    process::interrupt,
};

/// How often to check for a signal to stop dyno.
const STEP: Duration = Duration::from_millis(100);

/// After this many requests in a row without a response, the rest is skipped.
const SILENCE: usize = 2;

/// What a server is held to.
#[derive(Debug, Clone)]
pub(crate) struct Contract {
    /// All that it must answer, checked before and after a window.
    pub(crate) whole: Arc<[Exchange]>,
    /// What is asked in the window; none if only a script knows.
    pub(crate) window: Arc<[Exchange]>,
}

impl Contract {
    /// The contract in one scenario.
    pub(crate) fn of(matrix: &Matrix, scenario: &Scenario) -> Self {
        Self {
            whole: matrix.exchanges.contract(std::slice::from_ref(scenario)).into(),
            window: matrix.exchanges.of(scenario).into(),
        }
    }
}

/// One place where a server differs from the contract.
#[derive(Debug, Clone)]
pub(crate) struct Mismatch {
    /// The exchange, and where it stands.
    asked: String,
    problem: String,
    /// There is an answer, and it is wrong.
    pub(crate) is_answer: bool,
}

impl Mismatch {
    fn wrong(asked: &Exchange, mismatch: &exchange::Mismatch) -> Self {
        let (asked, problem) = (asked.to_string(), mismatch.to_string());
        Self { asked, problem, is_answer: true }
    }

    fn unanswered(asked: &Exchange, error: &anyhow::Error) -> Self {
        let problem = format!("no response ({error:#})");
        Self { asked: asked.to_string(), problem, is_answer: false }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.asked, self.problem)
    }
}

/// Asks a server once.
pub(crate) fn ask(address: SocketAddr, request: &Request) -> anyhow::Result<Received> {
    Client::new(address).send(request)
}

/// Whether the server answers 200 at this path; without one, whether it answers anything.
pub(crate) fn is_ready(address: SocketAddr, path: Option<&str>) -> bool {
    let status = Client::impatient(address).status_of(path.unwrap_or("/"));
    status.is_ok_and(|status| path.is_none() || status == 200)
}

/// Checks the server against all exchanges of a contract. A signal to stop dyno, and a check that
/// takes longer than this, are errors.
pub(crate) fn mismatches(
    address: SocketAddr,
    contract: &Arc<[Exchange]>,
    within: Duration,
) -> anyhow::Result<Vec<Mismatch>> {
    let deadline = Instant::now() + within;
    let (answers, checked) = mpsc::channel();
    let contract = Arc::clone(contract);
    // The thread ends with the server, if not before.
    thread::Builder::new()
        .spawn(move || answers.send(check(address, &contract, deadline)))
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

fn check(address: SocketAddr, contract: &[Exchange], deadline: Instant) -> Vec<Mismatch> {
    let client = Client::new(address);
    let mut mismatches = Vec::new();
    let mut unanswered = 0;
    for exchange in contract {
        match client.send(&exchange.request) {
            Ok(received) => {
                unanswered = 0;
                let mismatch = exchange.mismatch(&received.answer());
                mismatches.extend(mismatch.map(|it| Mismatch::wrong(exchange, &it)));
            }
            Err(error) => {
                unanswered += 1;
                mismatches.push(Mismatch::unanswered(exchange, &error));
            }
        }
        // Nobody answers any more, and each request would wait for its whole time; or nobody waits for the result.
        if unanswered == SILENCE || Instant::now() > deadline {
            break;
        }
    }
    mismatches
}
