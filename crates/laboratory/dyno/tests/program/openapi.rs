//! The contenders answer as docs/openapi.json says: schemathesis makes up requests and judges.
//! `DYNO_EXAMPLES` is how many it makes up at most of each kind.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::user::{dyno, free_port, leftovers, root, run};

/// A contender that runs until this goes out of scope.
struct Served(Child);

impl Served {
    fn start(contender: &str, port: u16) -> Self {
        let mut command = dyno(&["serve", contender, "--port", &port.to_string()]);
        let mut dyno = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(dyno.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.contains("listens on"), "{line}");
        Self(dyno)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        kill_process(Pid::from_child(&self.0), Signal::TERM).unwrap();
        self.0.wait().unwrap();
    }
}

fn fits_its_description(contender: &str) {
    let port = free_port();
    let served = Served::start(contender, port);
    let url = format!("http://127.0.0.1:{port}");
    let tried = run(Command::new(root().join(".ci/openapi")).arg(url));
    assert_eq!(tried.code, Some(0), "{}\n{}", tried.stdout, tried.stderr);
    assert!(tried.stdout.contains("No issues found"), "{}", tried.stdout);
    drop(served);
    assert_eq!(leftovers(port), [""; 0]);
}

#[test]
fn axum_fits_its_description() {
    fits_its_description("axum");
}

#[test]
fn actix_web_fits_its_description() {
    fits_its_description("actix-web");
}

#[test]
fn fastapi_fits_its_description() {
    fits_its_description("fastapi");
}

#[test]
fn aiohttp_fits_its_description() {
    fits_its_description("aiohttp");
}

#[test]
fn flask_fits_its_description() {
    fits_its_description("flask");
}
