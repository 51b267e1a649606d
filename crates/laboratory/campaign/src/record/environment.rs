//! Where and with what a campaign was measured.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{build_info::BuildInfo, machine::Machine, store::Store, time};

/// Everything that a reader needs to judge the figures or to reproduce them.
#[derive(Debug, Clone, Serialize, JsonSchema, Deserialize)]
pub struct Environment {
    /// dyno's version.
    pub dyno: String,
    /// The source's git revision, with Nix the flake's; `-dirty` when files differ from it; empty where there is none.
    pub revision: String,
    /// When the campaign started; UTC, RFC 3339.
    #[serde(serialize_with = "time::seconds")]
    #[schemars(with = "String")]
    pub started_at: Timestamp,
    /// The machine.
    pub machine: Machine,
    /// wrk's version.
    pub wrk: String,
    /// GNU time's version.
    pub gnu_time: String,
    /// The version that each contender reports.
    pub contenders: BTreeMap<String, String>,
    /// How each contender that tells it was built.
    #[serde(default)]
    pub build_info: BTreeMap<String, BuildInfo>,
    /// SHA-256 of the program of each contender and of each tool, where it could be read, links followed. Of a script
    /// or a wrapper it is the file's own; what runs it is in `build_info`.
    pub programs: BTreeMap<String, String>,
    /// SHA-256 of the files that each contender's command names besides its program, and of the scripts beside them, by
    /// contender and by path below its folder; `None` in campaigns that did not record them.
    #[serde(default)]
    pub contender_files: Option<BTreeMap<String, BTreeMap<String, String>>>,
    /// Where the programs came from; none without Nix.
    #[serde(default)]
    pub store: Option<Store>,
    /// Whether all programs came from one pinned store.
    pub hermetic: bool,
    /// Whether contenders could change no file but those in their own folder, /tmp and /dev; `None`
    /// in campaigns that did not record it.
    #[serde(default)]
    pub contenders_confined: Option<bool>,
    /// Whether the campaign ran in a build sandbox.
    pub sandboxed: bool,
    /// Requests per second of dyno's own driver against a server that answers with nothing, measured
    /// before the first round, in a closed loop with the campaign's connections: no figure of this driver can be much
    /// higher. `None` for campaigns without it, and in those that did not record it.
    #[serde(default)]
    pub driver_ceiling_per_s: Option<f64>,
}

impl Environment {
    /// What a reader has to know of builds, each with the contenders that it is said of.
    #[must_use]
    pub fn build_warnings(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut said: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (contender, told) in &self.build_info {
            if let Some(warning) = told.warning() {
                said.entry(warning).or_default().push(contender);
            }
        }
        said
    }

    /// What has changed: figures measured before and after it would not belong together.
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
        let build = || {
            let differs = |name: &&String| self.build_info.get(*name) != now.build_info.get(*name);
            now.contenders
                .keys()
                .find(differs)
                .map(|name| format!("how {name} was built has changed"))
        };
        let files = || {
            let (was, is) = self.contender_files.as_ref().zip(now.contender_files.as_ref())?;
            let mut names = now.contenders.keys();
            names
                .find(|&name| was.get(name) != is.get(name))
                .map(|name| format!("files that {name} runs have changed"))
        };
        if !same_machine {
            return Some("this is another machine".to_owned());
        }
        if was.kernel != is.kernel {
            return Some("the kernel has changed".to_owned());
        }
        let layouts = was.address_space_randomisation.zip(is.address_space_randomisation);
        if layouts.is_some_and(|(was, is)| was != is) {
            return Some("address-space randomisation has changed".to_owned());
        }
        let limits = was.resource_limits.as_ref().zip(is.resource_limits.as_ref());
        if limits.is_some_and(|(was, is)| was != is) {
            return Some("the resource limits have changed (ulimit -a shows them)".to_owned());
        }
        program().or_else(files).or_else(version).or_else(build)
    }
}
