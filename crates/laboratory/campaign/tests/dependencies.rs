//! What the library is built on: nothing that could start a process, open a socket or watch a clock.

#![allow(clippy::unwrap_used, reason = "what goes wrong here is what the test is to tell")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use toml::Table;

/// Crates that do what this one must not.
const ABLE: [&str; 12] = [
    "axum",
    "driver",
    "dyno",
    "hyper",
    "mio",
    "procfs",
    "signal-hook",
    "socket2",
    "tokio",
    "ureq",
    "wait4",
    "which",
];

/// Every crate that a crate is built on, by the workspace's lock file.
fn built_on(start: &str) -> BTreeSet<String> {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../Cargo.lock");
    let lock: Table = fs::read_to_string(lock).unwrap().parse().unwrap();
    let needs: BTreeMap<&str, Vec<&str>> = lock["package"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| {
            let needs = package.get("dependencies").and_then(toml::Value::as_array);
            let name = |it: &'_ toml::Value| it.as_str().unwrap().split(' ').next().unwrap().len();
            let names = needs.into_iter().flatten().map(|it| &it.as_str().unwrap()[..name(it)]);
            (package["name"].as_str().unwrap(), names.collect())
        })
        .collect();
    let mut found = BTreeSet::new();
    let mut next = vec![start];
    while let Some(name) = next.pop() {
        if found.insert(name.to_owned()) {
            next.extend(needs.get(name).into_iter().flatten());
        }
    }
    found
}

#[test]
fn nothing_below_the_library_starts_processes_or_opens_sockets() {
    let built_on = built_on("campaign");
    assert!(built_on.contains("statistics") && built_on.contains("csv"), "{built_on:?}");
    for able in ABLE {
        assert!(!built_on.contains(able), "campaign is built on {able}");
    }
}
