//! Faults of servers, planted for real: each costs one trial, with a reason that a person understands, and never a figure.

use std::{collections::BTreeMap, fs, path::Path, process::Command, sync::Once};

use crate::user::{dyno, free_port, leftovers, matrix_with, root, run, samples};

pub(crate) type Row = BTreeMap<String, String>;

/// The Python contenders' environment, made once.
fn python() -> String {
    static MADE: Once = Once::new();
    MADE.call_once(|| {
        assert!(Command::new(root().join("python/setup")).status().unwrap().success());
    });
    root().join(".venv/bin/python").to_string_lossy().into_owned()
}

/// A contender with a fault, and limits of its own.
pub(crate) fn contender(fault: &str, more: &str) -> String {
    let server = root().join("crates/laboratory/dyno/tests/servers/faulty.py");
    format!(
        "[[contender]]\nname = \"faulty\"\nstack = \"\"\nrun = [{:?}, \"{}\", {fault:?}, \"{{host}}\", \"{{port}}\"]\n\
         env = {{ DYNO_PAYLOAD = \"{{payload}}\", PYTHONPATH = \"{}\" }}\n{more}\n",
        python(),
        server.display(),
        root().join("python").display(),
    )
}

/// Measures a faulty contender in one scenario, once, and gives its last sample.
fn measured(fault: &str, scenario: &str, more: &str) -> Row {
    let (folder, matrix) = matrix_with(&contender(fault, more));
    let (port, out) = (free_port(), folder.path().join("campaign"));
    let mut command = dyno(&["bench", "--rounds", "1", "--duration", "2s", "--warmup", "0s"]);
    command.args(["--driver", "wrk"]);
    command.args(["--scenarios", scenario, "--port", &port.to_string(), "--out"]).arg(&out);
    let ended = run(command.env("DYNO_MATRIX", &matrix));
    let last = samples(&out).pop().unwrap();
    let code = if last["status"] == "ok" { 0 } else { 12 };
    assert_eq!(ended.code, Some(code), "{ended:?}");
    assert_eq!(leftovers(port), [""; 0]);
    last
}

pub(crate) fn is(sample: &Row, status: &str, reason: &str) {
    assert_eq!(sample["status"], status, "{sample:?}");
    assert!(sample["reason"].contains(reason), "{sample:?}");
}

#[test]
fn a_server_that_is_killed_in_the_window_fails() {
    is(&measured("killed", "validate", ""), "failed", "the server exited during the window");
}

#[test]
fn a_server_that_stops_answering_is_invalid() {
    is(&measured("stalls", "validate", ""), "invalid", "no response");
}

#[test]
fn a_server_that_leaks_is_killed_at_its_limit() {
    let sample = measured("leaks", "validate", "memory_mib = 300");
    is(&sample, "failed", "of memory, more than its limit");
}

#[test]
fn a_server_that_writes_without_end_is_killed_at_its_limit() {
    is(&measured("chatters", "validate", ""), "failed", "MiB of output, more than its limit");
}

#[test]
fn what_a_server_says_cannot_steer_the_terminal_or_break_the_table() {
    let (folder, matrix) = matrix_with(
        "[[contender]]\nname = \"rude\"\nstack = \"\"\n\
         run = [\"printf\", \"a\\u001b[31m,\\\"b\\\"\\u0007 <script> | c\"]\n",
    );
    let out = folder.path().join("campaign");
    let mut command = dyno(&["bench", "--quick", "--scenarios", "validate", "--out"]);
    let port = free_port().to_string();
    let ended = run(command.arg(&out).args(["--port", &port]).env("DYNO_MATRIX", &matrix));
    assert_eq!(ended.code, Some(12), "{ended:?}");
    let document = fs::read_to_string(out.join("decision.md")).unwrap();
    for text in [&ended.stdout, &ended.stderr, &document, &samples(&out)[0]["reason"]] {
        let control = |character: char| character.is_control() && character != '\n';
        assert!(!text.contains(control), "{text:?}");
    }
    let outside_fences = document.split("~~~").step_by(2).collect::<String>();
    assert!(
        !outside_fences.contains("<script>") && document.contains("&lt;script> \\| c"),
        "{document}"
    );
}

#[test]
fn a_server_gets_nothing_of_its_surroundings() {
    let script = "pwd; touch litter; ls -A; env | sort; ls /proc/self/fd | wc -l; ulimit -c";
    let (folder, matrix) = matrix_with(&format!(
        "[[contender]]\nname = \"curious\"\nstack = \"\"\nrun = [\"sh\", \"-c\", {script:?}]\n"
    ));
    let out = folder.path().join("campaign");
    let mut command = dyno(&["bench", "--quick", "--driver", "dyno", "--scenarios", "static"]);
    command.args(["--port", &free_port().to_string(), "--out"]).arg(&out);
    let ended = run(command.env("DYNO_MATRIX", &matrix).env("SECRET", "of the user"));
    assert_eq!(ended.code, Some(12), "{ended:?}");
    let log = out.join(&samples(&out)[0]["folder"]).join("server.log");
    let log = fs::read_to_string(log).unwrap();
    let mut lines = log.lines();
    let own = Path::new(lines.next().unwrap());
    assert!(!own.exists() && !own.starts_with(folder.path()), "{log}");
    assert_eq!(lines.next(), Some("litter"), "its folder was not empty: {log}");
    let names: Vec<&str> =
        log.lines().filter_map(|line| line.split_once('=')).map(|it| it.0).collect();
    assert_eq!(names, ["DYNO_STARTED_BY", "LANG", "PATH", "PWD"], "{log}");
    // Standard input, output and error, and the folder that `ls` reads.
    assert!(log.ends_with("4\n0\n"), "{log}");
}

#[test]
fn a_server_that_drops_connections_is_invalid() {
    is(&measured("tenth", "validate", ""), "invalid", "socket errors");
}

#[test]
fn a_server_that_is_deaf_to_sigterm_is_invalid_and_killed() {
    is(&measured("deaf", "validate", ""), "invalid", "ignored SIGTERM");
}

#[test]
fn a_server_that_starts_slowly_is_waited_for() {
    is(&measured("slow-start", "validate", ""), "ok", "");
}

#[test]
fn a_process_that_left_its_group_is_counted_and_ended() {
    let sample = measured("forks", "validate", "");
    is(&sample, "ok", "");
    assert_eq!(sample["processes"], "2");
}

#[test]
fn more_processes_than_allowed_are_a_failure() {
    let sample = measured("forks", "validate", "processes = 1");
    is(&sample, "failed", "processes, more than its limit");
}

#[test]
fn a_server_that_answers_from_a_cache_under_load_is_caught() {
    is(&measured("cached", "validate", ""), "invalid", "the contract is broken under load");
}

#[test]
fn a_server_that_skips_validation_under_load_is_caught() {
    let sample = measured("skips", "validate", "");
    assert_eq!(sample["status"], "invalid", "{sample:?}");
}

#[test]
fn a_server_that_sends_a_smaller_body_under_load_is_caught() {
    let sample = measured("smaller", "static", "");
    assert_eq!(sample["status"], "invalid", "{sample:?}");
}
