//! What the scenarios run, so that a change of it does not go unnoticed.

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::matrix::Scenario;

/// SHA-256 of the scenarios' scripts and of what lies beside them, by file name: what they may load.
pub(super) fn hashes(
    folder: &Path,
    scenarios: &[Scenario],
) -> anyhow::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for script in scenarios.iter().filter_map(|scenario| scenario.script.as_ref()) {
        let script = folder.join(script);
        let folder = script.parent().unwrap_or(folder);
        for entry in folder.read_dir()? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "lua" || extension == "tsv") {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                files.push((name, hex::encode(Sha256::digest(std::fs::read(&path)?))));
            }
        }
    }
    files.sort();
    files.dedup();
    Ok(files)
}
