//! The program, run as a user runs it: real servers, the real wrk, real sockets.

#![allow(clippy::unwrap_used, reason = "what goes wrong here is what the test is to tell")]

mod arguments;
mod bad_input;
mod browser;
mod campaign;
mod capacity;
mod conditions;
mod contract;
mod crash;
mod driver;
mod duet;
mod faults;
mod files;
mod fleet;
mod foreign_load;
mod hostile;
mod interpreter;
mod interruption;
mod laboratory;
mod large;
mod limiter;
mod limits;
mod openapi;
mod own_api;
mod ownership;
mod quiet;
mod reference;
mod replaced;
mod reports;
mod search;
mod selftest;
mod soak;
mod strangers;
mod terminal;
mod user;
mod vary;
