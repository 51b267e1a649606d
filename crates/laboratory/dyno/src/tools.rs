//! The programs that dyno needs from the machine: wrk and GNU time.

use std::{
    env,
    path::{Path, PathBuf},
    time::Duration,
};

use campaign::load_driver::LoadDriver;

use crate::{failure::Failure, process::output};

/// How long a tool may take to print its version.
const WITHIN: Duration = Duration::from_secs(10);

/// Where the tools are, and their versions.
#[derive(Debug, Clone)]
pub(crate) struct Tools {
    /// Without wrk, dyno's own driver measures alone.
    pub(crate) wrk: Option<Tool>,
    pub(crate) time: Tool,
}

/// A program and its version.
#[derive(Debug, Clone)]
pub(crate) struct Tool {
    pub(crate) path: PathBuf,
    pub(crate) version: String,
}

impl Tools {
    /// Finds what these drivers need, or says what to install.
    pub(crate) fn find(drivers: &[LoadDriver]) -> Result<Self, Failure> {
        let wrk = drivers.contains(&LoadDriver::Wrk).then(wrk).transpose()?;
        Ok(Self { wrk, time: gnu_time()? })
    }
}

/// Whether wrk is meant to be used: it is installed, or was named.
pub(crate) fn wrk_is_meant() -> bool {
    env::var_os("DYNO_WRK").is_some() || which::which("wrk").is_ok()
}

/// wrk: from `DYNO_WRK` if set, else from `PATH`.
pub(crate) fn wrk() -> Result<Tool, Failure> {
    find("wrk", "DYNO_WRK", "-v", "wrk ")
        .ok_or(Failure::MissingTool { tool: "wrk", package: "wrk" })
}

/// GNU time, the program rather than the shell's keyword: from `DYNO_TIME` if set, else from
/// `PATH`.
pub(crate) fn gnu_time() -> Result<Tool, Failure> {
    find("time", "DYNO_TIME", "--version", "GNU")
        .ok_or(Failure::MissingTool { tool: "GNU time", package: "time" })
}

fn find(name: &str, variable: &str, version_flag: &str, mark: &str) -> Option<Tool> {
    let path = match env::var_os(variable) {
        Some(path) => PathBuf::from(path),
        None => which::which(name).ok()?,
    };
    // wrk -v exits with 1 after printing; GNU time prints to either stream, by its version.
    let words = [path.to_string_lossy().into_owned(), version_flag.to_owned()];
    let output = output::of(&words, Path::new("."), WITHIN).ok()?;
    let text = output.stdout + &output.stderr;
    let version = text.lines().next().filter(|line| line.contains(mark))?;
    let version = version.split(" Copyright").next().unwrap_or(version);
    Some(Tool { path, version: version.trim().to_owned() })
}
