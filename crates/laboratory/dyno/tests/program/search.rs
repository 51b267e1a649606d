//! Searches for a capacity, by a server whose capacity is known: what they keep, how they go on after an interruption, and
//! what becomes of them when something goes wrong.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::user::{
    Ended, behind, dyno, free_port, leftovers, root, run, samples, unwrapped, wait_until,
};

/// A matrix with an objective and one contender, whose words follow those that listen.
fn matrix(before: &[&str], words: &str) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let exchanges = root().join("crates/study/server-planted/queue.toml");
    fs::copy(exchanges, folder.path().join("queue.toml")).unwrap();
    let server = Path::new(env!("CARGO_BIN_EXE_dyno")).with_file_name("server-planted");
    let server = server.display().to_string();
    let command = [&*server, "--listen", "{listen}"];
    let words: Vec<&str> =
        { before.iter().copied() }.chain(command).chain(words.split_whitespace()).collect();
    let text = format!(
        "ready = \"/healthz\"\n\
         [decision]\nobjective = \"Find it.\"\nmargin = 0.05\ntie_breaker = \"peak_rss_tree_kb\"\n\
         [[decision.criterion]]\nscenario = \"queue\"\nmetric = \"capacity_per_s\"\nweight = 1\n\
         [load]\nconnections = 120\nthreads = 12\nduration = \"1s\"\nwarmup = \"1s\"\nrounds = 1\n\
         [[scenario]]\nname = \"queue\"\nexchanges = \"queue.toml\"\nobjective = {{ p99 = \"50ms\" }}\narrivals = \"even\"\n\
         [[contender]]\nname = \"queue\"\nstack = \"\"\nrun = {words:?}\n"
    );
    let file = folder.path().join("dyno.toml");
    fs::write(&file, text).unwrap();
    (folder, file)
}

/// The search of that matrix; its campaign is beside it.
fn searching(matrix: &Path, port: u16) -> (Command, PathBuf) {
    let out = matrix.with_file_name("campaign");
    let mut command = dyno(&["bench", "--port", &port.to_string(), "--out"]);
    command.arg(&out).env("DYNO_MATRIX", matrix);
    (command, out)
}

fn searched(before: &[&str], words: &str) -> (TempDir, PathBuf, Ended) {
    let (folder, matrix) = matrix(before, words);
    let port = free_port();
    let (mut command, out) = searching(&matrix, port);
    let ended = run(&mut command);
    assert_eq!(leftovers(port), [""; 0]);
    (folder, out, ended)
}

type Row = BTreeMap<String, String>;

fn probes(campaign: &Path) -> Vec<Row> {
    let Ok(mut reader) = csv::Reader::from_path(campaign.join("probes.csv")) else {
        return Vec::new();
    };
    // The last row may be cut short.
    reader.deserialize().map_while(Result::ok).collect()
}

/// The one sample of a campaign.
fn sample(campaign: &Path) -> Row {
    let mut samples = samples(campaign);
    assert_eq!(samples.len(), 1, "{samples:?}");
    samples.remove(0)
}

/// The sample is the window that confirmed the answer.
fn is_confirmed(campaign: &Path) {
    let (sample, probes) = (sample(campaign), probes(campaign));
    let number = |row: &Row, column: &str| row[column].parse::<f64>().unwrap();
    let is_at = |probe: &&Row| (number(&sample, "rate") - number(probe, "rate")).abs() < 0.001;
    let is_sample = |probe: &&Row| sample["p99_us"] == probe["p99_us"];
    let confirming = probes.iter().filter(is_at).find(is_sample).unwrap();
    let above = number(&sample, "capacity_per_s") / number(confirming, "rate") - 1.0;
    assert!((-0.001..0.051).contains(&above), "{sample:?}");
    assert_eq!((&*confirming["confirms"], &*confirming["passed"]), ("true", "true"), "{probes:?}");
    assert_eq!((&*sample["status"], &*sample["limiter"]), ("ok", ""), "{sample:?}");
}

#[test]
fn a_search_keeps_every_probe_and_its_sample_is_the_one_that_confirmed_the_answer() {
    let (_folder, out, ended) = searched(&[], "--queue-service-us 2000");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    is_confirmed(&out);
    let sample = sample(&out);
    assert!(!sample["idle_cpu_share"].is_empty() && sample["checked_answers"] != "0", "{sample:?}");
    let trial = out.join(&sample["folder"]);
    let files = fs::read_dir(trial).unwrap().map(|file| file.unwrap().file_name());
    let files: BTreeSet<String> = files.map(|name| name.into_string().unwrap()).collect();
    let histograms = probes(&out).len();
    let histograms = (1..=histograms).map(|number| format!("probe-{number:02}.hlog"));
    let others = ["dyno.json", "dyno.txt", "processes.json", "server.log", "time.txt"];
    assert_eq!(files, histograms.chain(others.map(str::to_owned)).collect());
}

#[test]
fn an_interrupted_search_goes_on_behind_its_probes() {
    let (_folder, matrix) = matrix(&[], "--queue-service-us 2000");
    let port = free_port();
    let (mut command, out) = searching(&matrix, port);
    let mut kept: Vec<Row> = Vec::new();
    let environment = || -> Value {
        serde_json::from_slice(&fs::read(out.join("environment.json")).unwrap()).unwrap()
    };
    let mut begun = None;
    for signal in [Signal::INT, Signal::KILL] {
        let mut child = started(&mut command);
        wait_until("two more probes", || probes(&out).len() >= kept.len() + 2);
        kill_process(Pid::from_child(&child), signal).unwrap();
        child.wait().unwrap();
        wait_until("everything has ended", || leftovers(port).is_empty());
        let now = probes(&out);
        assert_eq!(now[..kept.len()], kept);
        kept = now;
        begun.get_or_insert_with(environment);
        command = dyno(&["bench", "--resume"]);
        command.arg(&out).env("DYNO_MATRIX", &matrix);
    }
    let ended = run(&mut command);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    is_confirmed(&out);
    assert_eq!(Some(environment()), begun, "the driver's ceiling is that of the beginning");
    let ceiling = environment()["driver_ceiling_per_s"].as_f64();
    assert!(ceiling.is_some_and(|ceiling| ceiling > 500.0), "more than the queue: {ceiling:?}");
    let document = fs::read_to_string(out.join("decision.md")).unwrap();
    assert!(document.contains("| driver's ceiling |"), "{document}");
    let all = probes(&out);
    assert_eq!(all[..kept.len()], kept);
    let numbers: BTreeSet<&str> = all.iter().map(|probe| &*probe["number"]).collect();
    assert_eq!(numbers.len(), all.len(), "{all:?}");
}

fn started(command: &mut Command) -> Child {
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn a_server_that_dies_in_a_probe_fails_and_its_probes_stay() {
    let (_folder, out, ended) =
        searched(&["timeout", "-s", "KILL", "5"], "--queue-service-us 2000");
    assert_eq!(ended.code, Some(12), "{ended:?}");
    let sample = sample(&out);
    assert_eq!(sample["status"], "failed");
    assert!(sample["reason"].contains("the server exited during the window at"), "{sample:?}");
    assert!(!probes(&out).is_empty());
}

#[test]
fn a_server_that_never_meets_the_objective_is_excluded_with_the_rate_at_which_it_was_last_tried() {
    let (_folder, out, ended) = searched(&[], "--queue-service-us 100000");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let sample = sample(&out);
    assert_eq!((&*sample["status"], &*sample["capacity_per_s"]), ("ok", ""), "{sample:?}");
    assert_eq!(sample["rate"], "1.0");
    let document = fs::read_to_string(out.join("decision.md")).unwrap();
    let reason = "it missed the objective even at 1 request/s, the lowest rate tried";
    assert!(unwrapped(&document).contains(reason), "{document}");
}

#[test]
fn a_server_that_refuses_what_is_too_much_misses_the_objective_and_is_not_wrong() {
    let (_folder, matrix) = matrix(&[], "--queue-service-us 2000 --queue-limit 5");
    let (mut command, out) = searching(&matrix, free_port());
    let ended = run(command.arg("--quick"));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    is_confirmed(&out);
    let probes = probes(&out);
    assert!(probes.iter().any(|probe| probe["fault"].contains("status 503")), "{probes:?}");
}

#[test]
fn a_reference_contender_is_searched_whatever_it_answers() {
    let (folder, matrix) = matrix(&[], "--queue-service-us 2000");
    let exchanges = folder.path().join("queue.toml");
    let text = fs::read_to_string(&exchanges).unwrap();
    fs::write(&exchanges, text.replace("status = 200", "status = 204")).unwrap();
    let text = fs::read_to_string(&matrix).unwrap();
    fs::write(&matrix, text + "reference = true\n").unwrap();
    let (mut command, out) = searching(&matrix, free_port());
    let ended = run(command.args(["--quick", "--contenders", "queue"]));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    is_confirmed(&out);
}

#[test]
fn a_rate_above_what_ports_allow_is_a_lower_bound() {
    // A network of its own, with so few ports that a hundred requests under way have none.
    let (_folder, matrix) = matrix(&[], "--queue-workers 1000 --queue-service-us 15000");
    let (command, out) = searching(&matrix, free_port());
    let network = "ip link set lo up && echo 40000 40040 >/proc/sys/net/ipv4/ip_local_port_range && exec \"$@\"";
    let ended = run(&mut behind(&["unshare", "-rn", "sh", "-c", network, "sh"], &command));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let sample = sample(&out);
    assert_eq!((&*sample["status"], &*sample["capacity_at_least"]), ("ok", "true"), "{sample:?}");
    assert!(probes(&out).iter().any(|probe| probe["fault"].contains("no free port")));
    assert!(ended.stdout.contains("capacity ≥"), "{ended:?}");
}
