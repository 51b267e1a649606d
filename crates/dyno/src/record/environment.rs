//! Where and with what a campaign was measured.

use std::{collections::BTreeMap, env, fs, path::Path, process::Command};

use serde::{Deserialize, Serialize};

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

/// The machine, as far as it bears on figures.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Machine {
    pub(crate) processor: String,
    pub(crate) processors: usize,
    pub(crate) memory_kb: u64,
    pub(crate) kernel: String,
    /// Load averages of 1, 5 and 15 minutes before the first trial.
    pub(crate) load_before: [f32; 3],
    /// Frequency governor of the first processor, where the kernel tells.
    pub(crate) governor: Option<String>,
    /// Whether the processor says that it is virtual.
    pub(crate) hypervisor: bool,
    pub(crate) open_files_limit: Option<u64>,
    pub(crate) somaxconn: Option<u64>,
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
                .map(|contender| (contender.name.clone(), version(contender, folder)))
                .collect(),
            hermetic: false,
            sandboxed: false,
        }
    }
}

impl Machine {
    /// Reads `/proc` and `/sys`.
    pub(crate) fn capture() -> Self {
        let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let field = |name: &str| {
            cpuinfo.lines().find_map(|line| {
                line.strip_prefix(name)?.split_once(':').map(|(_, value)| value.trim())
            })
        };
        let kernel = rustix::system::uname();
        let number = |path: &str| fs::read_to_string(path).ok()?.trim().parse().ok();
        Self {
            // ARM names parts by number and no model.
            processor: field("model name").unwrap_or(env::consts::ARCH).to_owned(),
            processors: std::thread::available_parallelism().map_or(1, usize::from),
            memory_kb: memory_kb(),
            kernel: format!(
                "{} {}",
                kernel.sysname().to_string_lossy(),
                kernel.release().to_string_lossy()
            ),
            load_before: load_average(),
            governor: fs::read_to_string("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
                .ok()
                .map(|text| text.trim().to_owned()),
            hypervisor: field("flags")
                .is_some_and(|flags| flags.split(' ').any(|flag| flag == "hypervisor")),
            open_files_limit: rustix::process::getrlimit(rustix::process::Resource::Nofile).current,
            somaxconn: number("/proc/sys/net/core/somaxconn"),
        }
    }
}

/// Load averages of 1, 5 and 15 minutes.
pub(crate) fn load_average() -> [f32; 3] {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let mut words = text.split(' ').map(|word| word.parse().unwrap_or(0.0));
    [(); 3].map(|()| words.next().unwrap_or(0.0))
}

fn memory_kb() -> u64 {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    text.lines()
        .find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB")?.parse().ok())
        .unwrap_or(0)
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

fn version(contender: &Contender, folder: &Path) -> String {
    let Some((program, arguments)) = contender.version.split_first() else {
        return "not told".to_owned();
    };
    let program = if program.contains('/') { folder.join(program) } else { program.into() };
    let output = Command::new(program).args(arguments).current_dir(folder).output();
    output
        .ok()
        .filter(|output| output.status.success())
        .and_then(|output| {
            Some(String::from_utf8_lossy(&output.stdout).lines().next()?.trim().to_owned())
        })
        .unwrap_or_else(|| "unknown: its version command failed".to_owned())
}
