//! The campaign that the project shows, for tests of what is made of a campaign.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

/// Where it lies.
pub(crate) fn original() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../reports/reference")
}

/// A copy of the committed campaign.
pub(crate) fn copy() -> (TempDir, PathBuf) {
    copy_of("reference")
}

/// A copy of one of those that are committed: `reference`, `before`, `study` or `workers`.
pub(crate) fn copy_of(name: &str) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let campaign = original().with_file_name(name);
    assert!(
        Command::new("cp").arg("-r").arg(campaign).arg(folder.path()).status().unwrap().success()
    );
    let campaign = folder.path().join(name);
    (folder, campaign)
}

/// Rewrites the samples row by row; the closure gets a row and the place of a column.
pub(crate) fn change_samples(
    campaign: &Path,
    change: impl Fn(&mut Vec<String>, &dyn Fn(&str) -> usize),
) {
    let file = campaign.join("samples.csv");
    let mut samples = csv::Reader::from_path(&file).unwrap();
    let header = samples.headers().unwrap().clone();
    let place = |name: &str| header.iter().position(|column| column == name).unwrap();
    let mut changed = csv::Writer::from_writer(Vec::new());
    changed.write_record(&header).unwrap();
    for row in samples.records() {
        let mut row: Vec<String> = row.unwrap().iter().map(str::to_owned).collect();
        change(&mut row, &place);
        changed.write_record(&row).unwrap();
    }
    fs::write(&file, changed.into_inner().unwrap()).unwrap();
}
