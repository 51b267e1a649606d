//! `--against`: each contender beside its earlier build, in the same rounds. Whatever the machine
//! does from round to round strikes both, so that it cancels out of their ratio.

use std::path::{Path, PathBuf};

use anyhow::Context;
use campaign::matrix::{Contender, Matrix};
use tempfile::TempDir;

use crate::{failure::Failure, git};

/// What the contenders are measured against.
pub(super) struct Against {
    /// The folder of the other `dyno.toml`.
    folder: PathBuf,
    /// The checkout of a revision, deleted with it.
    _checkout: Option<TempDir>,
}

impl Against {
    /// A folder with another checkout of the matrix, or a revision of the matrix's repository, which
    /// is checked out into a temporary folder.
    pub(super) fn find(name: &str, matrix: &Matrix) -> anyhow::Result<Self> {
        if Path::new(name).is_dir() {
            return Ok(Self { folder: std::path::absolute(name)?, _checkout: None });
        }
        let checkout = TempDir::new().context("cannot make a temporary folder")?;
        let said = |arguments: &[&str]| git(&matrix.folder, name, arguments);
        let commit = said(&[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &format!("{name}^{{commit}}"),
        ])?;
        let (top, below) =
            (said(&["rev-parse", "--show-toplevel"])?, said(&["rev-parse", "--show-prefix"])?);
        let copy = checkout.path().to_string_lossy().into_owned();
        // A clone of its own leaves the user's repository as it is.
        said(&["clone", "--quiet", "--shared", "--no-checkout", &top, &copy])?;
        git(checkout.path(), name, &["checkout", "--quiet", "--detach", &commit])?;
        Ok(Self { folder: checkout.path().join(below), _checkout: Some(checkout) })
    }

    /// The earlier builds of these contenders, as the other matrix describes them.
    pub(super) fn earlier(
        &self,
        name: &str,
        matrix: &Path,
        contenders: &[Contender],
    ) -> anyhow::Result<Vec<Contender>> {
        let other = Matrix::read(&self.folder.join(matrix.file_name().unwrap_or_default()))?;
        let of = |contender: &Contender| {
            let earlier = other.contenders.iter().find(|one| one.name == contender.name);
            let missing = || Failure::Against {
                name: name.to_owned(),
                reason: format!("it has no contender `{}`", contender.name),
            };
            Ok(earlier.ok_or_else(missing)?.earlier(&other.folder)?)
        };
        contenders.iter().filter(|contender| !contender.reference).map(of).collect()
    }
}

/// What git prints for these words, in a folder.
fn git(folder: &Path, name: &str, words: &[&str]) -> anyhow::Result<String> {
    git::printed(folder, words)?
        .map(|printed| String::from_utf8_lossy(&printed).trim().to_owned())
        .map_err(|said| {
            let unknown = || "git knows no such revision".to_owned();
            let reason = if said.is_empty() { unknown() } else { said };
            Failure::Against { name: name.to_owned(), reason }.into()
        })
}
