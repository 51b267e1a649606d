//! A CSV file that only grows, row by row. What was only partly written when dyno was killed is no row.

use std::{fs::File, io::Write, path::Path};

use anyhow::Context;
use rustix::fs::OFlags;
use serde::{Serialize, de::DeserializeOwned};

use super::files::{open_below, read_below};
use crate::table;

/// A file that rows are appended to.
#[derive(Debug)]
pub(super) struct Rows {
    file: File,
    /// The next row is the first, and comes after the header.
    first: bool,
}

impl Rows {
    /// Opens a file of a campaign's folder, cuts off what is no whole row, and goes on behind it. A
    /// file that is not there is made.
    pub(super) fn open(folder: &Path, name: &str) -> anyhow::Result<Self> {
        let text = read_below(folder, Path::new(name)).map_err(anyhow::Error::msg)?;
        let rows = whole(&text.unwrap_or_default()).len();
        let append = OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE;
        let cannot = || format!("cannot write {name} in {}", folder.display());
        let file = open_below(folder, Path::new(name), append).with_context(cannot)?;
        let file = File::from(file);
        file.set_len(rows as u64).with_context(cannot)?;
        Ok(Self { file, first: rows == 0 })
    }

    /// Appends a row; it is on disk when this returns.
    pub(super) fn append(&mut self, row: &impl Serialize) -> anyhow::Result<()> {
        self.file.write_all(&table::written(&[row], self.first)?)?;
        self.first = false;
        Ok(self.file.sync_data()?)
    }
}

/// The whole rows of a file of a campaign's folder; `None` if it is not there.
pub(super) fn read<T: DeserializeOwned>(
    folder: &Path,
    name: &str,
) -> anyhow::Result<Option<Vec<T>>> {
    let text = read_below(folder, Path::new(name)).map_err(anyhow::Error::msg)?;
    text.map(|text| table::read(whole(&text))).transpose()
}

/// What of a file are whole rows.
fn whole(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|&byte| byte == b'\n').map_or(0, |last| last + 1);
    &text[..end]
}
