//! What a user may get wrong: each has one clear error, an exit code of its own, and leaves no process.

use std::{fs, net::TcpListener, os::unix::fs::symlink};

use crate::reference;
use crate::user::{dyno, free_port, leftovers, matrix_with, root, run, samples};
use tempfile::TempDir;

/// Runs and expects this exit code and these words in an error of one line.
fn refused(arguments: &[&str], matrix: Option<&str>, code: i32, words: &[&str]) {
    let mut command = dyno(arguments);
    if let Some(matrix) = matrix {
        command.env("DYNO_MATRIX", matrix);
    }
    let ended = run(&mut command);
    assert_eq!(ended.code, Some(code), "{ended:?}");
    for word in words {
        assert!(ended.error().contains(word), "{word:?} is not in {ended:?}");
    }
}

#[test]
fn an_unknown_key_in_the_matrix_is_told_with_its_line() {
    let (_folder, matrix) =
        matrix_with("[[contender]]\nname = \"a\"\nstack = \"\"\nrun = [\"a\"]\ncolour = 1\n");
    let text = fs::read_to_string(&matrix).unwrap();
    let line = text.lines().position(|line| line.starts_with("colour")).unwrap() + 1;
    refused(&["bench"], Some(&matrix), 3, &["dyno.toml", "colour", &format!("line {line}")]);
}

#[test]
fn a_matrix_that_is_not_there_is_told() {
    refused(&["bench"], Some("/nonexistent/dyno.toml"), 3, &["/nonexistent/dyno.toml", "--matrix"]);
}

#[test]
fn an_unknown_contender_or_scenario_is_told_with_those_there_are() {
    refused(&["bench", "--contenders", "axom"], None, 4, &["axom", "axum, actix-web"]);
    refused(&["bench", "--scenarios", "dynamic"], None, 4, &["dynamic", "static, validate"]);
}

#[test]
fn a_missing_tool_is_told_with_how_to_get_it() {
    for (variable, package) in [("DYNO_WRK", "wrk"), ("DYNO_TIME", "time")] {
        let ended = run(dyno(&["bench", "--quick"]).env(variable, "/nonexistent"));
        assert_eq!(ended.code, Some(5), "{ended:?}");
        assert!(ended.error().contains(&format!("apt-get install {package}")), "{ended:?}");
    }
}

#[test]
fn a_port_in_use_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    refused(&["bench", "--quick", "--port", &port], None, 6, &[&port, "--port"]);
}

#[test]
fn a_server_that_is_not_there_is_told_and_has_no_latency() {
    let url = format!("http://127.0.0.1:{}", free_port());
    let ended = run(&mut dyno(&["drive", "-d", "1s", &url]));
    assert_eq!(ended.code, Some(18), "{ended:?}");
    assert!(ended.error().contains(&url) && ended.error().contains("start a server"), "{ended:?}");
    assert!(!ended.stdout.contains("0 µs"), "{ended:?}");
}

#[test]
fn a_build_that_is_killed_is_told_with_its_signal() {
    let (_folder, matrix) = matrix_with(
        "[[contender]]\nname = \"a\"\nstack = \"\"\nrun = [\"a\"]\nbuild = [\"sh\", \"-c\", \"kill -9 $$\"]\n",
    );
    refused(&["serve", "a"], Some(&matrix), 11, &["somebody killed or stopped sh"]);
}

#[test]
fn what_resuming_cannot_change_is_refused() {
    for flag in [&["--latency"][..], &["--driver", "wrk"], &["--duration", "2s"]] {
        let ended = run(dyno(&["bench", "--resume", "any"]).args(flag));
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.stderr.contains("cannot be used with"), "{ended:?}");
    }
}

#[test]
fn a_duration_without_a_unit_is_told_how_to_write_it() {
    let ended = run(&mut dyno(&["bench", "--duration", "5"]));
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("write 5s"), "{ended:?}");
}

#[test]
fn without_a_command_the_help_lists_what_people_may_type() {
    let ended = run(&mut dyno(&[]));
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("bench") && !ended.stderr.contains("guard"), "{ended:?}");
}

#[test]
fn a_damaged_histogram_is_told_by_its_name() {
    let (_folder, campaign) = reference::copy();
    let sample = samples(&campaign).into_iter().find(|sample| sample["driver"] == "dyno").unwrap();
    let damaged = campaign.join(&sample["folder"]).join("dyno.json");
    let whole = fs::read(&damaged).unwrap();
    fs::write(&damaged, &whole[..whole.len() / 2]).unwrap();
    let folder = campaign.to_string_lossy();
    refused(&["report", &folder], None, 10, &[&damaged.to_string_lossy(), "is damaged"]);
    fs::remove_file(&damaged).unwrap();
    assert_eq!(run(&mut dyno(&["report", &folder])).code, Some(0));
}

#[test]
fn loads_that_wrk_cannot_make_are_refused() {
    refused(&["bench", "--threads", "16", "--connections", "100"], None, 9, &["96 or 112"]);
    refused(&["bench", "--duration", "1500ms"], None, 9, &["whole number of seconds"]);
    refused(&["bench", "--rounds", "0"], None, 9, &["at least 1"]);
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("mine"), "").unwrap();
    let out = folder.path().to_string_lossy().into_owned();
    let port = free_port().to_string();
    let arguments = ["bench", "--quick", "--contenders", "axum", "--port", &port, "--out", &out];
    refused(&arguments, None, 10, &[&out, "--out"]);
    refused(&["report", &out], None, 10, &["is not a campaign"]);
}

#[test]
fn wrong_words_on_the_command_line_are_wrong_usage() {
    let ended = run(&mut dyno(&["bench", "--fast"]));
    assert_eq!(ended.code, Some(2), "{ended:?}");
}

/// `verify` tells a server's fault by its exit code; `bench` keeps it as a failed sample and goes on. The words to run are
/// followed by what else the contender's entry has.
fn faulty_server(run_words: &str, code: i32, words: &[&str]) {
    let contender = format!("[[contender]]\nname = \"faulty\"\nstack = \"\"\nrun = {run_words}\n");
    let (folder, matrix) = matrix_with(&contender);
    let port = free_port();
    refused(&["verify", "--port", &port.to_string()], Some(&matrix), code, words);
    let out = folder.path().join("campaign");
    let port_word = port.to_string();
    let arguments =
        ["bench", "--quick", "--driver", "wrk", "--scenarios", "validate", "--port", &port_word];
    let ended = run(dyno(&arguments).arg("--out").arg(&out).env("DYNO_MATRIX", &matrix));
    assert_eq!(ended.code, Some(12), "{ended:?}");
    assert!(ended.stdout.contains("No contender can be recommended"), "{ended:?}");
    let samples = samples(&out);
    assert_eq!(samples.len(), 1);
    assert_eq!(samples[0]["status"], "failed");
    for word in words {
        assert!(samples[0]["reason"].contains(word), "{word:?} is not in {:?}", samples[0]);
    }
    assert_eq!(leftovers(port), [""; 0]);
}

#[test]
fn a_server_that_never_becomes_ready_is_told() {
    let run = "[\"sh\", \"-c\", \"sleep 600; : {port}\"]\nready_within = \"2s\"";
    faulty_server(run, 7, &["faulty", "/healthz"]);
}

#[test]
fn a_server_that_ends_at_once_is_told_with_its_last_words() {
    faulty_server(r#"["sh", "-c", "echo no config; exit 1"]"#, 7, &["exited at once", "no config"]);
}

#[test]
fn a_contender_holds_no_file_of_the_campaign() {
    let run = r#"["sh", "-c", "ls -l /proc/self/fd | grep -c /server.log; readlink /proc/self/fd/2; exit 1"]"#;
    faulty_server(run, 7, &["exited at once", "pipe:["]);
}

#[test]
fn a_contender_changes_no_file_but_its_own() {
    let kernel = run(&mut dyno(&["doctor"]));
    if kernel.stdout.contains("could change the campaign's files") {
        return;
    }
    let outside = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let run = format!(
        r#"["sh", "-c", "echo >mine && echo >/tmp/dyno-$$ && rm /tmp/dyno-$$ && echo >/dev/null && cd {} && echo >other; exit 1"]"#,
        outside.path().display()
    );
    faulty_server(&run, 7, &["exited at once", "Permission denied"]);
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[test]
fn a_server_that_breaks_the_contract_is_told_with_the_first_difference() {
    // Answers 200 to every GET below its folder, and to nothing else.
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("healthz"), "").unwrap();
    let serve = format!(
        r#"["python3", "-m", "http.server", "--bind", "{{host}}", "--directory", {:?}, "{{port}}"]"#,
        folder.path()
    );
    faulty_server(&serve, 8, &["breaks the contract", "expected"]);
}

#[test]
fn a_server_whose_program_is_not_there_is_told() {
    faulty_server(r#"["/nonexistent/server"]"#, 7, &["exited at once", "/nonexistent/server"]);
}

#[test]
fn contenders_of_a_python_that_is_not_there_fail_and_say_why() {
    let (folder, matrix) = matrix_with(
        "[[contender]]\nname = \"snake\"\nstack = \"\"\nbuild = [\"python/setup\"]\nrun = [\".venv/bin/python\"]\n",
    );
    // Everything that the script needs but a Python.
    let bin = folder.path().join("bin");
    fs::create_dir(&bin).unwrap();
    for tool in ["sh", "dirname", "flock", "cat", "wrk", "time"] {
        symlink(which::which(tool).unwrap(), bin.join(tool)).unwrap();
    }
    fs::create_dir(folder.path().join("python")).unwrap();
    for file in ["setup", "interpreter"] {
        let from = root().join("python").join(file);
        fs::copy(from, folder.path().join("python").join(file)).unwrap();
    }
    let out = folder.path().join("campaign");
    let port = free_port().to_string();
    let mut command = dyno(&["bench", "--quick", "--driver", "wrk", "--port", &port, "--out"]);
    command.arg(&out).env("DYNO_MATRIX", &matrix).env("PATH", &bin);
    let ended = run(command.env("DYNO_PYTHON", "/nonexistent/python3"));
    assert_eq!(ended.code, Some(12), "{ended:?}");
    let samples = samples(&out);
    assert_eq!(samples.len(), 2);
    for sample in samples {
        assert_eq!(sample["status"], "failed");
        assert!(sample["reason"].contains("is not CPython 3.11 or newer"), "{sample:?}");
    }
}
