//! The files that a driver leaves.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, BufWriter, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use anyhow::Context;
use serde::Serialize;
use tempfile::Builder;

/// Writes one line of JSON.
pub(super) fn write_json(path: &Path, document: &impl Serialize) -> anyhow::Result<()> {
    write(path, |file| {
        serde_json::to_writer(&mut *file, document)?;
        writeln!(file)
    })
}

/// Writes a file whole or not at all.
pub(super) fn write(
    path: &Path,
    fill: impl Fn(&mut BufWriter<File>) -> io::Result<()>,
) -> anyhow::Result<()> {
    let write_to = |file: File| {
        let mut writer = BufWriter::new(file);
        fill(&mut writer)?;
        writer.flush()
    };
    let written = if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        // A pipe or a device cannot be replaced.
        OpenOptions::new().write(true).open(path).and_then(write_to)
    } else {
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        Builder::new()
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(folder.unwrap_or(Path::new(".")))
            .and_then(|aside| {
                write_to(aside.reopen()?)?;
                aside.persist(path)?;
                Ok(())
            })
    };
    written.with_context(|| {
        format!("cannot write {}: free some space, or name another file", path.display())
    })
}
