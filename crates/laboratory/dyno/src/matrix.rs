//! `dyno.toml`: the matrix of contenders and scenarios, the load and the decision rule.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{failure::Failure, guard::Limits};

/// The whole file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Matrix {
    #[serde(rename = "contender")]
    pub(crate) contenders: Vec<Contender>,
    #[serde(rename = "scenario")]
    pub(crate) scenarios: Vec<Scenario>,
    pub(crate) load: Load,
    pub(crate) decision: DecisionRule,
    /// The folder of the file: commands run there, and its paths are relative to it.
    #[serde(skip)]
    pub(crate) folder: PathBuf,
    /// The file's text, for its hash.
    #[serde(skip)]
    pub(crate) text: String,
}

/// A server under test.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Contender {
    pub(crate) name: String,
    /// What it is made of, in words.
    pub(crate) stack: String,
    /// The command that builds it; none when there is nothing to build.
    #[serde(default)]
    pub(crate) build: Vec<String>,
    /// The command that runs it in the foreground, with `{listen}`, `{host}`, `{port}`, `{home}` and `{payload}`.
    pub(crate) run: Vec<String>,
    /// The command that prints its version in a line.
    #[serde(default)]
    pub(crate) version: Vec<String>,
    /// The command that prints how it, or what interprets it, was built: one JSON object of strings.
    #[serde(default)]
    pub(crate) build_info: Vec<String>,
    /// Variables that it gets besides `PATH`; placeholders as in `run`.
    #[serde(default)]
    pub(crate) env: BTreeMap<String, String>,
    /// The most memory that all of its processes may hold, in MiB.
    #[serde(default = "two_gib")]
    pub(crate) memory_mib: u64,
    /// The most processes that it may have.
    #[serde(default = "many_processes")]
    pub(crate) processes: usize,
    /// How long it may take until `/healthz` answers.
    #[serde(default = "half_a_minute", with = "seconds")]
    pub(crate) ready_within: Duration,
    /// A yardstick: measured and shown where it is named, and never recommended. It need not keep the contract.
    #[serde(default)]
    pub(crate) reference: bool,
}

fn half_a_minute() -> Duration {
    Duration::from_secs(30)
}

fn two_gib() -> u64 {
    2048
}

fn many_processes() -> usize {
    64
}

/// A kind of request.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    /// What it asks for, in words: `GET /static`.
    pub(crate) endpoint: String,
    /// The wrk script.
    pub(crate) script: PathBuf,
    /// The share of answers that the contract wants to be neither 2xx nor 3xx, 0 to 1.
    pub(crate) non_2xx_share: f64,
    /// The size of every answer's body in bytes, where it is one and the same.
    pub(crate) body_bytes: Option<u64>,
}

/// The load, the same for every cell.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Load {
    pub(crate) connections: u32,
    pub(crate) threads: u32,
    /// The measured window; whole seconds.
    #[serde(with = "seconds")]
    pub(crate) duration: Duration,
    /// The load before the window; whole seconds.
    #[serde(with = "seconds")]
    pub(crate) warmup: Duration,
    pub(crate) rounds: u32,
}

/// How the winner is chosen, written down before anything is measured.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionRule {
    pub(crate) objective: String,
    /// Scores closer than this share are a tie, 0 to 1.
    pub(crate) margin: f64,
    /// Decides among those that tie.
    pub(crate) tie_breaker: Metric,
    #[serde(rename = "criterion")]
    pub(crate) criteria: Vec<Criterion>,
}

/// One thing that counts, and how much.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Criterion {
    pub(crate) scenario: String,
    pub(crate) metric: Metric,
    pub(crate) weight: f64,
}

/// A figure of a cell that a decision may rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Metric {
    RequestsPerS,
    P99Us,
    PeakRssTreeKb,
    ServerCpuUsPerRequest,
}

impl Metric {
    /// All of them, in the order of reports.
    pub(crate) const ALL: [Self; 4] =
        [Self::RequestsPerS, Self::P99Us, Self::PeakRssTreeKb, Self::ServerCpuUsPerRequest];

    /// Whether the higher figure is the better one.
    pub(crate) fn more_is_better(self) -> bool {
        matches!(self, Self::RequestsPerS)
    }

    /// Its name for people.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::RequestsPerS => "throughput",
            Self::P99Us => "p99 latency",
            Self::PeakRssTreeKb => "memory of the process tree",
            Self::ServerCpuUsPerRequest => "server CPU per request",
        }
    }
}

impl Matrix {
    /// Reads and checks the file.
    pub(crate) fn read(file: &Path) -> Result<Self, Failure> {
        let failure = |message: String| Failure::Matrix { file: file.to_owned(), message };
        let text = fs::read_to_string(file).map_err(|error| {
            failure(format!("cannot be read ({error}): go to its folder or name it with --matrix"))
        })?;
        let mut matrix: Self = toml::from_str(&text).map_err(|error| failure(error.to_string()))?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        matrix.folder = std::path::absolute(folder.unwrap_or(Path::new(".")))
            .map_err(|error| failure(error.to_string()))?;
        matrix.text = text;
        matrix.check().map_err(failure)?;
        Ok(matrix)
    }

    /// SHA-256 of the file, which holds the decision rule.
    pub(crate) fn sha256(&self) -> String {
        hex::encode(Sha256::digest(&self.text))
    }

    fn check(&self) -> Result<(), String> {
        let names = |kind, names: Vec<&String>| -> Result<(), String> {
            let mut seen = BTreeSet::new();
            for name in names {
                if !is_plain(name) {
                    return Err(format!(
                        "the {kind} name {name:?} must be lower-case letters, digits and hyphens: it names files"
                    ));
                }
                if !seen.insert(name) {
                    return Err(format!(
                        "the {kind} `{name}` is there twice: give one another name"
                    ));
                }
            }
            Ok(())
        };
        names("contender", self.contenders.iter().map(|contender| &contender.name).collect())?;
        names("scenario", self.scenarios.iter().map(|scenario| &scenario.name).collect())?;
        if let Some(contender) = self.contenders.iter().find(|contender| contender.run.is_empty()) {
            return Err(format!(
                "the contender `{}` has an empty `run`: give its command",
                contender.name
            ));
        }
        for scenario in &self.scenarios {
            let script = self.folder.join(&scenario.script);
            if !script.is_file() {
                return Err(format!(
                    "the script of `{}`, {}, is not there",
                    scenario.name,
                    script.display()
                ));
            }
            if !(0.0..=1.0).contains(&scenario.non_2xx_share) {
                return Err(format!("non_2xx_share of `{}` must be 0 to 1", scenario.name));
            }
        }
        self.check_decision()
    }

    fn check_decision(&self) -> Result<(), String> {
        let rule = &self.decision;
        for criterion in &rule.criteria {
            if !self.scenarios.iter().any(|scenario| scenario.name == criterion.scenario) {
                return Err(format!(
                    "a criterion names the scenario `{}`, which is not there",
                    criterion.scenario
                ));
            }
            if !(criterion.weight > 0.0 && criterion.weight.is_finite()) {
                return Err("the weight of a criterion must be above 0".to_owned());
            }
        }
        if !(0.0..1.0).contains(&rule.margin) {
            return Err("the decision's margin must be at least 0 and below 1".to_owned());
        }
        Ok(())
    }

    /// The contenders of these names in the file's order; all but the references when no name is given, so that what
    /// a campaign measures never depends on what else is installed.
    pub(crate) fn select_contenders(&self, names: &[String]) -> Result<Vec<Contender>, Failure> {
        let mut selected =
            select("contender", &self.contenders, |contender| &contender.name, names)?;
        selected.retain(|contender| !contender.reference || !names.is_empty());
        Ok(selected)
    }

    /// The scenarios of these names in the file's order; all of them when no name is given.
    pub(crate) fn select_scenarios(&self, names: &[String]) -> Result<Vec<Scenario>, Failure> {
        select("scenario", &self.scenarios, |scenario| &scenario.name, names)
    }
}

fn select<T: Clone>(
    kind: &'static str,
    all: &[T],
    name_of: impl Fn(&T) -> &String,
    names: &[String],
) -> Result<Vec<T>, Failure> {
    if let Some(name) = names.iter().find(|&name| !all.iter().any(|item| name_of(item) == name)) {
        let known = all.iter().map(|item| name_of(item).as_str()).collect::<Vec<_>>().join(", ");
        return Err(Failure::UnknownName { kind, name: name.clone(), known });
    }
    Ok(all
        .iter()
        .filter(|item| names.is_empty() || names.contains(name_of(item)))
        .cloned()
        .collect())
}

/// Whether a name can stand in a path, a CSV and a terminal without a second thought.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 40
        && !name.starts_with('-')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

impl Contender {
    /// What it may use.
    pub(crate) fn limits(&self) -> Limits {
        Limits { memory_mib: Some(self.memory_mib), processes: Some(self.processes) }
    }

    /// The command that runs it.
    pub(crate) fn command(&self, listen: SocketAddr, home: &Path, payload: &Path) -> Vec<String> {
        let mut words: Vec<String> =
            self.run.iter().map(|word| Self::fill(word, listen, home, payload)).collect();
        // It is told from a name that is looked up in PATH by its slash.
        if let Some(program) = words.first_mut().filter(|program| program.contains('/')) {
            *program = home.join(&program).to_string_lossy().into_owned();
        }
        words
    }

    /// A command or a variable's value with its placeholders filled in; `home` is the folder of `dyno.toml`.
    pub(crate) fn fill(text: &str, listen: SocketAddr, home: &Path, payload: &Path) -> String {
        text.replace("{home}", &home.to_string_lossy())
            .replace("{listen}", &listen.to_string())
            .replace("{host}", &listen.ip().to_string())
            .replace("{port}", &listen.port().to_string())
            .replace("{payload}", &payload.to_string_lossy())
    }
}

/// Durations in the file are written as people write them: `10s`, `2m`.
pub(crate) mod seconds {
    use std::time::Duration;

    use jiff::SignedDuration;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(
        duration: &Duration,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{}s", duration.as_secs()))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Duration, D::Error> {
        let duration = SignedDuration::deserialize(deserializer)?;
        Duration::try_from(duration).map_err(D::Error::custom)
    }
}
