//! dyno owns every process that it starts: whatever is killed or stopped, nothing is left, and nobody is blamed for it
//! who is not to blame.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
};

use procfs::process::{Process, all_processes};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::user::{
    dyno, ended, free_port, is_free, leftovers, matrix_with, run, samples, wait_until,
};

/// A campaign of `validate` trials of axum under dyno's own driver, one second each.
fn campaign(rounds: &str, port: u16, out: &Path) -> Command {
    let mut command = dyno(&["bench", "--duration", "1s", "--warmup", "0s"]);
    command.args(["--driver", "dyno"]);
    command.args(["--connections", "12", "--threads", "2", "--scenarios", "validate"]);
    command.args(["--rounds", rounds, "--port", &port.to_string(), "--out"]).arg(out);
    command
}

/// The processes below dyno that run the first of these words, or are told to do it, and have the others too.
pub(crate) fn below(dyno: &Child, words: &[&str]) -> Vec<i32> {
    let processes: Vec<Process> = all_processes().unwrap().flatten().collect();
    let parent = |pid: i32| Process::new(pid).and_then(|process| process.stat()).map(|it| it.ppid);
    let is_below = |process: &Process| {
        let mut pid = process.pid;
        while let Ok(above) = parent(pid) {
            if above == i32::try_from(dyno.id()).unwrap() {
                return true;
            }
            pid = above;
        }
        false
    };
    let has_words = |process: &Process| {
        let (line, (first, others)) =
            (process.cmdline().unwrap_or_default(), words.split_first().unwrap());
        (line.first().is_some_and(|it| it.ends_with(first))
            || line.get(1).is_some_and(|it| it == first))
            && others.iter().all(|word| line.iter().any(|it| it.ends_with(word)))
    };
    processes.iter().filter(|it| has_words(it) && is_below(it)).map(|it| it.pid).collect()
}

/// Sends a signal to the process with these words, during a window. Returns whether it did so before dyno ended: on a
/// loaded machine a window of a second may pass unseen.
fn hit(dyno: &mut Child, words: &[&str], signal: Signal) -> bool {
    let mut is_hit = false;
    wait_until("the process", || {
        let in_window = !below(dyno, &["drive", "--exchanges"]).is_empty();
        let found = if in_window { below(dyno, words) } else { Vec::new() };
        is_hit = found
            .first()
            .is_some_and(|&pid| kill_process(Pid::from_raw(pid).unwrap(), signal).is_ok());
        is_hit || dyno.try_wait().unwrap().is_some()
    });
    is_hit
}

/// The statuses of one cell's trials, after a process was hit in the first.
fn after_hit(words: &[&str], signal: Signal) -> Vec<String> {
    for _ in 0..5 {
        let (port, folder) = (free_port(), TempDir::new().unwrap());
        let out = folder.path().join("campaign");
        let mut command = campaign("1", port, &out);
        command.args(["--contenders", "axum"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let is_hit = hit(&mut child, words, signal);
        let ended = ended(&child.wait_with_output().unwrap());
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert_eq!(leftovers(port), [""; 0]);
        if is_hit {
            return samples(&out).into_iter().map(|row| row["status"].clone()).collect();
        }
    }
    panic!("five windows passed unseen");
}

#[test]
fn a_child_from_before_dyno_was_executed_lives_on() {
    let folder = TempDir::new().unwrap();
    let mut bench = campaign("1", free_port(), &folder.path().join("campaign"));
    bench.args(["--contenders", "axum"]);
    // The standard output of `tee` in a script, for example.
    let words = r#"sleep 60 >&2 & echo $! >"$PID"; exec "$@""#;
    let file = folder.path().join("pid");
    let mut shell = Command::new("sh");
    shell.args(["-c", words, "sh"]).arg(bench.get_program()).args(bench.get_args());
    shell.envs(bench.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let status = shell.env("PID", &file).status().unwrap();
    let pid: i32 = fs::read_to_string(&file).unwrap().trim().parse().unwrap();
    let lives = kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).is_ok();
    assert!(status.success() && lives, "{status}, {lives}");
}

#[test]
fn a_server_whose_guard_is_killed_is_lost_and_measured_again() {
    assert_eq!(after_hit(&["guard", "time.txt"], Signal::KILL), ["lost", "ok"]);
}

#[test]
fn a_driver_whose_guard_is_killed_loads_no_other_server() {
    assert_eq!(after_hit(&["guard", "drive", "--exchanges"], Signal::KILL), ["lost", "ok"]);
}

#[test]
fn gnu_time_killed_in_the_window_loses_the_trial() {
    assert_eq!(after_hit(&["time", "-o"], Signal::KILL), ["lost", "ok"]);
}

#[test]
fn a_driver_that_somebody_stopped_is_not_measured() {
    assert_eq!(after_hit(&["drive", "--exchanges"], Signal::STOP), ["lost", "ok"]);
}

#[test]
fn a_server_that_somebody_stopped_is_not_measured() {
    assert_eq!(after_hit(&["server-axum", "--listen"], Signal::STOP), ["lost", "ok"]);
}

#[test]
fn a_drivers_guard_that_is_stopped_goes_on() {
    assert_eq!(after_hit(&["guard", "drive", "--exchanges"], Signal::STOP), ["ok"]);
}

#[test]
fn a_servers_guard_that_is_stopped_goes_on() {
    assert_eq!(after_hit(&["guard", "time.txt"], Signal::STOP), ["ok"]);
}

#[test]
fn a_servers_guard_that_is_told_to_stop_goes_on() {
    assert_eq!(after_hit(&["guard", "time.txt"], Signal::TERM), ["ok"]);
}

#[test]
fn a_port_that_somebody_else_has_is_told_with_the_process_which_lives_on() {
    let (port, folder) = (free_port(), TempDir::with_prefix("dyno-server-").unwrap());
    let out = folder.path().join("campaign");
    for address in ["127.0.0.1", "::"] {
        let mut server = Command::new("python3");
        server.args(["-m", "http.server", "--bind", address, &port.to_string()]);
        let mut server = server
            .current_dir(&folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        wait_until("the server", || !is_free(port));
        let ended = run(campaign("1", port, &out).args(["--contenders", "axum"]));
        let lives = server.try_wait().unwrap().is_none();
        server.kill().unwrap();
        server.wait().unwrap();
        assert!(lives, "{ended:?}");
        assert_eq!(ended.code, Some(6), "{ended:?}");
        let error = ended.error();
        assert!(error.contains(&format!("process {} (", server.id())), "{error}");
        assert!(error.contains("python3 -m http.server"), "{error}");
    }
}

#[test]
fn for_port_zero_a_free_one_is_chosen() {
    let folder = TempDir::new().unwrap();
    let mut command = campaign("1", 0, &folder.path().join("campaign"));
    let ended = run(command.args(["--contenders", "axum"]));
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[test]
fn what_a_killed_dyno_and_its_killed_guard_left_on_the_port_is_ended_with_what_starts_it_again() {
    let axum = Path::new(env!("CARGO_BIN_EXE_dyno")).with_file_name("server-axum");
    let (folder, matrix) = matrix_with(&format!(
        "[[contender]]\nname = \"axum\"\nstack = \"\"\n\
         run = [\"sh\", \"-c\", 'trap \"kill \\$!; exit\" TERM; while :; do {} --listen {{listen}} & wait; done']\n",
        axum.display()
    ));
    let (port, out) = (free_port(), folder.path().join("campaign"));
    let mut child = campaign("9", port, &out).env("DYNO_MATRIX", &matrix).spawn().unwrap();
    wait_until("the driver", || !below(&child, &["drive", "--exchanges"]).is_empty());
    let guards = below(&child, &["guard"]);
    for pid in guards.into_iter().chain([i32::try_from(child.id()).unwrap()]) {
        kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).unwrap();
    }
    child.wait().unwrap();
    let next = folder.path().join("next");
    let ended = run(campaign("1", port, &next).env("DYNO_MATRIX", &matrix));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(leftovers(port), [""; 0]);
}

#[test]
fn a_build_and_a_check_of_the_contract_end_at_their_deadlines_and_leave_nothing() {
    let scratch = TempDir::new().unwrap();
    let port = free_port().to_string();
    let verified = |contender: &str| {
        let (_folder, matrix) = matrix_with(contender);
        let text = std::fs::read_to_string(&matrix).unwrap();
        let deadlines = "[deadlines]\nbuild = \"1s\"\ncontract = \"1s\"\n";
        std::fs::write(&matrix, format!("{text}\n{deadlines}")).unwrap();
        let mut command = dyno(&["verify", "--port", &port]);
        run(command.env("DYNO_MATRIX", matrix).env("TMPDIR", scratch.path()))
    };
    let head = "[[contender]]\nname = \"slow\"\nstack = \"\"\n";
    let ended = verified(&format!("{head}build = [\"sleep\", \"60\"]\nrun = [\"true\"]"));
    assert_eq!(ended.code, Some(11), "{ended:?}");
    assert!(ended.error().contains("did not end within 1s"), "{ended:?}");
    let server = "import http.server, sys, time\n\
        class Slow(http.server.BaseHTTPRequestHandler):\n    \
        def do_GET(self):\n        \
        self.path == \"/healthz\" or time.sleep(9)\n        \
        self.send_response(200)\n        self.end_headers()\n    \
        do_POST = do_GET\n\
        http.server.ThreadingHTTPServer((\"127.0.0.1\", int(sys.argv[1])), Slow).serve_forever()";
    let ended = verified(&format!("{head}run = [\"python3\", \"-c\", {server:?}, \"{{port}}\"]"));
    assert_eq!(ended.code, Some(20), "{ended:?}");
    assert!(ended.error().contains("raise `contract`"), "{ended:?}");
    let left: Vec<_> = std::fs::read_dir(scratch.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn processes_that_are_born_and_die_faster_than_they_are_killed_are_ended() {
    let axum = Path::new(env!("CARGO_BIN_EXE_dyno")).with_file_name("server-axum");
    // Each has a session of its own and lives until it has a child.
    let chain = "import os, time\nend = time.monotonic() + 60\nwhile time.monotonic() < end:\n    if os.fork(): os._exit(0)\n    os.setsid()";
    let (folder, matrix) = matrix_with(&format!(
        "[[contender]]\nname = \"chain\"\nstack = \"\"\n\
         run = [\"sh\", \"-c\", 'python3 -c \"$0\" {{port}} & exec {} --listen {{listen}}', {chain:?}]\n",
        axum.display()
    ));
    let (port, out) = (free_port(), folder.path().join("campaign"));
    let ended = run(campaign("1", port, &out).env("DYNO_MATRIX", matrix));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(leftovers(port), [""; 0]);
}
