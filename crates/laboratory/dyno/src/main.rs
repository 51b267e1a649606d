//! dyno: a laboratory that decides, with evidence, which backend web server to build on.

mod build;
mod ceiling;
mod cmd;
mod conditions;
mod disturbance;
mod environment;
mod failure;
mod files;
mod git;
mod lock;
mod machine;
mod measure;
mod output;
mod port;
mod process;
mod programs;
mod progress;
mod store;
mod tools;
mod trial;
mod verify;
mod warnings;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cmd::run() {
        Ok(code) => code,
        Err(error) => {
            output::error(&format!("{error:#}"));
            ExitCode::from(failure::exit_code(&error))
        }
    }
}
