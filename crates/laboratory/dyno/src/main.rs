//! dyno: a laboratory that decides, with evidence, which backend web server to build on.

mod analysis;
mod build;
mod cmd;
mod failure;
mod guard;
mod interrupt;
mod matrix;
mod measure;
mod plan;
mod progress;
mod record;
mod report;
mod tools;
mod trial;
mod verify;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cmd::run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("dyno: {error:#}");
            ExitCode::from(failure::exit_code(&error))
        }
    }
}
