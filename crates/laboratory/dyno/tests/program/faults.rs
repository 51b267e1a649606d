//! Faults that are planted for real: each costs one trial, with a reason that a person understands, and never a figure.

use std::{
    collections::BTreeMap,
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
    sync::Once,
};

use tempfile::TempDir;

use crate::user::{
    MATRIX, dyno, free_port, leftovers, matrix_with, root, rows, run, samples, wait_until,
};

type Row = BTreeMap<String, String>;

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

fn is(sample: &Row, status: &str, reason: &str) {
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
    assert_eq!(names, ["LANG", "PATH", "PWD"], "{log}");
    // Standard input, output and error, and the folder that `ls` reads.
    assert!(log.ends_with("4\n0\n"), "{log}");
}

#[test]
fn a_folder_that_cannot_be_written_to_is_told_before_anything_is_measured() {
    let folder = TempDir::new().unwrap();
    // To root everything is writable, but for what the kernel makes.
    let out = if rustix::process::geteuid().is_root() {
        Path::new("/proc/campaign").to_owned()
    } else {
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
        folder.path().join("campaign")
    };
    let ended = run(&mut axum("1", free_port(), &out));
    assert_eq!(ended.code, Some(10), "{ended:?}");
    assert!(ended.error().contains(&*out.to_string_lossy()), "{ended:?}");
    assert!(!ended.stdout.contains("round"), "{ended:?}");
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

/// A wrk of ours, which does this shell script; `$wrk` is the real one.
fn with_wrk(folder: &Path, script: &str) -> String {
    let path = folder.join("wrk");
    let wrk = which::which("wrk").unwrap();
    fs::write(&path, format!("#!/bin/sh\nwrk={}\n{script}\n", wrk.display())).unwrap();
    fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    path.to_string_lossy().into_owned()
}

/// A campaign of short `validate` trials of axum.
fn axum(rounds: &str, port: u16, out: &Path) -> Command {
    let mut command =
        dyno(&["bench", "--duration", "1s", "--warmup", "0s", "--contenders", "axum"]);
    command.args(["--driver", "wrk"]);
    command.args(["--connections", "12", "--threads", "2"]);
    command.args(["--scenarios", "validate", "--rounds", rounds, "--port", &port.to_string()]);
    command.arg("--out").arg(out);
    command
}

/// The statuses and reasons after a campaign in which something was done to wrk.
fn with_faulty_wrk(script: &str) -> Vec<Row> {
    let folder = TempDir::new().unwrap();
    let (port, out) = (free_port(), folder.path().join("campaign"));
    let wrk = with_wrk(folder.path(), script);
    let ended = run(axum("2", port, &out).env("DYNO_WRK", wrk));
    assert_eq!(ended.code, Some(12), "{ended:?}");
    assert_eq!(leftovers(port), [""; 0]);
    samples(&out)
}

#[test]
fn a_wrk_whose_output_is_cut_short_fails_each_trial() {
    for sample in with_faulty_wrk("\"$wrk\" \"$@\" | head -c 150") {
        is(&sample, "failed", "cut short");
    }
}

#[test]
fn a_clock_that_is_set_during_the_window_loses_the_trial_and_it_is_measured_again_after_the_others()
{
    // wrk reads the clock of the day at both ends; nobody else's clock is touched here. The first window is too short,
    // the second too long, and the others are as they were.
    let script = r#"
"$wrk" "$@"
case "$*" in *-d*) ;; *) exit ;; esac
echo >>"$0.windows"
case "$(wc -l <"$0.windows")" in 1) us=400000 ;; 2) us=61000000 ;; *) exit ;; esac
sed -i "s/\"duration_us\":[0-9.e+]*/\"duration_us\":$us/" "$DYNO_WRK_RESULT""#;
    let folder = TempDir::new().unwrap();
    let (port, out) = (free_port(), folder.path().join("campaign"));
    let wrk = with_wrk(folder.path(), script);
    let mut command = axum("1", port, &out);
    let ended = run(command.args(["--contenders", "actix-web"]).env("DYNO_WRK", wrk));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let samples = samples(&out);
    let order: Vec<[&str; 2]> =
        samples.iter().map(|row| [&*row["attempt"], &*row["status"]]).collect();
    assert_eq!(order, [["1", "lost"], ["1", "lost"], ["2", "ok"], ["2", "ok"]], "{samples:?}");
    for sample in &samples[..2] {
        is(sample, "lost", "the clock was set meanwhile");
    }
    assert_ne!(samples[0]["contender"], samples[1]["contender"]);
}

#[test]
fn a_wrk_that_is_killed_loses_each_trial() {
    let script = "case \"$*\" in *-d*) sleep 0.3; kill -KILL $$;; *) exec \"$wrk\" \"$@\";; esac";
    for sample in with_faulty_wrk(script) {
        is(&sample, "lost", "somebody killed or stopped wrk");
    }
}

#[test]
fn a_wrk_that_crashes_fails_each_trial() {
    let script = "case \"$*\" in *-d*) sleep 0.3; kill -SEGV $$;; *) exec \"$wrk\" \"$@\";; esac";
    for sample in with_faulty_wrk(script) {
        is(&sample, "failed", "wrk failed");
    }
}

#[test]
fn a_wrk_that_goes_away_half_way_fails_what_is_left() {
    let script = "\"$wrk\" \"$@\"; case \"$*\" in *-d*) rm -- \"$0\";; esac";
    let samples = with_faulty_wrk(script);
    is(&samples[0], "ok", "");
    is(&samples[1], "failed", "wrk");
}

#[test]
fn a_port_that_is_taken_between_trials_loses_those_trials_only() {
    let folder = TempDir::new().unwrap();
    let (port, out) = (free_port(), folder.path().join("campaign"));
    let child =
        axum("4", port, &out).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_until("a sample", || rows(&out) >= 1);
    let mut taken = None;
    wait_until("the port", || {
        taken = TcpListener::bind(("127.0.0.1", port)).ok();
        taken.is_some() || rows(&out) >= 4
    });
    let before = rows(&out);
    wait_until("a failed trial", || rows(&out) > before || rows(&out) >= 4);
    drop(taken);
    let ended = child.wait_with_output().unwrap();
    let samples = samples(&out);
    assert!(samples.len() >= 4, "{ended:?}");
    let lost: Vec<&Row> = samples.iter().filter(|row| row["status"] == "lost").collect();
    for row in &lost {
        is(row, "lost", "already in use by process");
    }
    assert!(lost.len() < samples.len());
}

#[test]
fn too_few_open_files_are_told_before_the_start() {
    let folder = TempDir::new().unwrap();
    let mut command = Command::new("prlimit");
    command.args(["--nofile=128:128", env!("CARGO_BIN_EXE_dyno"), "bench", "--contenders", "axum"]);
    command.arg("--out").arg(folder.path().join("campaign")).current_dir(root());
    let ended = run(command.env("DYNO_LOCK", "test-files"));
    assert_eq!(ended.code, Some(9), "{ended:?}");
    assert!(ended.error().contains("ulimit -n 304"), "{ended:?}");
}

#[test]
fn a_full_disk_stops_the_campaign_and_loses_nothing_that_was_measured() {
    let may = Command::new("unshare").args(["--user", "--map-root-user", "true"]).status();
    assert!(may.unwrap().success(), "this test wants user namespaces: allow them to this user");
    let folder = TempDir::new().unwrap();
    let port = free_port();
    let script = format!(
        "mount -t tmpfs -o size=160k tmpfs {0} && {1} bench --even-if-busy --duration 1s --warmup 0s --contenders axum \
         --scenarios validate --driver wrk --connections 12 --threads 2 --rounds 40 --port {port} \
         --out {0}/campaign; code=$?; cp {0}/campaign/samples.csv {0}.csv; exit $code",
        folder.path().join("disk").display(),
        env!("CARGO_BIN_EXE_dyno"),
    );
    fs::create_dir(folder.path().join("disk")).unwrap();
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", &script]).current_dir(root());
    command.env("DYNO_MATRIX", &*MATRIX).env("DYNO_LOCK", format!("test-disk-{port}"));
    let ended = run(&mut command);
    assert!(!matches!(ended.code, Some(0) | None), "{ended:?}");
    assert!(ended.stderr.contains("No space left"), "{ended:?}");
    let text = fs::read_to_string(folder.path().join("disk.csv")).unwrap();
    assert!(text.matches('\n').count() >= 2, "{text}");
    assert_eq!(leftovers(port), [""; 0]);
}
