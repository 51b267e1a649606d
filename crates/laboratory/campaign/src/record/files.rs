//! Files of a campaign's folder. It may be a stranger's: what is read stays inside it, is a regular
//! file and has a bounded size. What is written is written whole or not at all.

use std::{
    fs::File,
    io::{self, Read, Write},
    os::{fd::OwnedFd, unix::fs::PermissionsExt},
    path::{Component, Path},
};

use anyhow::Context;
use rustix::{
    fs::{CWD, FileType, Mode, OFlags, fstat, openat},
    io::Errno,
};
use serde::{Serialize, de::DeserializeOwned};
use tempfile::NamedTempFile;

/// The largest file that is read, in bytes: half a million samples.
pub(crate) const LARGEST: u64 = 256 << 20;

/// Writes a temporary file and renames it, so that nobody ever sees a partial file.
pub(super) fn write_whole(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let write = || -> io::Result<()> {
        let mut file = NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
        file.write_all(content)?;
        // A temporary file is readable by its owner only; a campaign is for everyone.
        file.as_file().set_permissions(PermissionsExt::from_mode(0o644))?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// Writes a JSON file that people may read too.
pub(super) fn write_json(path: &Path, value: &impl Serialize) -> anyhow::Result<()> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    write_whole(path, text.as_bytes())
}

/// The content of a file below a campaign's folder; `None` if it is not there.
///
/// # Errors
/// It is no regular file, a symbolic link leads to it, it is larger than [`LARGEST`], or it cannot be
/// read: a phrase that names it.
pub(super) fn read_below(folder: &Path, file: &Path) -> Result<Option<Vec<u8>>, String> {
    let failure =
        |reason: &str| Err(format!("{} cannot be read ({reason})", folder.join(file).display()));
    let opened = match open_below(folder, file, OFlags::RDONLY) {
        Ok(opened) => opened,
        Err(Errno::NOENT) => return Ok(None),
        Err(Errno::LOOP | Errno::NOTDIR) => return failure("a symbolic link leads to it"),
        Err(error) => return failure(&io::Error::from(error).to_string()),
    };
    match read_regular(&File::from(opened)) {
        Ok(content) => Ok(Some(content)),
        Err(error) => failure(&error.to_string()),
    }
}

/// What is on the way to a file.
const ON_THE_WAY: OFlags = OFlags::DIRECTORY.union(OFlags::CLOEXEC);

/// Opens a file below a folder. The folder may be reached by symbolic links, the file may not.
pub(super) fn open_below(folder: &Path, file: &Path, flags: OFlags) -> rustix::io::Result<OwnedFd> {
    open_within(&open_folder(folder)?, file, flags)
}

/// Opens a folder, which may be reached by symbolic links.
pub(super) fn open_folder(folder: &Path) -> rustix::io::Result<OwnedFd> {
    openat(CWD, folder, ON_THE_WAY, Mode::empty())
}

/// Opens a file below an open folder, which no symbolic link may lead to.
pub(super) fn open_within(
    folder: &OwnedFd,
    file: &Path,
    flags: OFlags,
) -> rustix::io::Result<OwnedFd> {
    let mut opened = None;
    let mut components = file.components().peekable();
    while let Some(component) = components.next() {
        let Component::Normal(name) = component else { return Err(Errno::LOOP) };
        // A FIFO without a writer does not keep the reader waiting.
        let flags = match components.peek() {
            Some(_) => ON_THE_WAY | OFlags::NOFOLLOW,
            None => flags | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC,
        };
        let at = opened.as_ref().unwrap_or(folder);
        opened = Some(openat(at, name, flags, Mode::from_raw_mode(0o644))?);
    }
    opened.ok_or(Errno::NOENT)
}

fn read_regular(file: &File) -> io::Result<Vec<u8>> {
    let status = fstat(file)?;
    if FileType::from_raw_mode(status.st_mode) != FileType::RegularFile {
        return Err(io::Error::other("it is no regular file"));
    }
    if u64::try_from(status.st_size).is_ok_and(|size| size > LARGEST) {
        return Err(io::Error::other(format!("it is larger than {} MiB", LARGEST >> 20)));
    }
    let mut content = Vec::new();
    // It may be growing.
    file.take(LARGEST).read_to_end(&mut content)?;
    Ok(content)
}

/// Reads a JSON file below a campaign's folder; `None` if it is not there.
pub(super) fn json_below<T: DeserializeOwned>(
    folder: &Path,
    file: &Path,
) -> Result<Option<T>, String> {
    let Some(text) = read_below(folder, file)? else { return Ok(None) };
    let value = serde_json::from_slice(&text);
    value.map(Some).map_err(|error| format!("{} is damaged ({error})", folder.join(file).display()))
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use rustix::fs::{CWD, FileType, mknodat};
    use tempfile::TempDir;

    use super::*;

    fn read(folder: &TempDir, file: &str) -> Result<Option<Vec<u8>>, String> {
        read_below(folder.path(), Path::new(file))
    }

    #[test]
    fn a_regular_file_is_read_and_a_missing_one_is_none() {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("a")).unwrap();
        fs::write(folder.path().join("a/b"), "text").unwrap();
        assert_eq!(read(&folder, "a/b"), Ok(Some(b"text".to_vec())));
        assert_eq!(read(&folder, "a/c"), Ok(None));
        assert_eq!(read(&folder, "c/b"), Ok(None));
    }

    #[test]
    fn links_pipes_devices_folders_and_endless_files_are_refused() {
        let folder = TempDir::new().unwrap();
        let within = |name: &str| folder.path().join(name);
        fs::create_dir(within("real")).unwrap();
        fs::write(within("real/file"), "").unwrap();
        symlink(within("real/file"), within("link")).unwrap();
        symlink(within("real"), within("linked")).unwrap();
        mknodat(CWD, within("pipe"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        File::create(within("huge")).unwrap().set_len(LARGEST + 1).unwrap();
        for (name, reason) in [
            ("link", "symbolic link"),
            ("linked/file", "symbolic link"),
            ("../etc/passwd", "symbolic link"),
            ("pipe", "no regular file"),
            ("real", "no regular file"),
            ("huge", "larger than"),
        ] {
            let refused = read(&folder, name).unwrap_err();
            assert!(refused.contains(reason), "{name}: {refused}");
        }
        assert!(read_below(Path::new("/dev"), Path::new("zero")).unwrap_err().contains("regular"));
    }
}
