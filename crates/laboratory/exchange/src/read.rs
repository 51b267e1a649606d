//! Reads files of exchanges, in TOML or as JSON Lines.

mod build;

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::{
    Error, Exchange, Origin, Request,
    files::{Files, MadeFiles, made_file, read_regular, sha256},
    format::{Entry, File},
};
use build::Builder;

/// What a file of exchanges says.
#[derive(Debug, Clone)]
pub struct ExchangeFile {
    /// The exchanges in their order.
    pub exchanges: Vec<Exchange>,
    /// SHA-256 of the file, and of each file that it names, by their names.
    pub sha256: Vec<(PathBuf, String)>,
}

impl ExchangeFile {
    /// Whether an exchange names a file that is made.
    #[must_use]
    pub fn names_made_file(&self) -> bool {
        self.sha256.iter().any(|(name, _)| made_file(name).is_some())
    }
}

/// Reads a file of exchanges: TOML, or JSON Lines if its name ends in `.jsonl`. The path is relative
/// to `folder`; exchanges may also name files that were `made`.
pub fn read(folder: &Path, file: &Path, made: &MadeFiles) -> Result<ExchangeFile, Error> {
    let Raw { entries, mut builder, sha256 } = Raw::read(folder, file, made)?;
    let mut exchanges = Vec::with_capacity(entries.len());
    for (line, entry) in entries {
        let origin = Origin { file: file.to_owned(), line };
        let exchange = builder.exchange(entry, origin);
        exchanges.push(exchange.map_err(|message| failure(file, Some(line), message))?);
    }
    let mut hashes = vec![(file.to_owned(), sha256)];
    let parent = file.parent().unwrap_or(Path::new(""));
    hashes.extend(builder.files.sha256().map(|(name, hash)| match made_file(&name) {
        Some(_) => (name, hash),
        None => (parent.join(name), hash),
    }));
    Ok(ExchangeFile { exchanges, sha256: hashes })
}

/// A request without a right response, for [`recorded`](crate::recorded).
#[derive(Debug, Clone)]
pub struct Asked {
    /// What is asked.
    pub request: Request,
    /// The request as it is written.
    pub(crate) form: Value,
    /// How often it is asked.
    pub(crate) weight: f64,
    /// Where it stands.
    pub origin: Origin,
}

/// Reads the requests of a file of exchanges, whether or not it says what is right.
pub fn read_asked(folder: &Path, file: &Path, made: &MadeFiles) -> Result<Vec<Asked>, Error> {
    let Raw { entries, mut builder, .. } = Raw::read(folder, file, made)?;
    let asked = entries.into_iter().map(|(line, entry)| {
        let failure = |message| failure(file, Some(line), message);
        let form = serde_json::to_value(&entry.request).map_err(|it| failure(it.to_string()))?;
        let request = builder.request(entry.request).map_err(failure)?;
        let origin = Origin { file: file.to_owned(), line };
        Ok(Asked { request, form, weight: entry.weight, origin })
    });
    asked.collect()
}

fn failure(file: &Path, line: Option<usize>, message: String) -> Error {
    Error { file: file.to_owned(), line, message }
}

/// A file as it is written.
struct Raw {
    /// Its entries with their lines, at least one.
    entries: Vec<(usize, Entry)>,
    /// Knows its folder.
    builder: Builder,
    sha256: String,
}

impl Raw {
    fn read(folder: &Path, file: &Path, made: &MadeFiles) -> Result<Self, Error> {
        let path = folder.join(file);
        let failure = |line, message: String| failure(file, line, message);
        let content = read_regular(&path).map_err(|reason| failure(None, reason))?;
        let text = std::str::from_utf8(&content)
            .map_err(|_| failure(None, "is not text in UTF-8".to_owned()))?;
        let entries = match path.extension().and_then(|extension| extension.to_str()) {
            Some("toml") => of_toml(text),
            Some("jsonl") => of_json_lines(text),
            _ => return Err(failure(None, "is neither .toml nor .jsonl: rename it".to_owned())),
        };
        let entries = entries.map_err(|(line, message)| failure(line, message))?;
        if entries.is_empty() {
            return Err(failure(None, "has no exchange: write one".to_owned()));
        }
        let beside = path.parent().filter(|beside| !beside.as_os_str().is_empty());
        let files = Files::new(beside.unwrap_or(Path::new(".")).to_owned(), made.clone());
        Ok(Self { entries, builder: Builder::new(files), sha256: sha256(&content) })
    }
}

/// Entries with their lines; or a line and what is wrong there.
type Entries = Result<Vec<(usize, Entry)>, (Option<usize>, String)>;

fn of_toml(text: &str) -> Entries {
    let ends = |part: &str| part.bytes().filter(|&byte| byte == b'\n').count();
    let file: File = toml::from_str(text).map_err(|error| {
        let message = error.message().replace('\n', ": ");
        (error.span().map(|span| 1 + ends(&text[..span.start])), message)
    })?;
    // From entry to entry: counted from the start for each, thousands of them would take seconds.
    let (mut line, mut counted) = (1, 0);
    let entries = file.exchange.into_iter().map(|entry| {
        let start = entry.span().start;
        line += ends(&text[counted..start]);
        counted = start;
        (line, entry.into_inner())
    });
    Ok(entries.collect())
}

fn of_json_lines(text: &str) -> Entries {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| match serde_json::from_str(line) {
            Ok(entry) => Ok((number, entry)),
            Err(error) => {
                // It counts the lines of this line.
                let message = error.to_string();
                let end = message.rfind(" at line ").unwrap_or(message.len());
                let message = format!("{} (column {})", &message[..end], error.column());
                Err((Some(number), message))
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
