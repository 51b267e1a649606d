//! Files beside exchanges: bodies and schemas. They stay in the folder of the exchanges, except those
//! that the matrix has made.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read},
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use sha2::{Digest, Sha256};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 64 << 20;

/// Where the files lie that a matrix declares and a command makes, by name. One that is not made yet
/// lies nowhere, and reads as empty.
pub type MadeFiles = BTreeMap<String, Option<PathBuf>>;

/// The name of a made file, if exchanges name one: `{payload}` is `payload`.
#[must_use]
pub fn made_file(name: &Path) -> Option<&str> {
    name.to_str()?.strip_prefix('{')?.strip_suffix('}')
}

/// The folder of a file of exchanges, and what was read in it.
#[derive(Debug)]
pub(crate) struct Files {
    folder: PathBuf,
    made: MadeFiles,
    read: BTreeMap<PathBuf, Arc<[u8]>>,
}

impl Files {
    pub(crate) fn new(folder: PathBuf, made: MadeFiles) -> Self {
        Self { folder, made, read: BTreeMap::new() }
    }

    /// The content of a made file, or of one at or below the folder; or why not, as a clause.
    pub(crate) fn content(&mut self, file: &Path) -> Result<Arc<[u8]>, String> {
        if let Some(content) = self.read.get(file) {
            return Ok(Arc::clone(content));
        }
        let content = match made_file(file) {
            Some(name) => self.read_made(name),
            None => self.read_below(file),
        };
        let content: Arc<[u8]> =
            content.map_err(|reason| format!("the file {} {reason}", file.display()))?.into();
        self.read.insert(file.to_owned(), Arc::clone(&content));
        Ok(content)
    }

    fn read_made(&self, name: &str) -> Result<Vec<u8>, String> {
        let place = self.made.get(name);
        let place = place.ok_or("is no [[file]] of the matrix: declare it there")?;
        place.as_deref().map_or(Ok(Vec::new()), read_regular)
    }

    /// Exchanges may be a stranger's: what they name is below their folder, even by symbolic links.
    fn read_below(&self, file: &Path) -> Result<Vec<u8>, String> {
        let below = file.components().all(|part| matches!(part, Component::Normal(_)));
        let outside = || "is outside the folder of the exchanges: move it there".to_owned();
        if !below {
            return Err(outside());
        }
        let folder = self.folder.canonicalize().map_err(unreadable)?;
        let path = folder.join(file).canonicalize().map_err(unreadable)?;
        if !path.starts_with(folder) {
            return Err(outside());
        }
        read_regular(&path)
    }

    /// The SHA-256 of each file that was read.
    pub(crate) fn sha256(&self) -> impl Iterator<Item = (PathBuf, String)> {
        self.read.iter().map(|(file, content)| (file.clone(), sha256(content)))
    }
}

/// The content of a regular file of a bearable size; or why not, as a clause.
pub(crate) fn read_regular(path: &Path) -> Result<Vec<u8>, String> {
    let metadata = path.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err("is no regular file".to_owned());
    }
    if metadata.len() > LARGEST {
        return Err(format!("is larger than {} MiB", LARGEST >> 20));
    }
    let mut content = Vec::new();
    // It may be growing.
    let file = File::open(path).map_err(unreadable)?;
    file.take(LARGEST).read_to_end(&mut content).map_err(unreadable)?;
    Ok(content)
}

#[expect(clippy::needless_pass_by_value, reason = "it maps errors")]
fn unreadable(error: io::Error) -> String {
    format!("cannot be read ({error})")
}

/// SHA-256 in hexadecimal.
pub(crate) fn sha256(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content))
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use tempfile::TempDir;

    use super::*;

    fn content(folder: &TempDir, file: &str) -> Result<Arc<[u8]>, String> {
        Files::new(folder.path().join("own"), MadeFiles::new()).content(Path::new(file))
    }

    #[test]
    fn files_in_and_below_the_folder_are_read() {
        let folder = TempDir::new().unwrap();
        fs::create_dir_all(folder.path().join("own/below")).unwrap();
        fs::write(folder.path().join("own/below/body"), "text").unwrap();
        symlink("below/body", folder.path().join("own/link")).unwrap();
        assert_eq!(*content(&folder, "below/body").unwrap(), *b"text");
        assert_eq!(*content(&folder, "link").unwrap(), *b"text");
    }

    #[test]
    fn no_path_and_no_link_leads_out_of_the_folder() {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("own")).unwrap();
        fs::write(folder.path().join("secret"), "text").unwrap();
        symlink("../secret", folder.path().join("own/link")).unwrap();
        symlink(folder.path(), folder.path().join("own/up")).unwrap();
        for file in ["../secret", "link", "up/secret", "/etc/passwd", "./../secret"] {
            let refused = content(&folder, file).unwrap_err();
            assert!(refused.contains("is outside the folder"), "{file}: {refused}");
        }
    }

    #[test]
    fn a_file_that_the_matrix_declares_is_read_where_it_was_made() {
        let folder = TempDir::new().unwrap();
        let place = folder.path().join("0123");
        fs::write(&place, "text").unwrap();
        let made = [("payload".to_owned(), Some(place)), ("unmade".to_owned(), None)].into();
        let mut files = Files::new(folder.path().join("own"), made);
        assert_eq!(*files.content(Path::new("{payload}")).unwrap(), *b"text");
        assert_eq!(*files.content(Path::new("{unmade}")).unwrap(), *b"");
        let unknown = files.content(Path::new("{none}")).unwrap_err();
        assert_eq!(unknown, "the file {none} is no [[file]] of the matrix: declare it there");
    }

    #[test]
    fn what_is_missing_or_no_file_is_told() {
        let folder = TempDir::new().unwrap();
        fs::create_dir_all(folder.path().join("own/folder")).unwrap();
        let missing = content(&folder, "missing").unwrap_err();
        assert!(missing.starts_with("the file missing cannot be read"), "{missing}");
        assert!(content(&folder, "folder").unwrap_err().contains("no regular file"));
    }
}
