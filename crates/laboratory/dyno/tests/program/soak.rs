//! Very many trials: `cargo test --package dyno --test program -- --ignored soak`, about ten minutes.

use std::{fs, process::Stdio, thread, time::Duration};

use tempfile::TempDir;

use crate::user::{dyno, free_port, leftovers, rows};

/// dyno's memory in KiB and its open descriptors.
fn holds(pid: u32) -> Option<(u64, usize)> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let memory = line.split_whitespace().nth(1)?.parse().ok()?;
    Some((memory, fs::read_dir(format!("/proc/{pid}/fd")).ok()?.count()))
}

#[test]
#[ignore = "takes ten minutes"]
fn three_hundred_trials_leave_memory_and_descriptors_as_they_were() {
    let (port, folder) = (free_port(), TempDir::new().unwrap());
    let out = folder.path().join("campaign");
    let mut command = dyno(&["bench", "--contenders", "axum,actix-web", "--driver", "both"]);
    command.args(["--rounds", "38", "--duration", "1s", "--warmup", "0s"]);
    command.args(["--port", &port.to_string(), "--out"]).arg(&out).stdout(Stdio::null());
    let mut campaign = command.spawn().unwrap();
    // By trials done: what the program holds between the 20th and the last.
    let mut seen = Vec::new();
    while campaign.try_wait().unwrap().is_none() {
        if rows(&out) >= 20 {
            seen.extend(holds(campaign.id()));
        }
        thread::sleep(Duration::from_secs(1));
    }
    assert!(campaign.wait().unwrap().success());
    assert_eq!(rows(&out), 304);
    assert_eq!(leftovers(port), [""; 0]);
    // The last samples are of the reports' making, which reads the whole campaign.
    let measuring = &seen[..seen.len() - 10];
    let (early, late) = measuring.split_at(measuring.len() / 2);
    let most = |part: &[(u64, usize)]| {
        let memory = part.iter().map(|(memory, _)| *memory).max().unwrap();
        (memory, part.iter().map(|(_, descriptors)| *descriptors).max().unwrap())
    };
    let ((early_kb, early_fds), (late_kb, late_fds)) = (most(early), most(late));
    assert!(late_kb < early_kb + 2048, "from {early_kb} to {late_kb} KiB");
    assert!(late_fds <= early_fds, "from {early_fds} to {late_fds} descriptors");
}
