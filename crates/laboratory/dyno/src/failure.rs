//! Failures that a caller, or a script that runs dyno, tells apart; each has an exit code of its own.

use std::{io, net::SocketAddr, path::PathBuf, time::Duration};

/// What went wrong, in one sentence that says what to do now.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Failure {
    /// The matrix, the load or the campaign's folder is not right.
    #[error(transparent)]
    Campaign(#[from] campaign::Error),
    #[error("{tool} was not found: install it, on Debian with `apt-get install {package}`")]
    MissingTool { tool: &'static str, package: &'static str },
    #[error("{address} is already in use by {holder}: stop it, or choose another --port")]
    PortInUse { address: SocketAddr, holder: String },
    #[error("{contender} was not ready within {within:?}: {state}")]
    NotReady { contender: String, within: Duration, exited: bool, state: String },
    #[error(
        "{contender} breaks the contract in {count} {}, first: {first}; `dyno verify {contender}` lists them all",
        if *.count == 1 { "place" } else { "places" }
    )]
    BreaksContract { contender: String, count: usize, first: String },
    #[error(
        "the contract could not be checked within {within:?}: make the server faster, or raise `contract` in [deadlines] of dyno.toml"
    )]
    ContractNotChecked { within: Duration },
    #[error("{contender} could not be built: {reason}")]
    Build { contender: String, reason: String },
    #[error("the file `{name}` could not be made: {reason}")]
    File { name: String, reason: String },
    #[error("{not_ok} of {trials} trials are not ok: samples.csv has the reasons")]
    TrialsNotOk { not_ok: usize, trials: usize },
    #[error("another campaign is being measured by {holder}: wait until it ends")]
    Busy { holder: String },
    #[error(
        "{} cannot be resumed because {changed}: start a new campaign, or restore what has changed",
        .folder.display()
    )]
    CannotResume { folder: PathBuf, changed: String },
    #[error(
        "cannot measure against {name}: {reason}; name a folder with a dyno.toml, or a revision of its repository"
    )]
    Against { name: String, reason: String },
    #[error(
        "{} was measured against earlier builds: name the same revision or folder again, with --against",
        .folder.display()
    )]
    ResumeAgainst { folder: PathBuf },
    #[error("{} has no rates for this round: {why}", .folder.display())]
    NoRates { folder: PathBuf, why: String },
    #[error(
        "{} was left behind when the campaign was killed: delete it, then resume again",
        .folder.display()
    )]
    Leftover { folder: PathBuf },
    #[error("{} exists already, so nothing was written: choose another place, or move it away", .file.display())]
    InTheWay { file: PathBuf },
    #[error("{} will hold JSON Lines: choose a name that ends in .jsonl", .file.display())]
    NotJsonLines { file: PathBuf },
    #[error("{} {reason}", .file.display())]
    NotImported { file: PathBuf, reason: String },
    #[error(transparent)]
    NotRecorded(exchange::Error),
    #[error("{count} figures are worse than the limit allows, or no longer valid")]
    Regression { count: usize },
    #[error(
        "all cells together are worse in {metrics} than the limit allows: `bench --against` tells whether the machine or a \
         change that all share is the cause"
    )]
    CommonRegression { metrics: String },
    #[error(
        "these campaigns are not comparable: {obstacles}; --anyway compares them and marks every line"
    )]
    NotComparable { obstacles: String },
    #[error("dyno cannot be trusted on this machine: {faults}; the campaigns are in {}", .folder.display())]
    Selftest { faults: String, folder: PathBuf },
    #[error(
        "{url} refused {}: start a server there, or correct the URL",
        if *.attempts == 1 { "the connection".to_owned() } else { format!("all {} connections", .attempts) }
    )]
    NoServer { url: String, attempts: u64 },
    #[error(
        "{url} misses {objective} even at {rate} requests/s: {reason}; relax the objective, or make the server faster"
    )]
    BelowLowest { url: String, rate: f64, objective: String, reason: String },
    #[error(
        "the machine did not become quiet within {} s: {load}; stop them, or measure with --even-if-busy, which marks every \
         disturbed sample",
        .waited.as_secs()
    )]
    NotQuiet { load: String, waited: Duration },
    #[error(
        "{}, which {name} runs, was replaced during the campaign: what was measured before is kept; start a new campaign",
        .file.display()
    )]
    Replaced { name: String, file: PathBuf },
    #[error("interrupted: every server has been stopped")]
    Interrupted,
}

/// The laboratory or the machine failed, which says nothing of the contender.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Lost(pub(crate) String);

impl Lost {
    /// A thread could not be started.
    pub(crate) fn no_thread(error: &io::Error) -> Self {
        Self(format!("cannot start a thread ({error}): raise the limit on processes (ulimit -u)"))
    }
}

impl Failure {
    /// Whether it took too long, as anything does beside other load.
    pub(crate) fn is_late(&self) -> bool {
        matches!(self, Self::NotReady { exited: false, .. } | Self::ContractNotChecked { .. })
    }

    /// The exit code; 1 is left to everything that has no name here, 2 to wrong usage.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Campaign(error) => of_campaign(error),
            Self::MissingTool { .. } => 5,
            Self::PortInUse { .. } => 6,
            Self::NotReady { .. } => 7,
            Self::BreaksContract { .. } => 8,
            Self::ContractNotChecked { .. } => 20,
            Self::Build { .. } => 11,
            Self::TrialsNotOk { .. } => 12,
            Self::Busy { .. } => 13,
            Self::CannotResume { .. } | Self::ResumeAgainst { .. } | Self::Leftover { .. } => 14,
            Self::Regression { .. } => 16,
            Self::CommonRegression { .. } => 25,
            Self::NotComparable { .. } => 17,
            Self::Selftest { .. } => 15,
            Self::NoServer { .. } => 18,
            Self::NotQuiet { .. } => 19,
            Self::Replaced { .. } => 21,
            Self::Against { .. } => 24,
            Self::InTheWay { .. } | Self::NotJsonLines { .. } => 27,
            Self::NotRecorded(_) => 28,
            Self::NotImported { .. } => 29,
            Self::File { .. } => 30,
            Self::BelowLowest { .. } => 31,
            Self::NoRates { .. } => 32,
            Self::Interrupted => 130,
        }
    }
}

/// The exit code of an error from anywhere in the program.
pub(crate) fn exit_code(error: &anyhow::Error) -> u8 {
    let failure = error.downcast_ref().map(Failure::exit_code);
    failure.or_else(|| error.downcast_ref().map(of_campaign)).unwrap_or(1)
}

fn of_campaign(error: &campaign::Error) -> u8 {
    match error {
        campaign::Error::Matrix { .. } => 3,
        campaign::Error::Exchanges(_) => 26,
        campaign::Error::UnknownName { .. } => 4,
        campaign::Error::Load(_) => 9,
        campaign::Error::Folder { .. } => 10,
        campaign::Error::Apart { .. } | campaign::Error::Rates { .. } => 36,
    }
}
