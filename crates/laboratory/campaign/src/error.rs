//! What can be wrong with a matrix, a load or a campaign's folder.

use std::path::PathBuf;

/// One sentence that says what is wrong and what to do now. The program gives each its exit code.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// `dyno.toml` cannot be used.
    #[error("{}: {message}", .file.display())]
    Matrix {
        /// The matrix.
        file: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// A file of exchanges cannot be used.
    #[error(transparent)]
    Exchanges(#[from] exchange::Error),
    /// The command line names something that the matrix does not have.
    #[error("there is no {kind} `{name}` in dyno.toml: choose from {known}")]
    UnknownName {
        /// Contender or scenario.
        kind: &'static str,
        /// The name.
        name: String,
        /// The names that exist.
        known: String,
    },
    /// The load cannot be generated.
    #[error("this load cannot be measured: {0}")]
    Load(String),
    /// Two campaigns cannot be merged.
    #[error("{} and {} cannot be merged: {why}", .one.display(), .other.display())]
    Apart {
        /// A campaign's folder.
        one: PathBuf,
        /// The other's.
        other: PathBuf,
        /// Why not, and what to do about it.
        why: String,
    },
    /// A campaign at constant rates cannot be merged with the others.
    #[error("{} cannot be merged: {why}", .folder.display())]
    Rates {
        /// Its folder.
        folder: PathBuf,
        /// Why not, and what to do about it.
        why: &'static str,
    },
    /// A folder is not a campaign, or cannot become one.
    #[error("{}: {message}", .folder.display())]
    Folder {
        /// The campaign's folder.
        folder: PathBuf,
        /// What is wrong with it.
        message: String,
    },
}
