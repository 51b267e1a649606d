//! Whatever ends dyno: nothing keeps running, nothing measured is lost, and the campaign goes on where it stood.

use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::Write,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::user::{dyno, ended, free_port, is_free, leftovers, rows, run, samples, wait_until};

/// A campaign of short trials of one Rust contender.
fn short_campaign(rounds: &str, port: u16, out: &Path) -> Command {
    let mut command =
        dyno(&["bench", "--duration", "1s", "--warmup", "0s", "--contenders", "axum"]);
    command.args(["--driver", "wrk"]);
    command.args(["--connections", "12", "--threads", "2"]);
    command.args(["--rounds", rounds, "--port", &port.to_string(), "--out"]).arg(out);
    command
}

fn started(command: &mut Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn send(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

fn nothing_is_left(port: u16) {
    wait_until("everything has ended", || leftovers(port).is_empty() && is_free(port));
}

#[test]
fn an_interrupted_campaign_keeps_its_samples_and_says_how_to_go_on() {
    let (port, folder) = (free_port(), TempDir::new().unwrap());
    let out = folder.path().join("campaign");
    let child = started(&mut short_campaign("3", port, &out));
    wait_until("a sample", || rows(&out) >= 1);
    // Somewhere in the second trial.
    thread::sleep(Duration::from_millis(700));
    send(&child, Signal::INT);
    let ended = ended(&child.wait_with_output().unwrap());
    assert_eq!(ended.code, Some(130), "{ended:?}");
    assert!(ended.error().contains("interrupted"), "{ended:?}");
    assert!(ended.stdout.contains(&format!("dyno bench --resume {}", out.display())), "{ended:?}");
    assert_eq!(leftovers(port), [""; 0]);
    assert!(is_free(port) && rows(&out) >= 1);
}

#[test]
fn a_second_signal_ends_dyno_at_once_and_still_nothing_is_left() {
    let (port, folder) = (free_port(), TempDir::new().unwrap());
    let out = folder.path().join("campaign");
    let mut child = started(&mut short_campaign("3", port, &out));
    wait_until("a sample", || rows(&out) >= 1);
    send(&child, Signal::TERM);
    send(&child, Signal::TERM);
    child.wait().unwrap();
    nothing_is_left(port);
}

#[test]
fn dyno_killed_at_thirty_moments_loses_nothing_and_leaves_nothing() {
    let (port, folder) = (free_port(), TempDir::new().unwrap());
    let out = folder.path().join("campaign");
    let mut moments = ChaCha8Rng::seed_from_u64(30);
    let mut child = started(&mut short_campaign("4", port, &out));
    wait_until("the plan", || out.join("samples.csv").exists());
    for _ in 0..30 {
        thread::sleep(Duration::from_millis(moments.random_range(0..2000)));
        let _ended_already = kill_process(Pid::from_child(&child), Signal::KILL);
        child.wait().unwrap();
        nothing_is_left(port);
        child = started(dyno(&["bench", "--resume"]).arg(&out));
    }
    child.wait().unwrap();
    let ended = run(dyno(&["bench", "--resume"]).arg(&out));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let mut cells: BTreeMap<(String, String), usize> = BTreeMap::new();
    for sample in samples(&out) {
        // A busy machine may have needed a longer window, which the campaign then has too.
        if !sample["next_window_s"].is_empty() {
            continue;
        }
        assert_eq!(sample["status"], "ok", "{sample:?}");
        *cells.entry((sample["round"].clone(), sample["scenario"].clone())).or_default() += 1;
    }
    assert_eq!(cells.len(), 8);
    assert!(cells.values().all(|&count| count == 1), "{cells:?}");
    nothing_is_left(port);
}

#[test]
fn a_torn_row_is_no_sample_and_is_measured_again() {
    let (port, folder) = (free_port(), TempDir::new().unwrap());
    let out = folder.path().join("campaign");
    assert_eq!(run(&mut short_campaign("1", port, &out)).code, Some(0));
    let path = out.join("samples.csv");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, &text[..text.len() - 40]).unwrap();
    assert_eq!(run(dyno(&["report"]).arg(&out)).code, Some(0));
    let ended = run(dyno(&["bench", "--resume"]).arg(&out));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    // Without windows that a busy machine made too short.
    let samples = samples(&out);
    let counting = samples.iter().filter(|sample| sample["next_window_s"].is_empty());
    let scenarios: Vec<_> = counting.map(|sample| sample["scenario"].clone()).collect();
    assert_eq!(scenarios.len(), 2, "{scenarios:?}");
    assert_ne!(scenarios[0], scenarios[1]);
}

#[test]
fn a_campaign_is_not_resumed_with_another_matrix_or_on_another_machine() {
    let (port, folder) = (free_port(), TempDir::new().unwrap());
    let out = folder.path().join("campaign");
    assert_eq!(run(&mut short_campaign("1", port, &out)).code, Some(0));
    let changed = |file: &str, from: &str, to: &str, word: &str| {
        let path = out.join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from} is not in {text}");
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
        let ended = run(dyno(&["bench", "--resume"]).arg(&out));
        assert_eq!(ended.code, Some(14), "{ended:?}");
        assert!(ended.error().contains(word), "{ended:?}");
        fs::write(&path, text).unwrap();
    };
    changed(
        "plan.json",
        "\"matrix_sha256\": \"",
        "\"matrix_sha256\": \"0",
        "dyno.toml has changed",
    );
    changed("plan.json", "rules.jsonl", "ruled.jsonl", "the exchanges have changed");
    changed("environment.json", "\"processors\": ", "\"processors\": 9", "another machine");
    changed("environment.json", "\"axum\": \"server-axum", "\"axum\": \"server-axiom", "axum");
}

#[test]
fn a_second_campaign_on_the_machine_is_refused_with_the_first_ones_folder() {
    let (port, folder) = (free_port(), TempDir::new().unwrap());
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    let child = started(short_campaign("2", port, &first).env("DYNO_LOCK", "test-two"));
    wait_until("a sample", || rows(&first) >= 1);
    let ended = run(short_campaign("1", free_port(), &second).env("DYNO_LOCK", "test-two"));
    assert_eq!(ended.code, Some(13), "{ended:?}");
    assert!(ended.error().contains(&*first.to_string_lossy()), "{ended:?}");
    assert!(ended.error().contains(&format!("process {}", child.id())), "{ended:?}");
    assert!(!second.exists());
    let first = child.wait_with_output().unwrap();
    assert!(first.status.success(), "{first:?}");
}

#[test]
fn a_folder_that_cannot_be_written_is_told() {
    // A file where the folder should be: that stops root too.
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    OpenOptions::new().create(true).append(true).open(&file).unwrap().write_all(b"x").unwrap();
    let ended = run(&mut short_campaign("1", free_port(), &file.join("campaign")));
    assert_eq!(ended.code, Some(10), "{ended:?}");
    assert!(ended.error().contains("--out"), "{ended:?}");
}
