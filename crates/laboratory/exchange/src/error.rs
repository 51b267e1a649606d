//! What can be wrong with a file of exchanges.

use std::{fmt, path::PathBuf};

/// One sentence that names the file and, where one is to blame, the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The file, as it was named.
    pub file: PathBuf,
    /// The line, counted from 1.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for Error {}
