//! Where and with what a campaign was measured.

use std::{collections::BTreeMap, path::Path, process::Command};

use serde::{Deserialize, Serialize};

use super::machine::Machine;
use crate::{matrix::Contender, tools::Tools};

/// All that a reader needs to judge the figures, or to get them again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Environment {
    pub(crate) dyno: String,
    /// The source's git revision, `-dirty` when files differ from it; empty where there is none.
    pub(crate) revision: String,
    pub(crate) started_at: String,
    pub(crate) machine: Machine,
    pub(crate) wrk: String,
    pub(crate) gnu_time: String,
    /// What each contender says of its version.
    pub(crate) contenders: BTreeMap<String, String>,
    /// Whether all programs came from one pinned store.
    pub(crate) hermetic: bool,
    /// Whether the campaign ran in a build sandbox.
    pub(crate) sandboxed: bool,
}

impl Environment {
    /// Looks around.
    pub(crate) fn capture(tools: &Tools, contenders: &[Contender], folder: &Path) -> Self {
        Self {
            dyno: env!("CARGO_PKG_VERSION").to_owned(),
            revision: revision(folder),
            started_at: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            machine: Machine::capture(),
            wrk: tools.wrk.version.clone(),
            gnu_time: tools.time.version.clone(),
            contenders: contenders
                .iter()
                .map(|contender| {
                    let version = version(contender, folder);
                    (contender.name.clone(), version.unwrap_or_else(|| "unknown".to_owned()))
                })
                .collect(),
            hermetic: false,
            sandboxed: false,
        }
    }
}

fn revision(folder: &Path) -> String {
    let output = Command::new("git")
        .args(["describe", "--always", "--dirty", "--abbrev=12"])
        .current_dir(folder)
        .output();
    output
        .ok()
        .filter(|output| output.status.success())
        .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        .unwrap_or_default()
}

/// What a contender says of its version; `None` when it has nothing to say, or its command fails.
pub(crate) fn version(contender: &Contender, folder: &Path) -> Option<String> {
    let (program, arguments) = contender.version.split_first()?;
    let program = if program.contains('/') { folder.join(program) } else { program.into() };
    let output = Command::new(program).args(arguments).current_dir(folder).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    output.status.success().then(|| text.lines().next())?.map(|line| line.trim().to_owned())
}
