//! What a script may do, and what it may not.

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use driver::{Outcome, Run};
use tempfile::TempDir;

use test_server::{OK, Server};

use crate::run;

/// Runs a script, and returns what the server got of it.
fn script(text: &str) -> (Result<Outcome, driver::Error>, Vec<String>) {
    let folder = TempDir::new().unwrap();
    let file: PathBuf = folder.path().join("script.lua");
    fs::write(&file, text).unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let server = Server::start(move |mut peer| {
        while let Some(request) = peer.request() {
            log.lock().unwrap().push(String::from_utf8(request).unwrap());
            if !peer.send(OK) {
                return;
            }
        }
    });
    let arguments = vec!["first".to_owned(), "second".to_owned()];
    let outcome = driver::drive(&Run { script: Some(file), arguments, ..run(server.address) });
    let seen = seen.lock().unwrap().clone();
    (outcome, seen)
}

fn refused(text: &str, part: &str) {
    let (outcome, seen) = script(text);
    let error = outcome.unwrap_err().to_string();
    assert!(error.contains("script.lua") || error.contains("script"), "{error}");
    assert!(error.contains(part), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert_eq!(seen, [""; 0], "requests were sent before");
}

#[test]
fn what_is_not_supported_is_told_before_any_load() {
    refused("local ffi = require 'ffi'", "`ffi` is not supported");
    refused("debug.sethook(function() end, 'l')", "`debug.sethook` is not supported");
    refused("function init() debug.getinfo(init) end", "`debug.getinfo` of a function");
    refused("function request() return {} end", "string");
    refused(
        "function request() return 'GET / HTTP/1.1\\r\\n' end",
        "does not send a valid request",
    );
    refused("function request() return '' end", "does not send a valid request");
    refused("function setup(thread) thread:set('f', print) end", "cannot transfer 'function'");
    refused("this is no Lua", "script.lua:1:");
    refused("function expect() return 'fine' end", "number");
}

#[test]
fn a_delay_at_a_constant_rate_is_refused() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("script.lua");
    fs::write(&file, "function delay() return 1 end").unwrap();
    let server = Server::answering(OK);
    let run = Run { script: Some(file), rate: Some(10.0), ..run(server.address) };
    assert!(driver::drive(&run).unwrap_err().to_string().contains("delay"));
}

#[test]
fn a_delay_is_waited_for() {
    let (outcome, _) = script("function delay() return 100 end");
    // 300 ms on 4 connections: three requests each at the most.
    assert!((1..=12).contains(&outcome.unwrap().tally.sent));
}

#[test]
fn a_thread_can_stop_itself() {
    let (outcome, seen) = script(
        "local n = 0
         function response() n = n + 1; if n == 3 then wrk.thread:stop() end end",
    );
    assert!(outcome.unwrap().tally.requests >= 6);
    assert!(seen.len() <= 20, "{}", seen.len());
}

#[test]
fn pipelined_requests_have_an_answer_each() {
    let (outcome, _) = script(
        "function init() r = wrk.format(nil, '/a') .. wrk.format(nil, '/b') .. wrk.format('POST', '/c', nil, 'x') end
         function request() return r end",
    );
    let tally = outcome.unwrap().tally;
    assert!(tally.requests > 3);
    assert_eq!(tally.errors, driver::Errors::default());
    assert_eq!(tally.sent, tally.requests + tally.in_flight);
    assert!(tally.latency.len() <= tally.requests / 3);
}
