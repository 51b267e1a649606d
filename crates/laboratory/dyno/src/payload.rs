//! The file that contenders serve as `GET /static`, if they serve a file.

use std::{fs, path::PathBuf};

use anyhow::Context;
use tempfile::TempDir;

/// A temporary folder with the payload in it.
pub(crate) fn in_scratch() -> anyhow::Result<(TempDir, PathBuf)> {
    let folder = TempDir::new().context("cannot make a temporary folder")?;
    let payload = folder.path().join("payload.bin");
    fs::write(&payload, contract::payload::bytes()).context("cannot write the payload")?;
    Ok((folder, payload))
}
