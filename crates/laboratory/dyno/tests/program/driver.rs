//! dyno's own driver: the same scripts as wrk, the same counts, and in campaigns beside it.

use std::{
    collections::BTreeSet,
    fs,
    io::Read,
    path::Path,
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use campaign::driver_output::DriverResult;
use exchange::{MadeFiles, mix::Mix, play};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use test_server::{OK, Server};

use crate::user::{dyno, free_port, leftovers, root, run, samples, wait_until};

/// A server that keeps what it is asked, and what it kept.
fn recorder() -> (Server, Arc<Mutex<BTreeSet<String>>>) {
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let log = Arc::clone(&seen);
    let server = Server::start(move |mut peer| {
        while let Some(request) = peer.request() {
            log.lock().unwrap().insert(in_order(&request));
            if !peer.send(OK) {
                return;
            }
        }
    });
    (server, seen)
}

/// A request with its header fields sorted: Lua has them in any order.
fn in_order(request: &[u8]) -> String {
    let text = String::from_utf8_lossy(request);
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<&str> = head.split("\r\n").collect();
    lines[1..].sort_unstable();
    format!("{}\n\n{body}", lines.join("\n"))
}

fn both(words: &[&str]) -> [Command; 2] {
    let mut own = dyno(&["drive"]);
    let mut wrk = Command::new("wrk");
    for command in [&mut own, &mut wrk] {
        command.args(["-c4", "-t2", "-d1s"]).args(words);
    }
    [own, wrk]
}

/// What a script saw and what the server got, under both drivers.
fn compared(
    script: Option<&str>,
    words: &[&str],
    arguments: &[&str],
) -> [(String, Vec<String>); 2] {
    let folder = TempDir::new().unwrap();
    both(words).map(|mut command| {
        let (server, seen) = recorder();
        let report = folder.path().join("report");
        let _none_yet = fs::remove_file(&report);
        if let Some(script) = script {
            command
                .arg("-s")
                .arg(root().join("crates/laboratory/dyno/tests/program/scripts").join(script));
        }
        // The port differs, and what is compared must not.
        let url = format!("http://{}/path?query", server.address);
        command.arg(&url).arg("--").args(arguments).env("REPORT", &report);
        let ended = run(&mut command);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let plain = |text: &str| text.replace(&server.address.to_string(), "ADDRESS");
        let seen = seen.lock().unwrap().iter().map(|request| plain(request)).collect();
        (plain(&fs::read_to_string(report).unwrap_or_default()), seen)
    })
}

fn same(script: Option<&str>, words: &[&str], arguments: &[&str]) -> (String, Vec<String>) {
    let [own, wrk] = compared(script, words, arguments);
    assert_eq!(own, wrk);
    own
}

#[test]
fn without_a_script_both_drivers_ask_for_the_same() {
    let (_, requests) = same(None, &["-H", "X-Name: value"], &[]);
    assert_eq!(requests, ["GET /path?query HTTP/1.1\nHost: ADDRESS\nX-Name: value\n\n"]);
}

#[test]
fn scripts_see_the_same_threads_arguments_and_answers() {
    let (report, requests) = same(Some("threads.lua"), &[], &["one", "two"]);
    assert!(report.starts_with("1 1 one two 200 2 ok true\n2 2 one two "), "{report}");
    assert!(report.ends_with("loaded before setup\ntrue\n"), "{report}");
    assert_eq!(requests.len(), 4, "two paths of two threads: {requests:?}");
}

#[test]
fn scripts_see_the_same_table_and_figures() {
    let (report, requests) = same(Some("figures.lua"), &[], &[]);
    assert!(!report.contains("false"), "{report}");
    assert_eq!(requests.len(), 1);
    assert!(requests[0].ends_with("X-Name: value\n\na body"), "{requests:?}");
}

#[test]
fn wrk_counts_what_is_served_but_for_what_is_under_way() {
    let server = Server::answering(OK);
    let folder = TempDir::new().unwrap();
    let result = folder.path().join("result.json");
    let mut wrk = Command::new("wrk");
    fs::write(folder.path().join("a.jsonl"), r#"{"request":"GET /","response":{"status":200}}"#)
        .unwrap();
    let file = exchange::read(folder.path(), "a.jsonl".as_ref(), &MadeFiles::new()).unwrap();
    let script = folder.path().join("a.lua");
    play::write(&file.exchanges, &Mix::new(&file.exchanges).unwrap(), &script).unwrap();
    wrk.args(["-c8", "-t2", "-d1s", "-s"]).arg(script);
    let ended = run(wrk.arg(format!("http://{}", server.address)).env("DYNO_WRK_RESULT", &result));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let result: serde_json::Value = serde_json::from_slice(&fs::read(result).unwrap()).unwrap();
    let counted = result["requests"].as_u64().unwrap();
    wait_until("the server has read everything", || server.served() >= counted);
    assert!((counted..=counted + 8).contains(&server.served()), "{counted}, {}", server.served());
}

#[test]
fn too_few_open_files_are_told_before_the_start() {
    let program = env!("CARGO_BIN_EXE_dyno");
    let script = format!("ulimit -n 100; exec {program} drive -c 120 http://127.0.0.1:1");
    let ended = run(Command::new("sh").args(["-c", &script]));
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.error().contains("ulimit -n"), "{ended:?}");
}

#[test]
fn a_driver_that_was_stopped_reports_the_gap() {
    let server = Server::answering(OK);
    let folder = TempDir::new().unwrap();
    let result = folder.path().join("result.json");
    let mut command = dyno(&["drive", "-c4", "-t2", "-d1s", "--result"]);
    command.arg(&result).arg(format!("http://{}", server.address));
    let mut driver = command.stdout(Stdio::piped()).spawn().unwrap();
    wait_until("the driver drives", || server.served() > 100);
    let pid = Pid::from_child(&driver);
    kill_process(pid, Signal::STOP).unwrap();
    thread::sleep(Duration::from_millis(600));
    kill_process(pid, Signal::CONT).unwrap();
    let mut text = String::new();
    driver.stdout.take().unwrap().read_to_string(&mut text).unwrap();
    assert!(driver.wait().unwrap().success());
    assert!(text.contains("the driver itself stood still for "), "{text}");
    let result: DriverResult = serde_json::from_slice(&fs::read(result).unwrap()).unwrap();
    let gap = result.into_measurement().largest_gap_us.unwrap();
    assert!(gap >= 450_000.0, "{gap} µs");
}

#[test]
fn when_nobody_reads_any_longer_the_driver_ends_without_a_word_and_still_writes_its_result() {
    let server = Server::answering(OK);
    let folder = TempDir::new().unwrap();
    let result = folder.path().join("result.json");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = dyno(&["drive", "-c2", "-d100ms", "--result"]);
    command.arg(&result).arg(format!("http://{}", server.address)).stdout(writer);
    let ended = run(&mut command);
    assert_eq!((ended.code, &*ended.stderr), (Some(0), ""), "{ended:?}");
    assert!(result.exists());
}

#[test]
fn a_full_disk_is_told_with_a_sentence() {
    let server = Server::answering(OK);
    let folder = TempDir::new().unwrap();
    let url = format!("http://{}", server.address);
    let full = || fs::File::options().write(true).open("/dev/full").unwrap();
    let mut text = dyno(&["drive", "-c2", "-d100ms", &url]);
    let ended = run(text.stdout(full()));
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.error().contains("cannot write to standard output"), "{ended:?}");
    for file in [Path::new("/dev/full"), &folder.path().join("none/result.json")] {
        let ended = run(dyno(&["drive", "-c2", "-d100ms", &url, "--result"]).arg(file));
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert!(ended.error().contains(&format!("cannot write {}", file.display())), "{ended:?}");
    }
}

fn campaign(words: &[&str], port: u16, out: &Path) -> Command {
    let mut command = dyno(&["bench", "--contenders", "axum", "--scenarios", "validate"]);
    command.args(["--rounds", "1", "--duration", "1s", "--warmup", "0s"]);
    command.args(["--connections", "12", "--threads", "2", "--port", &port.to_string()]);
    command.args(words).arg("--out").arg(out);
    command
}

#[test]
fn without_wrk_dyno_measures_alone_and_checks_every_status() {
    let (port, folder) = (free_port(), TempDir::new().unwrap());
    let out = folder.path().join("campaign");
    let ended = run(&mut campaign(&["--driver", "dyno"], port, &out));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let samples = samples(&out);
    assert_eq!(samples.len(), 1);
    assert_eq!(samples[0]["driver"], "dyno");
    assert_eq!(samples[0]["checked_statuses"], samples[0]["requests"]);
    let trial = out.join(&samples[0]["folder"]);
    for file in ["dyno.txt", "dyno.json", "dyno.hlog"] {
        assert!(trial.join(file).is_file(), "no {file}");
    }
    assert_eq!(leftovers(port), [""; 0]);
}

#[test]
fn latencies_are_measured_at_one_rate_for_all() {
    let (port, folder) = (free_port(), TempDir::new().unwrap());
    let out = folder.path().join("campaign");
    let words = ["--latency", "--driver", "dyno"];
    run(&mut campaign(&words, port, &out));
    let samples = samples(&out);
    let closed: f64 = samples[0]["requests_per_s"].parse().unwrap();
    let mut rates: Vec<(String, f64)> = samples[1..]
        .iter()
        .map(|sample| (sample["driver"].clone(), sample["rate"].parse::<f64>().unwrap() / closed))
        .collect();
    rates.sort_by(|one, other| one.0.cmp(&other.0));
    let shares = [("dyno-50", 0.5), ("dyno-70", 0.7), ("dyno-90", 0.9)];
    assert_eq!(rates.len(), shares.len());
    for (rate, share) in rates.iter().zip(shares) {
        assert_eq!(rate.0, share.0);
        assert!((rate.1 - share.1).abs() < 1e-3, "{rate:?}");
    }
    let document = fs::read_to_string(out.join("decision.md")).unwrap();
    assert!(document.contains("driven by dyno-90"), "{document}");
}
