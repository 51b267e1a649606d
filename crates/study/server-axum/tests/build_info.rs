//! What the program tells of how it was built.

#![allow(clippy::unwrap_used, reason = "what goes wrong here is what the test is to tell")]

use std::{collections::BTreeMap, process::Command};

#[test]
fn the_program_tells_how_it_was_built_and_warns_of_a_debug_build() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_server-axum")).arg("--build-info").output().unwrap();
    let facts: BTreeMap<String, String> = serde_json::from_slice(&output.stdout).unwrap();
    assert!(facts["compiler"].starts_with("rustc 1."), "{facts:?}");
    let optimised = !matches!(facts["optimisation level"].as_str(), "0" | "1");
    assert_eq!(facts["profile"] == "debug", !optimised, "{facts:?}");
    assert_eq!(facts.contains_key("warning"), !optimised, "{facts:?}");
}
