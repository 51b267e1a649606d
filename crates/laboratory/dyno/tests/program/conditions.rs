//! The conditions of a measurement: how contenders were built, and what else of the surroundings bears on figures.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    reference,
    user::{dyno, free_port, matrix_with, run},
};

const WARNING: &str = "built without <profile>: loops take longer";

/// A matrix of one contender that ends at once and tells in `facts.json` how it was built.
fn matrix(facts: &str) -> (TempDir, String) {
    let (folder, matrix) = matrix_with(
        "[[contender]]\nname = \"mine\"\nstack = \"\"\nrun = [\"true\"]\n\
         version = [\"echo\", \"mine 1.2\"]\nbuild_info = [\"cat\", \"facts.json\"]\n",
    );
    fs::write(folder.path().join("facts.json"), facts).unwrap();
    (folder, matrix)
}

fn facts() -> String {
    serde_json::json!({ "compiler": "cc | 12", "sha256": "0123abcd", "warning": WARNING })
        .to_string()
}

/// Measures it; that its trials fail is no matter here.
fn measured(folder: &Path, matrix: &str) -> PathBuf {
    let out = folder.join("campaign");
    let port = free_port().to_string();
    let mut command = dyno(&["bench", "--quick", "--driver", "dyno", "--port", &port]);
    let ended = run(command.arg("--out").arg(&out).env("DYNO_MATRIX", matrix));
    assert_eq!(ended.code, Some(12), "{ended:?}");
    out
}

fn environment(campaign: &Path) -> Value {
    serde_json::from_slice(&fs::read(campaign.join("environment.json")).unwrap()).unwrap()
}

#[test]
fn how_a_contender_was_built_is_recorded_and_every_report_warns_of_it() {
    let (folder, matrix) = matrix(&facts());
    let doctor = run(dyno(&["doctor"]).env("DYNO_MATRIX", &matrix));
    assert!(doctor.stdout.contains(&format!("warning  mine: {WARNING}")), "{doctor:?}");

    let campaign = measured(folder.path(), &matrix);
    let environment = environment(&campaign);
    let recorded: Value = serde_json::from_str(&facts()).unwrap();
    assert_eq!(environment["build_info"], serde_json::json!({ "mine": recorded }));
    let read = |name: &str| fs::read_to_string(campaign.join(name)).unwrap();
    let (document, page) = (read("decision.md"), read("index.html"));
    assert!(document.contains("| mine |  | mine 1.2 | compiler: cc \\| 12 |"), "{document}");
    assert!(
        document.contains("- mine: built without &lt;profile>: loops take longer"),
        "{document}"
    );
    assert!(
        page.contains("<strong>mine</strong>: built without &lt;profile&gt;: loops take longer")
            && page.contains("<br>compiler: cc | 12</span>"),
        "{page}"
    );
    assert!(!document.contains("0123abcd") && !page.contains("0123abcd"), "a hash is shown");
}

#[test]
fn a_contender_whose_build_info_cannot_be_read_is_warned_of() {
    let (_folder, matrix) = matrix("built yesterday");
    let doctor = run(dyno(&["doctor"]).env("DYNO_MATRIX", &matrix));
    assert!(doctor.stdout.contains("warning  mine: its build_info command"), "{doctor:?}");
}

#[test]
fn a_campaign_does_not_go_on_with_another_build() {
    let (folder, matrix) = matrix(&facts());
    let campaign = measured(folder.path(), &matrix);
    fs::write(folder.path().join("facts.json"), facts().replace("0123abcd", "4567cdef")).unwrap();
    let ended = run(dyno(&["bench", "--resume"]).arg(&campaign).env("DYNO_MATRIX", &matrix));
    assert!(ended.error().contains("how mine was built has changed"), "{ended:?}");
}

#[test]
fn a_campaign_from_before_builds_were_recorded_still_opens() {
    let (_folder, campaign) = reference::copy();
    let mut environment = environment(&campaign);
    environment.as_object_mut().unwrap().remove("build_info");
    environment["machine"].as_object_mut().unwrap().remove("address_space_randomisation");
    fs::write(campaign.join("environment.json"), environment.to_string()).unwrap();
    let ended = run(dyno(&["report"]).arg(&campaign));
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[test]
fn a_fixed_memory_layout_is_recorded_shown_and_warned_of() {
    let (folder, matrix) = matrix(&facts());
    let mut command = Command::new("setarch");
    command.args(["--addr-no-randomize", env!("CARGO_BIN_EXE_dyno"), "doctor"]);
    let doctor = run(command.env("DYNO_MATRIX", &matrix));
    assert!(doctor.stdout.contains("address-space randomisation is off"), "{doctor:?}");

    let out = folder.path().join("campaign");
    let mut command = Command::new("setarch");
    command.args(["--addr-no-randomize", env!("CARGO_BIN_EXE_dyno"), "bench", "--quick"]);
    command.args(["--driver", "dyno", "--port", &free_port().to_string(), "--out"]).arg(&out);
    command.env("DYNO_LOCK", format!("test-layout-{}", std::process::id()));
    let ended = run(command.env("DYNO_MATRIX", &matrix));
    assert_eq!(ended.code, Some(12), "{ended:?}");
    assert_eq!(environment(&out)["machine"]["address_space_randomisation"], false);
    for name in ["decision.md", "index.html"] {
        let text = fs::read_to_string(out.join(name)).unwrap();
        assert!(text.contains("off: every round has the same memory layout"), "{name}: {text}");
    }
}
