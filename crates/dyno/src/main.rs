//! dyno: a laboratory that decides, with evidence, which backend web server to build on.

mod analysis;
mod build;
mod cmd;
mod failure;
mod interrupt;
mod matrix;
mod plan;
mod record;
mod tools;
mod trial;
mod verify;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cmd::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dyno: {error:#}");
            ExitCode::from(failure::exit_code(&error))
        }
    }
}
