//! The programs and files that a campaign runs, as they were when it began: none of its figures may come from others.

mod named;

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use campaign::matrix::Contender;
use sha2::{Digest, Sha256};
use which::which;

use crate::tools::Tools;

/// What changes when a file is replaced: its inode, its size, and the seconds and nanoseconds of its last change.
type Stamp = (u64, u64, i64, i64);

/// The programs of contenders and tools, by name, and the files that the contenders' commands name besides.
#[derive(Debug)]
pub(crate) struct Programs {
    paths: BTreeMap<String, PathBuf>,
    /// By contender.
    files: BTreeMap<String, BTreeSet<PathBuf>>,
    /// What each of them was, where it could be read.
    known: BTreeMap<PathBuf, Known>,
}

/// A file as it was when the campaign began.
#[derive(Debug)]
struct Known {
    /// Of the file that was last found to be the same.
    stamp: Cell<Stamp>,
    hash: String,
}

impl Programs {
    /// Reads what a campaign with these contenders runs; `folder` is that of `dyno.toml`.
    pub(crate) fn read(tools: &Tools, contenders: &[Contender], folder: &Path) -> Self {
        let files = contenders.iter().map(|contender| {
            (contender.name.to_string(), named::files(contender, contender.home(folder)))
        });
        Self::of(programs(tools, contenders, folder), files.collect())
    }

    fn of(paths: BTreeMap<String, PathBuf>, files: BTreeMap<String, BTreeSet<PathBuf>>) -> Self {
        // Several contenders may share an interpreter.
        let all: BTreeSet<&PathBuf> = paths.values().chain(files.values().flatten()).collect();
        let known =
            all.into_iter().filter_map(|path| Some((path.clone(), Known::read(path)?))).collect();
        Self { paths, files, known }
    }

    /// Where the programs are.
    pub(crate) fn paths(&self) -> &BTreeMap<String, PathBuf> {
        &self.paths
    }

    /// SHA-256 of each program that could be read.
    pub(crate) fn hashes(&self) -> BTreeMap<String, String> {
        let hash = |(name, path): (&String, &PathBuf)| Some((name.clone(), self.hash(path)?));
        self.paths.iter().filter_map(hash).collect()
    }

    /// SHA-256 of each file that a contender's command names, by its path below this folder.
    pub(crate) fn file_hashes(&self, contender: &str, folder: &Path) -> BTreeMap<String, String> {
        let files = self.files.get(contender).into_iter().flatten();
        let hash = |path: &PathBuf| {
            let shown = path.strip_prefix(folder).unwrap_or(path).display().to_string();
            Some((shown, self.hash(path)?))
        };
        files.filter_map(hash).collect()
    }

    fn hash(&self, path: &Path) -> Option<String> {
        self.known.get(path).map(|known| known.hash.clone())
    }

    /// The program of this name, or a file that its command names, if it is another one by now. One that is gone was
    /// not replaced: its trials fail by themselves.
    pub(crate) fn replaced(&self, name: &str) -> Option<&Path> {
        let files = self.files.get(name).into_iter().flatten();
        let mut used = self.paths.get(name).into_iter().chain(files).map(PathBuf::as_path);
        used.find(|&path| self.known.get(path).is_some_and(|known| known.is_replaced(path)))
    }
}

impl Known {
    fn read(path: &Path) -> Option<Self> {
        Some(Self { stamp: Cell::new(stamp(path)?), hash: sha256(path)? })
    }

    /// The content is read only if the stamp has changed.
    fn is_replaced(&self, path: &Path) -> bool {
        let Some(now) = stamp(path).filter(|now| *now != self.stamp.get()) else { return false };
        let replaced = sha256(path).is_some_and(|now| now != self.hash);
        if !replaced {
            self.stamp.set(now);
        }
        replaced
    }
}

/// Where the program of each contender and of each tool is.
fn programs(tools: &Tools, contenders: &[Contender], folder: &Path) -> BTreeMap<String, PathBuf> {
    let wrk = tools.wrk.iter().map(|wrk| ("wrk", wrk.path.clone()));
    let tools = wrk.chain([("GNU time", tools.time.path.clone())]);
    let contenders = contenders.iter().filter_map(|contender| {
        let home = contender.home(folder);
        let program = contender.run.first()?.replace("{home}", &home.to_string_lossy());
        let path = if program.contains('/') {
            // Without the `.` of `./server`.
            Some(home.join(program).components().collect())
        } else {
            which(program).ok()
        };
        Some((contender.name.as_str(), path?))
    });
    tools.chain(contenders).map(|(name, path)| (name.to_owned(), path)).collect()
}

fn stamp(path: &Path) -> Option<Stamp> {
    let file = fs::metadata(path).ok()?;
    Some((file.ino(), file.size(), file.mtime(), file.mtime_nsec()))
}

/// SHA-256 of a file, links followed; `None` if it cannot be read.
pub(crate) fn sha256(path: &Path) -> Option<String> {
    Some(hex::encode(Sha256::digest(fs::read(path).ok()?)))
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_program_is_replaced_when_its_content_is_another_and_so_is_a_file_of_its_command() {
        let folder = TempDir::new().unwrap();
        let (path, script) = (folder.path().join("server"), folder.path().join("server.py"));
        fs::write(&path, "one").unwrap();
        fs::write(&script, "one").unwrap();
        let files = [("server".to_owned(), [script.clone()].into())].into();
        let programs = Programs::of([("server".to_owned(), path.clone())].into(), files);
        let replace = |path: &Path, content: &str| {
            let new = folder.path().join("new");
            fs::write(&new, content).unwrap();
            fs::rename(&new, path).unwrap();
            programs.replaced("server")
        };
        assert_eq!((programs.replaced("server"), programs.replaced("another")), (None, None));
        assert_eq!(replace(&path, "one"), None, "the same content in another file");
        assert_eq!(replace(&path, "two"), Some(path.as_path()));
        fs::remove_file(&path).unwrap();
        assert_eq!(programs.replaced("server"), None, "it is gone");
        assert_eq!(replace(&script, "two"), Some(script.as_path()));
    }
}
