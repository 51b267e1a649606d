//! The programs of a campaign, as they were when it began: none of its figures may come from another one.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

/// A file as it was.
#[derive(Debug)]
struct Known {
    path: PathBuf,
    stamp: Stamp,
    hash: String,
}

/// What changes when a file is replaced: its inode, its size, and the seconds and nanoseconds of its last change.
type Stamp = (u64, u64, i64, i64);

/// The programs of contenders and tools by name, as far as they could be read.
#[derive(Debug)]
pub(crate) struct Programs(BTreeMap<String, Known>);

impl Programs {
    /// Reads them all.
    pub(crate) fn read(paths: BTreeMap<String, PathBuf>) -> Self {
        let known = paths.into_iter().filter_map(|(name, path)| {
            let (stamp, hash) = (stamp(&path)?, hash(&path)?);
            Some((name, Known { path, stamp, hash }))
        });
        Self(known.collect())
    }

    /// Whether the program of this name is another one by now. Its content is read only if its stamp has changed. One
    /// that is gone was not replaced: its trials fail by themselves.
    pub(crate) fn is_replaced(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|known| {
            stamp(&known.path).is_some_and(|stamp| stamp != known.stamp)
                && hash(&known.path).is_some_and(|hash| hash != known.hash)
        })
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let file = fs::metadata(path).ok()?;
    Some((file.ino(), file.size(), file.mtime(), file.mtime_nsec()))
}

/// SHA-256 of a file, links followed; `None` if it cannot be read.
pub(crate) fn hash(path: &Path) -> Option<String> {
    Some(hex::encode(Sha256::digest(fs::read(path).ok()?)))
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_program_is_replaced_when_its_content_is_another() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("server");
        fs::write(&path, "one").unwrap();
        let programs = Programs::read([("server".to_owned(), path.clone())].into());
        let replace = |content: &str| {
            let new = folder.path().join("new");
            fs::write(&new, content).unwrap();
            fs::rename(&new, &path).unwrap();
            programs.is_replaced("server")
        };
        assert!(!programs.is_replaced("server") && !programs.is_replaced("another"));
        assert!(!replace("one"), "the same content in another file");
        assert!(replace("two"));
        fs::remove_file(&path).unwrap();
        assert!(!programs.is_replaced("server"), "it is gone");
    }
}
