//! The files that a matrix declares: each is made once, and kept by its SHA-256 for later campaigns.

use std::{fs, path::PathBuf, process::Stdio};

use campaign::matrix::{FileRule, Matrix};
use tempfile::NamedTempFile;

use crate::{build, failure::Failure, programs::sha256};

/// The matrix with each of its files in its place.
pub(crate) fn made(matrix: Matrix) -> anyhow::Result<Matrix> {
    if matrix.files.is_empty() {
        return Ok(matrix);
    }
    let places = matrix.files.iter().map(|file| {
        let failed = |reason| Failure::File { name: file.name.to_string(), reason };
        Ok((file.name.to_string(), Some(place(file, &matrix, failed)?)))
    });
    let made = places.collect::<Result<_, Failure>>()?;
    Ok(matrix.with_made(made)?)
}

/// Where a file lies. It is made unless it is there.
fn place(
    file: &FileRule,
    matrix: &Matrix,
    failed: impl Fn(String) -> Failure,
) -> Result<PathBuf, Failure> {
    let kept = dirs::cache_dir().map(|cache| cache.join("dyno/files"));
    let kept =
        kept.ok_or_else(|| failed("there is no folder to keep it in: set HOME".to_owned()))?;
    let place = kept.join(&file.sha256);
    if sha256(&place).as_ref() == Some(&file.sha256) {
        return Ok(place);
    }
    let unwritable = |error| {
        failed(format!("{} cannot be written ({error}): set XDG_CACHE_HOME", kept.display()))
    };
    fs::create_dir_all(&kept).map_err(unwritable)?;
    // Whoever looks for it finds it whole.
    let new = NamedTempFile::new_in(&kept).map_err(unwritable)?;
    let (folder, within) = (&matrix.folder, matrix.deadlines.build);
    build::run(&file.build, folder, within, Stdio::null(), &failed)?;
    let output = new.reopen().map_err(unwritable)?;
    build::run(&file.make, folder, within, output, &failed)?;
    match sha256(new.path()) {
        Some(found) if found == file.sha256 => {}
        found => {
            let found = found.unwrap_or_default();
            let wanted = &file.sha256;
            return Err(failed(format!(
                "its SHA-256 is {found} and not {wanted}: correct `make` or `sha256` in dyno.toml"
            )));
        }
    }
    new.persist(&place).map_err(|error| unwritable(error.error))?;
    Ok(place)
}
