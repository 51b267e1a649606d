//! The program, run as a user runs it: real servers, the real wrk, real sockets.

#![allow(clippy::unwrap_used, reason = "what goes wrong here is what the test is to tell")]

mod bad_input;
mod campaign;
mod contract;
mod driver;
mod faults;
mod interpreter;
mod interruption;

mod reference;
mod reports;
mod selftest;
#[allow(dead_code, reason = "the driver's own tests use more of it")]
#[path = "../../../driver/tests/behaviour/server.rs"]
mod server;
mod soak;
mod user;
