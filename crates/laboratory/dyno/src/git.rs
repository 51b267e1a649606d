//! What git knows of a repository.

use std::{path::Path, process::Command};

use anyhow::Context;
use campaign::text::plain;

/// What git prints for these words in a folder, or the first line of its complaint, which may be empty.
pub(crate) fn printed(folder: &Path, words: &[&str]) -> anyhow::Result<Result<Vec<u8>, String>> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(words)
        .output()
        .context("cannot start git: install it, or name a folder")?;
    if output.status.success() {
        return Ok(Ok(output.stdout));
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Ok(Err(said.lines().next().map_or_else(String::new, plain)))
}
