//! Files that contenders or exchanges need, and that a command makes.

use std::{collections::BTreeSet, path::PathBuf};

use exchange::MadeFiles;
use serde::{Deserialize, Serialize};

use super::placeholders::RESERVED;
use crate::name::Name;

/// A file that is made before anything is measured, once, and kept by its SHA-256.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRule {
    /// What it is named by: `{payload}` in `run`, `env` and exchanges is the file `payload`.
    pub name: Name,
    /// The command that builds what makes it; none when there is nothing to build.
    #[serde(default)]
    pub build: Vec<String>,
    /// The command that writes it to standard output.
    pub make: Vec<String>,
    /// Its SHA-256 in lower-case hexadecimal.
    pub sha256: String,
}

impl FileRule {
    /// What is wrong with these, as a sentence.
    pub(super) fn fault(files: &[Self]) -> Option<String> {
        let mut seen = BTreeSet::new();
        files.iter().find_map(|file| {
            let Self { name, make, sha256, .. } = file;
            let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
            if !seen.insert(name) {
                Some(format!("the file `{name}` appears twice: rename one"))
            } else if RESERVED.contains(&name.as_str()) {
                Some(format!("{{{name}}} means something else: rename the file `{name}`"))
            } else if make.is_empty() {
                Some(format!("the file `{name}` has an empty `make`: give it a command"))
            } else if sha256.len() != 64 || !sha256.bytes().all(is_hex) {
                Some(format!(
                    "`sha256` of the file `{name}` must be 64 lower-case hexadecimal digits"
                ))
            } else {
                None
            }
        })
    }
}

/// The files before any of them is made.
pub(super) fn unmade(files: &[FileRule]) -> MadeFiles {
    files.iter().map(|file| (file.name.to_string(), None)).collect()
}

/// The files as the reports name them: by their names, wherever they lay.
pub(crate) fn by_name(files: &[FileRule]) -> MadeFiles {
    files
        .iter()
        .map(|file| (file.name.to_string(), Some(PathBuf::from(file.name.as_str()))))
        .collect()
}
