//! The conditions of a measurement: how contenders were built, and what else of the surroundings bears on figures.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    reference,
    user::{Ended, dyno, free_port, matrix_with, root, run},
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
fn measured(folder: &Path, matrix: &str) -> (PathBuf, Ended) {
    let out = folder.join("campaign");
    let port = free_port().to_string();
    let mut command = dyno(&["bench", "--quick", "--driver", "dyno", "--port", &port]);
    let ended = run(command.arg("--out").arg(&out).env("DYNO_MATRIX", matrix));
    assert_eq!(ended.code, Some(12), "{ended:?}");
    (out, ended)
}

fn environment(campaign: &Path) -> Value {
    serde_json::from_slice(&fs::read(campaign.join("environment.json")).unwrap()).unwrap()
}

#[test]
fn how_a_contender_was_built_is_recorded_and_every_report_warns_of_it() {
    let (folder, matrix) = matrix(&facts());
    let doctor = run(dyno(&["doctor"]).env("DYNO_MATRIX", &matrix));
    assert!(doctor.stdout.contains(&format!("warning  mine: {WARNING}")), "{doctor:?}");

    let (campaign, bench) = measured(folder.path(), &matrix);
    // Once, not for each trial.
    let warned = bench.stderr.matches(&format!("warning: mine: {WARNING}\n")).count();
    assert_eq!(warned, 1, "{bench:?}");
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
    assert!(doctor.stdout.contains("warning  mine: the build_info command"), "{doctor:?}");
}

#[test]
fn a_campaign_does_not_go_on_with_another_build() {
    let (folder, matrix) = matrix(&facts());
    let (campaign, _) = measured(folder.path(), &matrix);
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
    // What campaigns of the flake said of the store before every input was listed.
    environment["store"] =
        json!({ "revision": "1", "nixpkgs": "2", "pinned": true, "paths": {}, "outside": [] });
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
    command.args([
        "--addr-no-randomize",
        env!("CARGO_BIN_EXE_dyno"),
        "bench",
        "--quick",
        "--even-if-busy",
    ]);
    command.args(["--driver", "dyno", "--port", &free_port().to_string(), "--out"]).arg(&out);
    command.env("DYNO_LOCK", format!("test-layout-{}", std::process::id()));
    let ended = run(command.env("DYNO_MATRIX", &matrix));
    assert_eq!(ended.code, Some(12), "{ended:?}");
    assert!(ended.stderr.contains("warning: address-space randomisation is off"), "{ended:?}");
    assert_eq!(environment(&out)["machine"]["address_space_randomisation"], false);
    for name in ["decision.md", "index.html"] {
        let text = fs::read_to_string(out.join(name)).unwrap();
        assert!(text.contains("off: every round has the same memory layout"), "{name}: {text}");
    }
}

/// What `python/build_info.py` makes of these settings of a build.
fn facts_of_python(settings: &Value) -> Value {
    let mut command = Command::new("python3");
    command.args([
        "-c",
        "import build_info, json, sys; print(json.dumps(build_info.facts(json.load(sys.stdin))))",
    ]);
    command.env("PYTHONPATH", root().join("python")).env("PYTHONDONTWRITEBYTECODE", "1");
    let mut python = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    write!(python.stdin.take().unwrap(), "{settings}").unwrap();
    serde_json::from_slice(&python.wait_with_output().unwrap().stdout).unwrap()
}

#[test]
fn builds_of_python_are_told_apart_by_what_their_makers_leave_in_the_settings() {
    let (generate, using) = ("-fprofile-generate", "-fprofile-use -fprofile-correction");
    let settings = |arguments: &str, using: &str| {
        serde_json::json!({
            "CONFIG_ARGS": arguments,
            "PGO_PROF_GEN_FLAG": generate,
            "PGO_PROF_USE_FLAG": using,
        })
    };
    for (maker, settings, profile, link_time) in [
        ("Debian", settings("'--enable-shared' '--prefix=/usr'", ""), "yes", "yes"),
        ("nixpkgs", settings("'--with-lto' '--enable-shared'", using), "no", "yes"),
        ("pyenv", settings("'--prefix=/home/a b' '--enable-shared'", using), "no", "no"),
        ("all on", settings("'--enable-optimizations' '--with-lto=full'", using), "yes", "yes"),
        ("unknown", serde_json::json!({}), "no", "no"),
    ] {
        let facts = facts_of_python(&settings);
        assert_eq!(facts["profile-guided optimisation"], profile, "{maker}: {facts}");
        assert_eq!(facts["link-time optimisation"], link_time, "{maker}: {facts}");
        assert_eq!(facts.get("warning").is_some(), profile == "no", "{maker}: {facts}");
    }
}

#[test]
fn python_is_identified_by_the_program_behind_its_links() {
    let folder = TempDir::new().unwrap();
    let made =
        Command::new("python3").args(["-m", "venv", "--without-pip"]).arg(folder.path()).status();
    assert!(made.unwrap().success());
    let python = folder.path().join("bin/python");
    let output = Command::new(&python).arg(root().join("python/build_info.py")).output().unwrap();
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let sum = Command::new("sha256sum").arg(python.canonicalize().unwrap()).output().unwrap();
    let sum = String::from_utf8_lossy(&sum.stdout).into_owned();
    assert!(sum.starts_with(told["sha256"].as_str().unwrap()), "{told} is not of {sum}");
}
