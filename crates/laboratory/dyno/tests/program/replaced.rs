//! What a contender runs is replaced in the middle of a campaign: no figure of it comes from something else.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use tempfile::TempDir;

use crate::user::{dyno, ended, free_port, matrix_with, rows, run, samples, wait_until};

fn server(name: &str) -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_dyno")).with_file_name(name)
}

/// A matrix of one contender that runs a copy of axum's server as a program of its own, by a script.
fn matrix() -> (TempDir, String) {
    let (folder, matrix) = matrix_with(
        "[[contender]]\nname = \"mine\"\nstack = \"\"\n\
         run = [\"./program\", \"{home}/script\", \"{home}/server\", \"{listen}\"]\n",
    );
    fs::copy("/bin/sh", folder.path().join("program")).unwrap();
    fs::copy(server("server-axum"), folder.path().join("server")).unwrap();
    fs::write(folder.path().join("script"), "exec \"$1\" --listen \"$2\"").unwrap();
    (folder, matrix)
}

/// Puts another file in the place of this one, once the campaign has a sample and while it measures the next.
fn the_campaign_ends_when(name: &str, is_replaced_by: &Path) {
    let (folder, matrix) = matrix();
    let (out, replaced) = (folder.path().join("campaign"), folder.path().join(name));
    let port = free_port().to_string();
    let mut command = dyno(&["bench", "--duration", "1s", "--warmup", "0s", "--rounds", "20"]);
    command.args(["--driver", "wrk", "--connections", "12", "--threads", "2"]);
    command.args(["--scenarios", "validate", "--port", &port]).arg("--out").arg(&out);
    let output = Stdio::piped;
    let child = command.env("DYNO_MATRIX", &matrix).stdout(output()).stderr(output()).spawn();
    wait_until("a sample", || rows(&out) >= 1);
    let new = folder.path().join("new");
    fs::copy(is_replaced_by, &new).unwrap();
    fs::rename(&new, &replaced).unwrap();
    let ended = ended(&child.unwrap().wait_with_output().unwrap());
    assert_eq!(ended.code, Some(21), "{ended:?}");
    let expected = format!(
        "{}, which mine runs, was replaced during the campaign: what was measured before is kept; start a new campaign",
        replaced.display()
    );
    assert_eq!(ended.error(), expected);
    let report = format!("to see what was measured before: dyno report {}", out.display());
    assert!(ended.stdout.contains(&report), "{ended:?}");
    let samples = samples(&out);
    assert!((1..20).contains(&samples.len()), "{samples:?}");
    assert!(samples.iter().all(|sample| sample["status"] == "ok"), "{samples:?}");
    assert_eq!(run(dyno(&["report"]).arg(&out)).code, Some(0));
    let resumed = run(dyno(&["bench", "--resume"]).arg(&out).env("DYNO_MATRIX", &matrix));
    assert_eq!(resumed.code, Some(14), "{resumed:?}");
}

#[test]
fn a_campaign_ends_when_the_program_of_a_contender_is_replaced() {
    the_campaign_ends_when("program", &server("server-actix"));
}

#[test]
fn a_campaign_ends_when_a_file_that_a_contenders_command_names_is_replaced() {
    the_campaign_ends_when("script", &Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
}
