//! CSV files that people open in a spreadsheet. Text that comes from others is never a formula
//! there, and is the same text when it is read back.

use std::borrow::Cow;

use csv::StringRecord;
use serde::{Serialize, de::DeserializeOwned};

/// A spreadsheet takes a cell that begins with one of these for a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
/// Marks a cell as text; a spreadsheet does not show it.
const TEXT: char = '\'';

/// Rows as CSV, with a header on request.
pub(crate) fn written(rows: &[impl Serialize], header: bool) -> anyhow::Result<Vec<u8>> {
    let mut plain = csv::WriterBuilder::new().has_headers(header).from_writer(Vec::new());
    for row in rows {
        plain.serialize(row)?;
    }
    let plain = plain.into_inner()?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(plain.as_slice());
    let mut marked = csv::Writer::from_writer(Vec::with_capacity(plain.len()));
    let mut row = StringRecord::new();
    while reader.read_record(&mut row)? {
        for cell in &row {
            marked.write_field(marked_as_text(cell).as_ref())?;
        }
        marked.write_record(None::<&[u8]>)?;
    }
    Ok(marked.into_inner()?)
}

/// A figure as tables hold it: three decimals are finer than anything measured here, and keep rows readable.
pub(crate) fn thousandths(figure: f64) -> f64 {
    (figure * 1e3).round() / 1e3
}

/// The rows of a CSV file with a header.
pub(crate) fn read<T: DeserializeOwned>(text: &[u8]) -> anyhow::Result<Vec<T>> {
    let mut reader = csv::Reader::from_reader(text);
    let header = reader.headers()?.clone();
    let mut rows = Vec::new();
    let mut row = StringRecord::new();
    while reader.read_record(&mut row)? {
        if row.iter().any(|cell| cell.starts_with(TEXT)) {
            row = row.iter().map(original).collect();
        }
        rows.push(row.deserialize(Some(&header))?);
    }
    Ok(rows)
}

/// Numbers stay numbers.
fn marked_as_text(cell: &str) -> Cow<'_, str> {
    let steers = cell.trim_start_matches(TEXT).starts_with(FORMULA);
    if steers && cell.parse::<f64>().is_err() {
        Cow::Owned(format!("{TEXT}{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

fn original(cell: &str) -> &str {
    match cell.strip_prefix(TEXT) {
        Some(text) if text.trim_start_matches(TEXT).starts_with(FORMULA) => text,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 9] =
        ["=1+1", "+x", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''-x", "it's"];

    #[test]
    fn what_is_written_is_read_back() {
        let rows = TEXTS.map(|text| (text.to_owned(), -1.5, Some(3_u64)));
        let mut table = b"text,figure,count\n".to_vec();
        table.extend(written(&rows, false).unwrap());
        assert_eq!(read::<(String, f64, Option<u64>)>(&table).unwrap(), rows);
    }

    #[test]
    fn no_text_is_a_formula_and_numbers_stay_numbers() {
        let table = written(&TEXTS.map(|text| (text, -1.5)), false).unwrap();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(table.as_slice());
        for row in reader.records() {
            let row = row.unwrap();
            assert!(!row[0].starts_with(FORMULA), "{row:?}");
            assert_eq!(&row[1], "-1.5");
        }
    }
}
