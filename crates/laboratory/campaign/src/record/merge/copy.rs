//! Copies the raw output of trials. The folder may be a stranger's.

use std::{
    fs::{self, File},
    io::{self, Read},
    os::fd::OwnedFd,
    path::Path,
};

use anyhow::Context;
use rustix::{
    fs::{Dir, FileType, Mode, OFlags, fstat, openat},
    io::Errno,
};

use super::super::files::{LARGEST, open_folder, open_within};
use crate::Error;

/// Copies the files of these folders, which lie below `from`, to the same places below `to`. One that is missing is
/// left out, as in any campaign.
pub(super) fn copy<'a>(
    from: &Path,
    to: &Path,
    folders: impl Iterator<Item = &'a str>,
) -> anyhow::Result<()> {
    let below = open_folder(from).with_context(|| format!("cannot open {}", from.display()))?;
    for folder in folders.map(Path::new) {
        let refused = |reason: &str| Error::Folder {
            folder: from.join(folder),
            message: format!("cannot be merged: {reason}; restore or remove it"),
        };
        let opened = match open_within(&below, folder, OFlags::RDONLY | OFlags::DIRECTORY) {
            Ok(opened) => opened,
            Err(Errno::NOENT) => continue,
            Err(Errno::LOOP | Errno::NOTDIR) => Err(refused("a symbolic link leads to it"))?,
            Err(error) => Err(refused(&error.to_string()))?,
        };
        let there = to.join(folder);
        fs::create_dir_all(&there).with_context(|| format!("cannot make {}", there.display()))?;
        files(opened, &there).map_err(|error| refused(&error.to_string()))?;
    }
    Ok(())
}

/// Copies the files of an open folder.
fn files(from: OwnedFd, to: &Path) -> io::Result<()> {
    let to = open_folder(to)?;
    let mut from = Dir::new(from)?;
    while let Some(entry) = from.read() {
        let entry = entry?;
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        // A FIFO without a writer does not keep the reader waiting.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = File::from(openat(from.fd()?, name, flags, Mode::empty()).map_err(|error| {
            let reason =
                if error == Errno::LOOP { "a symbolic link".into() } else { error.to_string() };
            io::Error::other(format!("{} is {reason}", name.to_string_lossy()))
        })?);
        let status = fstat(&file)?;
        let regular = FileType::from_raw_mode(status.st_mode) == FileType::RegularFile;
        if !regular || u64::try_from(status.st_size).is_ok_and(|size| size > LARGEST) {
            let what = format!("no regular file, or larger than {} MiB", LARGEST >> 20);
            return Err(io::Error::other(format!("{} is {what}", name.to_string_lossy())));
        }
        let new = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let mut there = File::from(openat(&to, name, new, Mode::from_raw_mode(0o666))?);
        io::copy(&mut (&file).take(LARGEST), &mut there)?;
    }
    Ok(())
}
