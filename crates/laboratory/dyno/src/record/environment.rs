//! Where and with what a campaign was measured.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use which::which;

use super::{
    build_info::BuildInfo,
    machine::Machine,
    sample::plain,
    store::{Store, is_sandboxed},
};
use crate::{matrix::Contender, tools::Tools};

/// All that a reader needs to judge the figures, or to get them again.
#[derive(Debug, Clone, Serialize, JsonSchema, Deserialize)]
pub(crate) struct Environment {
    pub(crate) dyno: String,
    /// The source's git revision, with Nix the flake's; `-dirty` when files differ from it; empty where there is none.
    pub(crate) revision: String,
    pub(crate) started_at: String,
    pub(crate) machine: Machine,
    pub(crate) wrk: String,
    pub(crate) gnu_time: String,
    /// What each contender says of its version.
    pub(crate) contenders: BTreeMap<String, String>,
    /// How each contender that tells it was built.
    #[serde(default)]
    pub(crate) build_info: BTreeMap<String, BuildInfo>,
    /// SHA-256 of the program of each contender and of each tool, where it could be read, links followed. Of a script
    /// or a wrapper it is the file's own; what runs it is in `build_info`.
    pub(crate) programs: BTreeMap<String, String>,
    /// Where they came from; none without Nix.
    #[serde(default)]
    pub(crate) store: Option<Store>,
    /// Whether all programs came from one pinned store.
    pub(crate) hermetic: bool,
    /// Whether the campaign ran in a build sandbox.
    pub(crate) sandboxed: bool,
}

impl Environment {
    /// Looks around.
    pub(crate) fn capture(tools: &Tools, contenders: &[Contender], folder: &Path) -> Self {
        let programs = programs(tools, contenders, folder);
        let store = Store::capture(&programs);
        Self {
            dyno: env!("CARGO_PKG_VERSION").to_owned(),
            revision: store
                .as_ref()
                .map_or_else(|| revision(folder), |store| store.revision.clone()),
            started_at: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            machine: Machine::capture(),
            wrk: tools
                .wrk
                .as_ref()
                .map_or_else(|| "not used".to_owned(), |wrk| wrk.version.clone()),
            gnu_time: tools.time.version.clone(),
            contenders: contenders
                .iter()
                .map(|contender| {
                    let version = version(contender, folder);
                    (contender.name.clone(), version.unwrap_or_else(|| "unknown".to_owned()))
                })
                .collect(),
            build_info: contenders
                .iter()
                .filter_map(|contender| {
                    Some((contender.name.clone(), build_info(contender, folder)?))
                })
                .collect(),
            programs: hashes(&programs),
            hermetic: store.as_ref().is_some_and(Store::is_hermetic),
            store,
            sandboxed: is_sandboxed(),
        }
    }
}

impl Environment {
    /// What is no longer as it was: figures measured before and after would not belong together.
    pub(crate) fn changed(&self, now: &Self) -> Option<String> {
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
        program().or_else(version).or_else(build)
    }
}

/// The program of each contender and of each tool.
fn programs(tools: &Tools, contenders: &[Contender], folder: &Path) -> BTreeMap<String, PathBuf> {
    let wrk = tools.wrk.iter().map(|wrk| ("wrk", wrk.path.clone()));
    let tools = wrk.chain([("GNU time", tools.time.path.clone())]);
    let contenders = contenders.iter().filter_map(|contender| {
        let program = contender.run.first()?;
        let path =
            if program.contains('/') { Some(folder.join(program)) } else { which(program).ok() };
        Some((contender.name.as_str(), path?))
    });
    tools.chain(contenders).map(|(name, path)| (name.to_owned(), path)).collect()
}

fn hashes(programs: &BTreeMap<String, PathBuf>) -> BTreeMap<String, String> {
    let hash = |path| Some(hex::encode(Sha256::digest(fs::read(path).ok()?)));
    programs.iter().filter_map(|(name, path)| Some((name.clone(), hash(path)?))).collect()
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
    printed(&contender.version, folder)?.lines().next().map(plain)
}

/// What a contender says of how it was built; `None` when it has no command for it.
pub(crate) fn build_info(contender: &Contender, folder: &Path) -> Option<BuildInfo> {
    let command = &contender.build_info;
    (!command.is_empty()).then(|| BuildInfo::printed(printed(command, folder).as_deref()))
}

/// What a contender's command prints; `None` when there is none, or it fails.
fn printed(command: &[String], folder: &Path) -> Option<String> {
    let (program, arguments) = command.split_first()?;
    let program = if program.contains('/') { folder.join(program) } else { program.into() };
    let output = Command::new(program).args(arguments).current_dir(folder).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
