//! Where and with what a campaign was measured.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{machine::Machine, store::Store, time};

/// All that a reader needs to judge the figures, or to get them again.
#[derive(Debug, Clone, Serialize, JsonSchema, Deserialize)]
pub struct Environment {
    pub dyno: String,
    /// The source's git revision, with Nix the flake's; `-dirty` when files differ from it; empty where there is none.
    pub revision: String,
    /// When it began; UTC, RFC 3339.
    #[serde(with = "time::seconds")]
    #[schemars(with = "String")]
    pub started_at: Timestamp,
    pub machine: Machine,
    pub wrk: String,
    pub gnu_time: String,
    /// What each contender says of its version.
    pub contenders: BTreeMap<String, String>,
    /// SHA-256 of the program of each contender and of each tool, where it could be read.
    pub programs: BTreeMap<String, String>,
    /// Where they came from; none without Nix.
    #[serde(default)]
    pub store: Option<Store>,
    /// Whether all programs came from one pinned store.
    pub hermetic: bool,
    /// Whether the campaign ran in a build sandbox.
    pub sandboxed: bool,
}

impl Environment {
    /// What is no longer as it was: figures measured before and after would not belong together.
    #[must_use]
    pub fn changed(&self, now: &Self) -> Option<String> {
        let (was, is) = (&self.machine, &now.machine);
        let same_machine = (&was.processor, was.processors, was.memory_kb)
            == (&is.processor, is.processors, is.memory_kb);
        let program = || {
            let differs =
                |(name, hash): &(&String, &String)| self.programs.get(*name) != Some(*hash);
            now.programs
                .iter()
                .find(differs)
                .map(|(name, _)| format!("the program of {name} has changed"))
        };
        let version = || {
            let differs =
                |(name, version): &(&String, &String)| self.contenders.get(*name) != Some(*version);
            now.contenders
                .iter()
                .find(differs)
                .map(|(name, _)| format!("the versions of {name} have changed"))
        };
        if !same_machine {
            return Some("this is another machine".to_owned());
        }
        if was.kernel != is.kernel {
            return Some("the kernel has changed".to_owned());
        }
        program().or_else(version)
    }
}
