//! `--against`: each contender beside its earlier build, in the same rounds. Whatever the machine
//! does from round to round strikes both, so that it cancels out of their ratio.

use std::{
    io::ErrorKind,
    path::{Component, Path, PathBuf},
};

use anyhow::Context;
use campaign::matrix::{Contender, Matrix};
use tempfile::{Builder, TempDir};

use crate::{failure::Failure, git};

/// What the contenders are measured against.
pub(super) struct Against {
    /// As the command line names it.
    name: String,
    /// The folder of the other `dyno.toml`.
    folder: PathBuf,
    /// The checkout of a revision, deleted with it.
    _checkout: Option<TempDir>,
}

impl Against {
    /// A folder with another checkout of the matrix, or a revision of the matrix's repository, which
    /// is checked out into a temporary folder. A campaign that is resumed says where its builds lay
    /// `before`.
    pub(super) fn find(name: &str, matrix: &Matrix, before: Option<&Path>) -> anyhow::Result<Self> {
        let name = name.to_owned();
        if Path::new(&name).is_dir() {
            return Ok(Self { folder: std::path::absolute(&name)?, name, _checkout: None });
        }
        let checkout = place(before)?;
        let said = |arguments: &[&str]| git(&matrix.folder, &name, arguments);
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
        git(checkout.path(), &name, &["checkout", "--quiet", "--detach", &commit])?;
        Ok(Self { folder: checkout.path().join(below), name, _checkout: Some(checkout) })
    }

    /// The earlier builds of these contenders, as the other matrix describes them.
    pub(super) fn earlier(
        &self,
        matrix: &Path,
        contenders: &[Contender],
    ) -> anyhow::Result<Vec<Contender>> {
        let other = Matrix::read(&self.folder.join(matrix.file_name().unwrap_or_default()))?;
        let of = |contender: &Contender| {
            let earlier = other.contenders.iter().find(|one| one.name == contender.name);
            let missing = || Failure::Against {
                name: self.name.clone(),
                reason: format!("it has no contender `{}`", contender.name),
            };
            Ok(earlier.ok_or_else(missing)?.earlier(&other.folder)?)
        };
        let now = contenders.iter().filter(|one| !one.reference && one.folder.is_none());
        now.map(of).collect()
    }
}

/// A temporary folder for a checkout, in the place that it had `before`: programs may hold the path
/// that they were built in, and would not be the same elsewhere.
fn place(before: Option<&Path>) -> anyhow::Result<TempDir> {
    let temporary = std::env::temp_dir();
    let name = before.and_then(|folder| folder.strip_prefix(&temporary).ok()?.components().next());
    let Some(Component::Normal(name)) = name else {
        return TempDir::new().context("cannot make a temporary folder");
    };
    // It is made, never taken over: the campaign may be a stranger's.
    let made = Builder::new().prefix(name).rand_bytes(0).tempdir_in(&temporary);
    made.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::Leftover { folder: temporary.join(name) }.into(),
        _ => anyhow::Error::new(error).context("cannot make a temporary folder"),
    })
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
