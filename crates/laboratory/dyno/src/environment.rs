//! Where and with what a campaign was measured.

use std::path::Path;

use campaign::{
    matrix::{Contender, Matrix},
    record::{build_info::BuildInfo, environment::Environment, store::Store},
    text::plain,
};
use jiff::Timestamp;

use crate::{
    git, machine,
    process::{confine, output},
    programs::Programs,
    store,
    tools::Tools,
};

/// Inspects the environment.
pub(crate) fn capture(
    tools: &Tools,
    contenders: &[Contender],
    programs: &Programs,
    matrix: &Matrix,
) -> Environment {
    let folder = matrix.folder.as_path();
    let store = store::capture(programs.paths());
    Environment {
        dyno: env!("CARGO_PKG_VERSION").to_owned(),
        revision: store.as_ref().map_or_else(|| revision(folder), |store| store.revision.clone()),
        started_at: Timestamp::now(),
        machine: machine::capture(),
        wrk: tools.wrk.as_ref().map_or_else(|| "not used".to_owned(), |wrk| wrk.version.clone()),
        gnu_time: tools.time.version.clone(),
        contenders: contenders
            .iter()
            .map(|contender| {
                let version = version(contender, matrix);
                (contender.name.to_string(), version.unwrap_or_else(|| "unknown".to_owned()))
            })
            .collect(),
        build_info: contenders
            .iter()
            .filter_map(|contender| {
                Some((contender.name.to_string(), build_info(contender, matrix)?))
            })
            .collect(),
        programs: programs.hashes(),
        contender_files: Some(
            contenders
                .iter()
                .map(|contender| {
                    let name = contender.name.to_string();
                    let files = programs.file_hashes(&name, contender.home(folder));
                    (name, files)
                })
                .filter(|(_, files)| !files.is_empty())
                .collect(),
        ),
        hermetic: store.as_ref().is_some_and(Store::is_hermetic),
        store,
        contenders_confined: Some(confine::obstacle().is_none()),
        sandboxed: store::is_sandboxed(),
        driver_ceiling_per_s: None,
    }
}

fn revision(folder: &Path) -> String {
    let described = git::printed(folder, &["describe", "--always", "--dirty", "--abbrev=12"]);
    described
        .ok()
        .and_then(Result::ok)
        .map(|printed| String::from_utf8_lossy(&printed).trim().to_owned())
        .unwrap_or_default()
}

/// The version that a contender reports; `None` if it reports nothing or its command fails.
pub(crate) fn version(contender: &Contender, matrix: &Matrix) -> Option<String> {
    printed(contender, &contender.version, matrix)?.lines().next().map(plain)
}

/// What a contender says of how it was built; `None` when it has no command for it.
pub(crate) fn build_info(contender: &Contender, matrix: &Matrix) -> Option<BuildInfo> {
    let command = &contender.build_info;
    (!command.is_empty())
        .then(|| BuildInfo::printed(printed(contender, command, matrix).as_deref()))
}

/// What a contender's command prints; `None` when there is none, it fails, or it takes too long.
fn printed(contender: &Contender, command: &[String], matrix: &Matrix) -> Option<String> {
    command.first()?;
    let home = contender.home(&matrix.folder);
    let output = output::of(command, home, matrix.deadlines.version).ok()?;
    output.status.success().then_some(output.stdout)
}
