//! No input panics: the command line gets what nobody would type.

use std::{
    ffi::OsString,
    os::unix::ffi::OsStringExt,
    process::{Command, Stdio},
};

use rand::{RngExt, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use tempfile::TempDir;

use crate::{
    reference,
    user::{dyno, ended, run},
};

/// How many command lines are tried.
const RUNS: u64 = 400;
/// None of these comes to start a server: the matrix has none, or nothing is measured.
const COMMANDS: [&[&str]; 10] = [
    &["bench", "--dry-run"],
    &["bench", "--resume"],
    &["report"],
    &["compare"],
    &["serve"],
    &["verify"],
    &["doctor"],
    &["drive", "--connections=0"],
    &["generate"],
    &["nonsense"],
];
const WORDS: [&str; 40] = [
    "--rounds",
    "--duration",
    "--warmup",
    "--connections",
    "--threads",
    "--max-time",
    "--seed",
    "--until-decided",
    "--latency",
    "--pin",
    "--quick",
    "--port",
    "--out",
    "--driver",
    "both",
    "--contenders",
    "axum",
    "--scenarios",
    "static",
    "--export-csv",
    "--format",
    "json",
    "--fail-on-regression",
    "--matrix",
    "--rate",
    "1e-308",
    "0",
    "-1",
    "NaN",
    "4294967295",
    "18446744073709551616",
    "9223372036854775807s",
    "9223372036854775808s",
    "2562047788015215h",
    "0s",
    "1s",
    "../..",
    "\u{1b}[2J",
    "=1+1",
    "",
];

fn word(random: &mut ChaCha8Rng) -> OsString {
    if random.random_ratio(1, 12) {
        return OsString::from_vec(vec![b'-', b'-', b'o', 0xff, 0xfe]);
    }
    WORDS.choose(random).unwrap().into()
}

fn tried(run: u64, matrix: &TempDir) -> Command {
    let mut random = ChaCha8Rng::seed_from_u64(run);
    let words = COMMANDS.choose(&mut random).unwrap();
    let mut command = dyno(words);
    let count = random.random_range(0..6);
    command.args((0..count).map(|_| word(&mut random))).current_dir(matrix);
    // Only a plan is made of the real one.
    if !words.contains(&"--dry-run") {
        command.env("DYNO_MATRIX", matrix.path().join("none.toml"));
    }
    command
}

#[test]
fn whatever_is_typed_dyno_does_not_panic() {
    let matrix = TempDir::new().unwrap();
    for run_number in 0..RUNS {
        let mut command = tried(run_number, &matrix);
        let ended = run(&mut command);
        let known = ended.code.is_some_and(|code| code < 100);
        assert!(known && !ended.stderr.contains("panicked"), "{command:?}: {ended:?}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_ends_dyno_quietly() {
    let reference = reference::original();
    let reference = reference.to_str().unwrap();
    for words in [
        &["bench", "--dry-run"][..],
        &["compare", reference, reference],
        &["generate", "complete-bash"],
        &["--help"],
    ] {
        let mut child = dyno(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let ended = ended(&child.wait_with_output().unwrap());
        assert!(ended.code.is_some_and(|code| code < 100), "{words:?}: {ended:?}");
        assert_eq!(ended.stderr, "", "{words:?}");
    }
}

#[test]
fn a_folder_whose_name_is_no_text_can_be_measured_into() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join(OsString::from_vec(vec![b'a', 0xff]));
    let ended = run(dyno(&["bench", "--dry-run", "--rounds", "1", "--out"]).arg(out));
    assert_eq!(ended.code, Some(0), "{ended:?}");
}
