//! Files that a command writes for the user: none is overwritten.

use std::{
    fs::File,
    io::{ErrorKind, Write},
    path::Path,
};

use anyhow::Context;

use crate::failure::Failure;

/// Writes a file that is not there yet.
pub(super) fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    match File::create_new(file).and_then(|mut new| new.write_all(text.as_bytes())) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err(Failure::InTheWay { file: file.to_owned() }.into())
        }
        written => written.with_context(|| format!("cannot write {}", file.display())),
    }
}

/// Fails unless the file is named as one of JSON Lines.
pub(super) fn check_json_lines(file: &Path) -> Result<(), Failure> {
    match file.extension() {
        Some(extension) if extension == "jsonl" => Ok(()),
        _ => Err(Failure::NotJsonLines { file: file.to_owned() }),
    }
}
