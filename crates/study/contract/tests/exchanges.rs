//! The committed exchanges are what the example writes, and the contract answers each as they say.

#![allow(clippy::unwrap_used, reason = "what goes wrong here is what the test is to tell")]

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use contract::BODY_LIMIT;
use exchange::{Answer, Exchange, MadeFiles};
use http::{HeaderMap, HeaderValue, header};

/// How many exchanges the contract has.
const COUNT: usize = 565;

fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../contract")
}

fn exchanges(file: &str) -> Vec<Exchange> {
    exchange::read(&committed(), Path::new(file), &MadeFiles::new()).unwrap().exchanges
}

fn all() -> Vec<Exchange> {
    ["rules.jsonl", "static.jsonl", "validate.jsonl"].map(exchanges).concat()
}

/// Every file below a folder, by its path.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = PathBuf::from(path.file_name().unwrap());
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|(below, it)| (name.join(below), it)));
        } else {
            found.insert(name, fs::read(path).unwrap());
        }
    }
    found
}

#[test]
fn the_committed_exchanges_are_what_the_example_writes() {
    // Examples lie beside the folder of this test's own program.
    let tests = env::current_exe().unwrap();
    let built = tests.ancestors().nth(2).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let example = Command::new(built.join("examples/exchanges")).arg(folder.path()).status();
    assert!(example.unwrap().success());
    assert!(files(folder.path()) == files(&committed()), "write them again as the example says");
}

#[test]
fn no_check_is_lost() {
    assert_eq!(all().len(), COUNT);
}

#[test]
fn the_contract_answers_registrations_as_the_exchanges_say() {
    let json = |one: &Exchange| one.request.header("content-type") == Some("application/json");
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let mut judged = 0;
    for one in all().iter().filter(|one| one.request.path == "/validate" && json(one)) {
        let body = &one.request.body;
        if body.len() <= BODY_LIMIT {
            let (status, answer) = contract::answer(body);
            let answer = Answer { status, headers: &headers, body: Some(&answer), cut: false };
            assert_eq!(one.mismatch(&answer), None, "{one}");
            judged += 1;
        }
    }
    assert!(judged > 500, "{judged}");
}
