//! `dyno.toml`: the matrix of contenders and scenarios, the load and the decision rule.

mod check;
mod deadlines;
mod exchanges;
mod file;
mod metric;
mod placeholders;
mod scenario;
mod workers;

use std::{
    collections::BTreeMap,
    fmt, fs,
    path::{Path, PathBuf},
    time::Duration,
};

use exchange::MadeFiles;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Error, name::Name, seconds};

pub use deadlines::Deadlines;
pub use exchanges::Exchanges;
pub use file::FileRule;
pub(crate) use file::by_name;
pub use metric::Metric;
pub use placeholders::Placeholders;
pub use scenario::{Arrivals, LOAD, Scenario};

/// The whole file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    /// The servers under test, in the order of reports.
    #[serde(rename = "contender")]
    pub contenders: Vec<Contender>,
    /// The kinds of request, in the order of reports.
    #[serde(rename = "scenario")]
    pub scenarios: Vec<Scenario>,
    /// The load, the same for every cell.
    pub load: Load,
    /// How the winner is chosen.
    pub decision: DecisionRule,
    /// How long dyno waits.
    #[serde(default)]
    pub deadlines: Deadlines,
    /// The path at which a contender that is ready answers 200; without it, any answer will do.
    pub ready: Option<String>,
    /// The files of exchanges that every contender must keep, in every scenario: paths, or patterns
    /// such as `contract/*.toml`.
    #[serde(default)]
    pub contract: Vec<String>,
    /// The files that are made before anything is measured.
    #[serde(default, rename = "file")]
    pub files: Vec<FileRule>,
    /// Where those lie.
    #[serde(skip)]
    pub made: MadeFiles,
    /// What the files of exchanges say.
    #[serde(skip)]
    pub exchanges: Exchanges,
    /// The folder of the file: commands run there, and its paths are relative to it.
    #[serde(skip)]
    pub folder: PathBuf,
    /// The file's text, for its hash.
    #[serde(skip)]
    pub text: String,
}

/// A server under test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contender {
    /// Part of file names.
    pub name: Name,
    /// What it is made of, in words.
    pub stack: String,
    /// The command that builds it; none when there is nothing to build.
    #[serde(default)]
    pub build: Vec<String>,
    /// The command that runs it in the foreground, with [`Placeholders`].
    pub run: Vec<String>,
    /// The command that prints its version in a line.
    #[serde(default)]
    pub version: Vec<String>,
    /// The command that prints how it, or what interprets it, was built: one JSON object of strings.
    #[serde(default)]
    pub build_info: Vec<String>,
    /// Variables that it gets besides `PATH`; placeholders as in `run`.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Memory limit of all its processes together, in MiB; without it [`Self::memory_limit_mib`] decides.
    #[serde(default)]
    pub memory_mib: Option<u64>,
    /// Limit on its number of processes; without it [`Self::process_limit`] decides.
    #[serde(default)]
    pub processes: Option<usize>,
    /// How long it may take until it is ready.
    #[serde(default = "half_a_minute", with = "seconds")]
    pub ready_within: Duration,
    /// A yardstick: measured and shown only when named, and never recommended. It need not keep the
    /// contract.
    #[serde(default)]
    pub reference: bool,
    /// The folder in which its commands run; none for that of `dyno.toml`. An earlier build has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
}

fn half_a_minute() -> Duration {
    Duration::from_secs(30)
}

/// The load, the same for every cell.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// Connections of the driver; a multiple of `threads`.
    pub connections: u32,
    /// Threads of wrk.
    pub threads: u32,
    /// Worker processes or threads of each contender, 1 to 512. `None` in a matrix: as many as
    /// servers may use processors. `None` in a plan: it is from before there was a choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workers: Option<u32>,
    /// The measured window; whole seconds.
    #[serde(with = "seconds")]
    pub duration: Duration,
    /// The load before the window; whole seconds.
    #[serde(with = "seconds")]
    pub warmup: Duration,
    /// Number of rounds; each measures every cell once.
    pub rounds: u32,
}

/// How the winner is chosen, written down before anything is measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionRule {
    /// What the decision is for, as a sentence.
    pub objective: String,
    /// Scores closer than this share are a tie, 0 to 1.
    pub margin: f64,
    /// Chooses among those that tie.
    pub tie_breaker: Metric,
    /// What counts, and how much.
    #[serde(rename = "criterion")]
    pub criteria: Vec<Criterion>,
}

/// A figure that counts, and its weight.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// The name of a scenario.
    pub scenario: Name,
    /// The figure that counts.
    pub metric: Metric,
    /// Above 0; only its share of the sum of all weights matters.
    pub weight: f64,
}

/// As a sentence names it: `throughput in static`.
impl fmt::Display for Criterion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.metric.title(), self.scenario)
    }
}

impl Matrix {
    /// Reads and checks the file.
    pub fn read(file: &Path) -> Result<Self, Error> {
        let failure = |message: String| Error::Matrix { file: file.to_owned(), message };
        let text = fs::read_to_string(file).map_err(|error| {
            failure(format!(
                "cannot be read ({error}): change to its folder, or name the file with --matrix"
            ))
        })?;
        let mut matrix: Self = toml::from_str(&text).map_err(|error| failure(error.to_string()))?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        matrix.folder = std::path::absolute(folder.unwrap_or(Path::new(".")))
            .map_err(|error| failure(error.to_string()))?;
        matrix.text = text;
        matrix.made = file::unmade(&matrix.files);
        matrix.exchanges = Exchanges::read(&matrix, failure)?;
        for scenario in &mut matrix.scenarios {
            scenario.complete(&matrix.exchanges)?;
        }
        matrix.check().map_err(failure)?;
        Ok(matrix)
    }

    /// The matrix with its files in these places: exchanges that name one have its content from here
    /// on.
    pub fn with_made(mut self, made: MadeFiles) -> Result<Self, Error> {
        self.exchanges.read_again(&self.folder, &made)?;
        self.made = made;
        Ok(self)
    }

    /// SHA-256 of the file, which holds the decision rule.
    #[must_use]
    pub fn sha256(&self) -> String {
        hex::encode(Sha256::digest(&self.text))
    }

    /// The contenders of these names in the file's order; all but the references when no name is given, so that what
    /// a campaign measures never depends on what else is installed.
    pub fn select_contenders(&self, names: &[String]) -> Result<Vec<Contender>, Error> {
        let mut selected =
            select("contender", &self.contenders, |contender| &contender.name, names)?;
        selected.retain(|contender| !contender.reference || !names.is_empty());
        Ok(selected)
    }

    /// The scenarios of these names in the file's order; all of them when no name is given.
    pub fn select_scenarios(&self, names: &[String]) -> Result<Vec<Scenario>, Error> {
        select("scenario", &self.scenarios, |scenario| &scenario.name, names)
    }
}

fn select<T: Clone>(
    kind: &'static str,
    all: &[T],
    name_of: impl Fn(&T) -> &Name,
    names: &[String],
) -> Result<Vec<T>, Error> {
    if let Some(name) = names.iter().find(|&name| !all.iter().any(|item| *name_of(item) == *name)) {
        let known = all.iter().map(|item| name_of(item).as_str()).collect::<Vec<_>>().join(", ");
        return Err(Error::UnknownName { kind, name: name.clone(), known });
    }
    Ok(all
        .iter()
        .filter(|item| names.is_empty() || names.iter().any(|name| *name_of(item) == *name))
        .cloned()
        .collect())
}

/// What an earlier build's name ends in.
const EARLIER: &str = "-old";

impl Contender {
    /// The same contender as the matrix in another folder builds and runs it, under a name of its
    /// own.
    ///
    /// # Errors
    /// The name becomes too long.
    pub fn earlier(&self, folder: &Path) -> Result<Self, Error> {
        let name = Name::try_from(format!("{}{EARLIER}", self.name));
        Ok(Self {
            name: name.map_err(Error::Load)?,
            folder: Some(folder.to_owned()),
            ..self.clone()
        })
    }

    /// Of an earlier build, the name of the contender that it is compared with.
    #[must_use]
    pub fn earlier_of(&self) -> Option<&str> {
        self.folder.as_ref().and_then(|_| self.name.strip_suffix(EARLIER))
    }

    /// Whether it is the same contender, wherever either lies.
    #[must_use]
    pub(crate) fn is_but_for_its_folder(&self, other: &Self) -> bool {
        Self { folder: other.folder.clone(), ..self.clone() } == *other
    }

    /// The folder in which its commands run; `matrix` is that of `dyno.toml`.
    #[must_use]
    pub fn home<'a>(&'a self, matrix: &'a Path) -> &'a Path {
        self.folder.as_deref().unwrap_or(matrix)
    }
}
