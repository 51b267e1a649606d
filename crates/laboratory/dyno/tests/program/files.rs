//! Files that a matrix declares, and bodies as large as they come.

use std::{
    fs,
    path::Path,
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
};

use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::user::{Ended, dyno, free_port, root, run, samples};

/// 10 MiB, and their SHA-256.
const MAKE: &str = "import sys; print(end='made ', file=open('log', 'a')); sys.stdout.buffer.write(bytes(range(256)) * 40960)";
const SHA256: &str = "aecf3c2ab8aca74852bca07b54136cecb3fdafdc35540068ed952c0b89538e0d";

/// A matrix with these exchanges, whose contender answers with what it got, or with the made file.
fn matrix(sha256: &str, exchanges: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let server = root().join("crates/laboratory/dyno/tests/servers/echo.py");
    let matrix = format!(
        r#"
[decision]
objective = "Tell."
margin = 0.05
tie_breaker = "p99_us"
criterion = [{{ scenario = "echo", metric = "p99_us", weight = 1 }}]
[load]
connections = 2
threads = 2
duration = "1s"
warmup = "0s"
rounds = 1
[[file]]
name = "large"
make = ["python3", "-c", {MAKE:?}]
sha256 = "{sha256}"
[[scenario]]
name = "echo"
exchanges = "echo.toml"
[[contender]]
name = "echo"
stack = ""
run = ["python3", "{}", "{{host}}", "{{port}}", "{{large}}"]
"#,
        server.display()
    );
    fs::write(folder.path().join("dyno.toml"), matrix).unwrap();
    fs::write(folder.path().join("echo.toml"), exchanges).unwrap();
    folder
}

/// dyno in that folder, where it also keeps its files.
fn at(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = dyno(arguments);
    command
        .current_dir(folder)
        .env("DYNO_MATRIX", "dyno.toml")
        .env("XDG_CACHE_HOME", folder.join("cache"));
    command.args(["--port", &free_port().to_string()]);
    command
}

fn exchange(method: &str, more: &str, response: &str) -> String {
    format!(
        "[[exchange]]\nrequest = {{ method = {method:?}, path = \"/\"{more} }}\n\
         response = {{ status = 200, {response} }}\n"
    )
}

fn measured(folder: &Path, driver: &str) -> Ended {
    run(&mut at(folder, &["bench", "--driver", driver, "--out", driver]))
}

#[test]
fn ten_mebibytes_go_there_and_come_back_under_both_drivers() {
    let right = format!("bytes = 10485760, sha256 = {SHA256:?}");
    let exchanges = exchange("POST", ", file = \"{large}\"", &right) + &exchange("GET", "", &right);
    let folder = matrix(SHA256, &exchanges);
    for driver in ["wrk", "dyno"] {
        let ended = measured(folder.path(), driver);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let sample = samples(&folder.path().join(driver)).remove(0);
        assert_eq!((&*sample["status"], &*sample["non_2xx"]), ("ok", "0"), "{sample:?}");
        assert_ne!(sample["checked_answers"], "0", "{sample:?}");
    }
    let document = fs::read_to_string(folder.path().join("dyno/decision.md")).unwrap();
    for part in [
        "127.0.0.1",
        " large\n",
        ">large  # SHA-256 aecf",
        "--exchanges echo.toml --file large=large",
    ] {
        assert!(document.contains(part), "decision.md does not tell {part:?}");
    }
    // It was kept after it was made.
    assert_eq!(fs::read_to_string(folder.path().join("log")).unwrap(), "made ");
}

#[test]
fn the_driver_finds_a_wrong_byte_at_the_end_of_a_large_body() {
    let right = vec![b'a'; 300 << 10];
    let digest = hex::encode(Sha256::digest(&right));
    let sent = AtomicUsize::new(0);
    let server = test_server::Server::start(move |mut peer| {
        while peer.request().is_some() {
            let mut body = right.clone();
            // The first time it is right.
            body[right.len() - 1] += u8::from(sent.fetch_add(1, Ordering::Relaxed) > 0);
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
            peer.send(&[head.as_bytes(), &body].concat());
        }
    });
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("a.toml");
    fs::write(&file, exchange("GET", "", &format!("sha256 = {digest:?}"))).unwrap();
    let mut drive = dyno(&["drive", "-c1", "-t1", "-d200ms", "--exchanges"]);
    let ended = run(drive.arg(&file).arg(format!("http://{}", server.address)));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let told = "body: it is not the one whose SHA-256 is expected";
    assert!(ended.stdout.contains(told), "{ended:?}");
}

#[test]
fn a_file_that_is_not_the_declared_one_is_told_with_its_hash() {
    let folder = matrix(&SHA256.replace('a', "b"), &exchange("GET", "", "bytes = 1"));
    let ended = run(&mut at(folder.path(), &["verify"]));
    assert_eq!(ended.code, Some(30), "{ended:?}");
    let told = format!("the file `large` could not be made: its SHA-256 is {SHA256} and not ");
    assert!(ended.error().starts_with(&told), "{ended:?}");
    let kept = fs::read_dir(folder.path().join("cache/dyno/files")).unwrap();
    assert_eq!(kept.count(), 0);
}

#[test]
fn nothing_is_made_to_show_the_commands() {
    let exchanges = exchange("POST", ", file = \"{large}\"", "bytes = 10485760");
    let folder = matrix(SHA256, &exchanges);
    let ended = run(&mut at(folder.path(), &["bench", "--dry-run"]));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.contains("large, make: python3 -c"), "{ended:?}");
    assert!(!folder.path().join("log").exists());
    let file = folder.path().join("echo.toml");
    fs::write(&file, exchanges.replace("{large}", "{small}")).unwrap();
    let ended = run(&mut at(folder.path(), &["bench", "--dry-run"]));
    assert_eq!(ended.code, Some(26), "{ended:?}");
    let told = "echo.toml, line 1: the file {small} is no [[file]] of the matrix";
    assert!(ended.error().starts_with(told), "{ended:?}");
}

#[test]
fn only_dynos_own_driver_sends_head() {
    let folder =
        matrix(SHA256, &exchange("HEAD", "", "headers = { content-length = \"10485760\" }"));
    let ended = measured(folder.path(), "wrk");
    assert_eq!(ended.code, Some(9), "{ended:?}");
    assert!(ended.error().contains("HEAD / (echo.toml, line 1)"), "{ended:?}");
    let ended = measured(folder.path(), "dyno");
    assert_eq!(ended.code, Some(0), "{ended:?}");
}
