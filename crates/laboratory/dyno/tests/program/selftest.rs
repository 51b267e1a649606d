//! The instrument proves itself, in small.

use std::fs;

use crate::user::{Ended, MATRIX, dyno, free_port, leftovers, run};
use tempfile::TempDir;

/// A self-test of throughput in three rounds of 1 s windows without warm-up, with these changes of its matrix. That
/// of capacity takes minutes and a quiet machine: `.ci/nightly` has it.
fn selftest(port: u16, changes: &[(&str, &str)]) -> Ended {
    let folder = TempDir::new().unwrap();
    let mut text = fs::read_to_string(MATRIX.with_file_name("selftest.toml")).unwrap();
    for (from, to) in [("warmup = \"1s\"", "warmup = \"0s\"")].iter().chain(changes) {
        assert!(text.contains(from), "{from} is not in {text}");
        text = text.replace(from, to);
    }
    fs::write(folder.path().join("selftest.toml"), text).unwrap();
    let mut command =
        dyno(&["selftest", "--only", "throughput", "--rounds", "3", "--duration", "1s"]);
    command.args(["--port", &port.to_string(), "--matrix"]).arg(folder.path().join("dyno.toml"));
    run(&mut command)
}

#[test]
fn equal_servers_are_found_equal_and_what_was_planted_is_found_with_its_size() {
    let port = free_port();
    let ended = selftest(port, &[]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.contains("found no difference where there is none"), "{ended:?}");
    assert_eq!(leftovers(port), [""; 0]);
}

#[test]
fn twins_that_are_none_fail_it() {
    let changes = [
        ("name = \"twin-b\"\n", "name = \"twin-b\"\nenv = { PLANTED_US = \"2000\" }\n"),
        // So few that each is answered within the shortest window, beside other tests too.
        ("connections = 120", "connections = 12"),
        ("threads = 12", "threads = 2"),
    ];
    let ended = selftest(free_port(), &changes);
    assert_eq!(ended.code, Some(15), "{ended:?}");
    assert!(
        ended.error().contains("a difference between the twins was found in throughput"),
        "{ended:?}"
    );
    // The evidence is kept for whoever looks into it.
    let kept = ended.error().rsplit("the campaigns are in ").next().unwrap();
    assert!(fs::metadata(kept).unwrap().is_dir(), "{ended:?}");
    fs::remove_dir_all(kept).unwrap();
}
