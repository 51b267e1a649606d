//! Faults of the laboratory and of the machine, planted for real: nothing is measured, or the trial is lost, with a
//! reason that a person understands, and no contender is blamed.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
};

use tempfile::TempDir;

use crate::{
    faults::{Row, is},
    user::{Ended, MATRIX, dyno, free_port, leftovers, root, rows, run, samples, wait_until},
};

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

/// The rows of a campaign in which something was done to wrk.
fn with_faulty_wrk(rounds: &str, script: &str) -> Vec<Row> {
    let folder = TempDir::new().unwrap();
    let (port, out) = (free_port(), folder.path().join("campaign"));
    let wrk = with_wrk(folder.path(), script);
    let ended = run(axum(rounds, port, &out).env("DYNO_WRK", wrk));
    assert_eq!(ended.code, Some(12), "{ended:?}");
    assert_eq!(leftovers(port), [""; 0]);
    samples(&out)
}

#[test]
fn a_wrk_whose_output_is_cut_short_loses_each_trial() {
    for sample in with_faulty_wrk("1", "\"$wrk\" \"$@\" | head -c 150") {
        is(&sample, "lost", "cut short");
    }
}

#[test]
fn a_wrk_that_takes_more_memory_than_any_driver_needs_loses_each_trial() {
    let python = "exec python3 -c 'b\"x\" * (1100 << 20); import time; time.sleep(9)'";
    let script = format!("case \"$*\" in *-d*) {python};; *) exec \"$wrk\" \"$@\";; esac");
    for sample in with_faulty_wrk("1", &script) {
        is(&sample, "lost", "MiB of memory, more than its limit");
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
    for sample in with_faulty_wrk("1", script) {
        is(&sample, "lost", "somebody killed or stopped wrk");
    }
}

#[test]
fn a_wrk_that_crashes_loses_each_trial() {
    let script = "case \"$*\" in *-d*) sleep 0.3; kill -SEGV $$;; *) exec \"$wrk\" \"$@\";; esac";
    for sample in with_faulty_wrk("1", script) {
        is(&sample, "lost", "wrk failed");
    }
}

#[test]
fn a_wrk_that_goes_away_half_way_loses_what_is_left() {
    let script = "\"$wrk\" \"$@\"; case \"$*\" in *-d*) rm -- \"$0\";; esac";
    let samples = with_faulty_wrk("2", script);
    is(&samples[0], "ok", "");
    is(&samples[1], "lost", "wrk");
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

/// Runs a script as the root of a user namespace of its own, with a small file system for its `$disk`.
fn with_disk(size: &str, port: u16, script: &str) -> Ended {
    let may = Command::new("unshare").args(["--user", "--map-root-user", "true"]).status();
    assert!(may.unwrap().success(), "this test wants user namespaces: allow them to this user");
    let disk = TempDir::new().unwrap();
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c"]);
    command.arg(format!("mount -t tmpfs -o size={size} tmpfs \"$disk\" && {{ {script}\n}}"));
    command.env("disk", disk.path()).current_dir(root());
    command.env("dyno", env!("CARGO_BIN_EXE_dyno")).env("port", port.to_string());
    command.env("DYNO_MATRIX", &*MATRIX).env("DYNO_LOCK", format!("test-disk-{port}"));
    run(&mut command)
}

#[test]
fn a_full_disk_stops_the_campaign_and_loses_nothing_that_was_measured() {
    let (folder, port) = (TempDir::new().unwrap(), free_port());
    let kept = folder.path().join("samples.csv");
    let script = format!(
        "\"$dyno\" bench --even-if-busy --duration 1s --warmup 0s --contenders axum \
         --scenarios validate --driver wrk --connections 12 --threads 2 --rounds 40 --port $port \
         --out \"$disk/campaign\"; code=$?; cp \"$disk/campaign/samples.csv\" {}; exit $code",
        kept.display()
    );
    // The requests of the exchanges take 260 KiB, a trial about 40.
    let ended = with_disk("420k", port, &script);
    assert!(!matches!(ended.code, Some(0) | None), "{ended:?}");
    assert!(ended.stderr.contains("No space left"), "{ended:?}");
    let text = fs::read_to_string(kept).unwrap();
    assert!(text.matches('\n').count() >= 2, "{text}");
    assert_eq!(leftovers(port), [""; 0]);
}

#[test]
fn a_full_folder_for_temporary_files_loses_trials_and_blames_nobody() {
    let (folder, port) = (TempDir::new().unwrap(), free_port());
    let out = folder.path().join("campaign");
    // From the first sample to the second nothing can be written there.
    let script = format!(
        "samples={}/samples.csv\n\
         await() {{ until [ \"$(wc -l <\"$samples\" 2>/dev/null || echo 0)\" -gt \"$1\" ]; do sleep 0.02; done; }}\n\
         TMPDIR=\"$disk\" \"$dyno\" bench --even-if-busy --duration 1s --warmup 1s --contenders axum --driver dyno \
         --scenarios validate --connections 12 --threads 2 --rounds 2 --port $port --out \"${{samples%/*}}\" &\n\
         await 1; cat /dev/zero >\"$disk/fill\" 2>/dev/null; await 2; rm \"$disk/fill\"; wait $!",
        out.display()
    );
    let ended = with_disk("8m", port, &script);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let statuses: Vec<String> = samples(&out).iter().map(|row| row["status"].clone()).collect();
    assert_eq!(statuses.first().map(String::as_str), Some("ok"), "{statuses:?}");
    assert!(statuses.contains(&"lost".to_owned()), "{statuses:?}");
    assert!(statuses.iter().all(|status| status == "ok" || status == "lost"), "{statuses:?}");
    assert_eq!(leftovers(port), [""; 0]);
}
