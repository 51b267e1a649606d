//! A stranger's folder cannot hurt: whatever is in it, each command refuses it with a sentence, in
//! time, and touches nothing outside.

use std::{
    fs::{self, File},
    os::unix::fs::symlink,
    path::Path,
    process::Stdio,
    thread,
};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::{
    reference::{change_samples, copy, original},
    user::{MATRIX, dyno, ended, wait_until},
};

/// What the commands must never show or touch.
const SECRET: &str = "a secret outside";

/// What a stranger did to a campaign; the second folder is outside.
type Attack = fn(&Path, &Path);

/// What is done, which commands meet it, and what each says.
const ATTACKS: [(&str, Attack, &[&str], &str); 15] = [
    ("a command in the plan", other_command, &["resume"], "is not the one of dyno.toml"),
    ("an address in the plan", other_address, &["resume"], "loopback"),
    ("a name that leads out", |it, _| set(it, "contender", "../../x"), ALL, "lower-case letters"),
    ("a name in the plan", name_in_plan, ALL, "lower-case letters"),
    ("a name that steers", |it, _| set(it, "scenario", "\u{1b}[2J"), ALL, "lower-case letters"),
    ("an absolute folder", |it, _| set(it, "folder", "/etc"), ALL, "does not lie below"),
    ("a folder above", |it, _| set(it, "folder", "trials/../.."), ALL, "does not lie below"),
    ("figures that differ", |it, _| set(it, "requests", "1"), ALL, "contradicts itself"),
    ("a request more than there were", request_more, READERS, "and its"),
    ("trials elsewhere", linked_trials, READERS, "symbolic link"),
    (
        "a plan elsewhere",
        |it, out| link(&out.join("secret"), &it.join("plan.json")),
        ALL,
        "symbolic link",
    ),
    (
        "endless samples",
        |it, _| link(Path::new("/dev/zero"), &it.join("samples.csv")),
        ALL,
        "symbolic link",
    ),
    ("a pipe for samples", |it, _| pipe(&it.join("samples.csv")), ALL, "no regular file"),
    ("a pipe in a trial", pipe_in_trial, READERS, "no regular file"),
    ("a huge environment", |it, _| huge(&it.join("environment.json")), ALL, "larger than"),
];
const ALL: &[&str] = &["report", "watch", "compare", "resume"];
/// Those that read the raw output of the trials too.
const READERS: &[&str] = &["report", "watch"];

#[test]
fn each_attack_is_refused_with_a_sentence_and_touches_nothing_outside() {
    thread::scope(|scope| {
        for (what, attack, commands, words) in ATTACKS {
            scope.spawn(move || try_attack(what, attack, commands, words));
        }
    });
}

fn try_attack(what: &str, attack: Attack, commands: &[&str], words: &str) {
    let ((_folder, campaign), outside) = (copy(), TempDir::new().unwrap());
    fs::write(outside.path().join("secret"), SECRET).unwrap();
    attack(&campaign, outside.path());
    for command in commands {
        let error = refused(command, &campaign);
        assert!(error.contains(words), "{what}, {command}: {error}");
        assert!(!error.contains(SECRET), "{what}, {command}: {error}");
        assert!(!error.contains('\u{1b}'), "{what}, {command}: {error}");
    }
    let left: Vec<_> = fs::read_dir(outside.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "{what}: {left:?}");
    assert_eq!(fs::read_to_string(outside.path().join("secret")).unwrap(), SECRET, "{what}");
}

/// Runs a command on a campaign and expects that it ends with an error.
fn refused(command: &str, campaign: &Path) -> String {
    let mut run = match command {
        "report" => dyno(&["report"]),
        "watch" => dyno(&["report", "--serve", "--port", "0"]),
        "compare" => dyno(&["compare"]),
        _ => dyno(&["bench", "--resume"]),
    };
    run.arg(campaign).stdout(Stdio::piped()).stderr(Stdio::piped());
    if command == "compare" {
        run.arg(original());
    }
    let mut child = run.spawn().unwrap();
    wait_until(command, || child.try_wait().unwrap().is_some());
    let ended = ended(&child.wait_with_output().unwrap());
    assert!(matches!(ended.code, Some(10 | 14)), "{command}: {ended:?}");
    ended.error().to_owned()
}

fn set(campaign: &Path, column: &str, value: &str) {
    change_samples(campaign, |row, place| {
        if row[place("status")] == "ok" {
            value.clone_into(&mut row[place(column)]);
        }
    });
}

/// Too little to contradict the rate beside it.
fn request_more(campaign: &Path, _: &Path) {
    change_samples(campaign, |row, place| {
        let requests = row[place("requests")].parse().unwrap_or(0);
        if row[place("status")] == "ok" && requests > 100_000 {
            row[place("requests")] = (requests + 1).to_string();
        }
    });
}

/// Changes the plan, which then claims to be made of the matrix at hand.
fn change_plan(campaign: &Path, change: impl Fn(&mut Value)) {
    let file = campaign.join("plan.json");
    let mut plan: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    plan["matrix_sha256"] = hex::encode(Sha256::digest(fs::read(&*MATRIX).unwrap())).into();
    change(&mut plan);
    fs::write(file, plan.to_string()).unwrap();
}

fn other_command(campaign: &Path, outside: &Path) {
    let touch = json!(["touch", outside.join("touched")]);
    change_plan(campaign, |plan| {
        plan["contenders"][0]["build"] = touch.clone();
        plan["contenders"][0]["version"] = touch.clone();
    });
}

fn other_address(campaign: &Path, _: &Path) {
    change_plan(campaign, |plan| plan["listen"] = "192.0.2.1:80".into());
}

fn name_in_plan(campaign: &Path, _: &Path) {
    change_plan(campaign, |plan| plan["contenders"][0]["name"] = "../../x".into());
}

fn link(to: &Path, from: &Path) {
    fs::remove_file(from).unwrap();
    symlink(to, from).unwrap();
}

fn linked_trials(campaign: &Path, outside: &Path) {
    fs::remove_dir_all(campaign.join("trials")).unwrap();
    symlink(outside, campaign.join("trials")).unwrap();
}

fn pipe(at: &Path) {
    fs::remove_file(at).unwrap();
    mknodat(CWD, at, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
}

fn pipe_in_trial(campaign: &Path, _: &Path) {
    let trial = fs::read_dir(campaign.join("trials")).unwrap().flatten();
    let result = trial.map(|entry| entry.path().join("dyno.json")).find(|file| file.is_file());
    pipe(&result.unwrap());
}

fn huge(at: &Path) {
    File::create(at).unwrap().set_len(1 << 40).unwrap();
}
