//! The programs of a campaign, as they were when it began: none of its figures may come from another one.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

/// What changes when a file is replaced: its inode, its size, and the seconds and nanoseconds of its last change.
type Stamp = (u64, u64, i64, i64);

/// The programs of contenders and tools, by name.
#[derive(Debug)]
pub(crate) struct Programs {
    paths: BTreeMap<String, PathBuf>,
    /// Of those that could be read, what they were.
    known: BTreeMap<String, (Stamp, String)>,
}

impl Programs {
    /// Reads them all.
    pub(crate) fn read(paths: BTreeMap<String, PathBuf>) -> Self {
        let known = paths
            .iter()
            .filter_map(|(name, path)| Some((name.clone(), (stamp(path)?, hash(path)?))))
            .collect();
        Self { paths, known }
    }

    /// Where they are.
    pub(crate) fn paths(&self) -> &BTreeMap<String, PathBuf> {
        &self.paths
    }

    /// SHA-256 of each that could be read.
    pub(crate) fn hashes(&self) -> BTreeMap<String, String> {
        self.known.iter().map(|(name, (_, hash))| (name.clone(), hash.clone())).collect()
    }

    /// Whether the program of this name is another one by now. Its content is read only if its stamp has changed. One
    /// that is gone was not replaced: its trials fail by themselves.
    pub(crate) fn is_replaced(&self, name: &str) -> bool {
        self.known.get(name).is_some_and(|(stamp_then, hash_then)| {
            let path = &self.paths[name];
            stamp(path).is_some_and(|now| now != *stamp_then)
                && hash(path).is_some_and(|now| now != *hash_then)
        })
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let file = fs::metadata(path).ok()?;
    Some((file.ino(), file.size(), file.mtime(), file.mtime_nsec()))
}

/// SHA-256 of a file, links followed; `None` if it cannot be read.
fn hash(path: &Path) -> Option<String> {
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
