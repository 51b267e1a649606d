//! Every process of a campaign is killed, stopped and told to end in turn, at random moments.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rustix::process::{Pid, Signal, kill_process};

use crate::{
    ownership::below,
    user::{dyno, free_port, is_free, leftovers, matrix_with, rows, run, samples},
};

/// The words of each process below dyno, and dyno itself.
const PROCESSES: [&[&str]; 7] = [
    &[],
    &["guard", "time.txt"],
    &["guard", "--contract"],
    &["time", "-o"],
    &["sh", "wait"],
    &["server-axum", "--listen"],
    &["drive", "--contract"],
];
const SIGNALS: [Signal; 3] = [Signal::KILL, Signal::STOP, Signal::TERM];

/// A shell with axum as its worker.
fn contender() -> String {
    let axum = Path::new(env!("CARGO_BIN_EXE_dyno")).with_file_name("server-axum");
    format!(
        "[[contender]]\nname = \"axum\"\nstack = \"\"\nready_within = \"5s\"\n\
         run = [\"sh\", \"-c\", '{} --listen {{listen}} & trap \"kill $!\" TERM; wait; wait', \"wait\"]\n\
         [deadlines]\ncontract = \"10s\"\nstop = \"1s\"\n",
        axum.display()
    )
}

fn quiet(command: &mut Command) -> Child {
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn send(pid: i32, signal: Signal) {
    let _gone = kill_process(Pid::from_raw(pid).unwrap(), signal);
}

#[test]
fn whatever_is_killed_or_stopped_thirty_times_nothing_is_left_and_no_row_is_wrong() {
    let (folder, matrix) = matrix_with(&contender());
    let (port, out) = (free_port(), folder.path().join("campaign"));
    let mut moments = ChaCha8Rng::seed_from_u64(17);
    let mut command = dyno(&["bench", "--duration", "1s", "--warmup", "0s", "--driver", "dyno"]);
    command.args(["--connections", "12", "--threads", "2", "--scenarios", "validate"]);
    command.args(["--rounds", "12", "--port", &port.to_string(), "--out"]).arg(&out);
    let resume = || {
        let mut command = dyno(&["bench", "--resume"]);
        command.arg(&out).env("DYNO_MATRIX", &matrix);
        command
    };
    let mut child = quiet(command.env("DYNO_MATRIX", &matrix));
    for hit in 0..30 {
        if child.try_wait().unwrap().is_some() {
            nothing_is_left(port);
            let whole = fs::read_to_string(out.join("samples.csv")).is_ok_and(|it| !it.is_empty());
            child = if whole { quiet(&mut resume()) } else { quiet(&mut command) };
        }
        thread::sleep(Duration::from_millis(moments.random_range(300..1500)));
        let own = i32::try_from(child.id()).unwrap();
        let words = PROCESSES[hit % PROCESSES.len()];
        let signal = SIGNALS[moments.random_range(0..SIGNALS.len())];
        let pid = if words.is_empty() { Some(own) } else { below(&child, words).first().copied() };
        let Some(pid) = pid else { continue };
        send(pid, signal);
        if pid == own {
            thread::sleep(Duration::from_millis(200));
            send(own, Signal::CONT);
            send(own, Signal::TERM);
            child.wait().unwrap();
        }
    }
    child.wait().unwrap();
    nothing_is_left(port);
    let ended = run(&mut resume());
    assert!(matches!(ended.code, Some(0 | 12)), "{ended:?}");
    nothing_is_left(port);
    assert!(rows(&out) >= 12);
    let samples = samples(&out);
    let rounds: std::collections::BTreeSet<_> = samples.iter().map(|row| &row["round"]).collect();
    assert_eq!(rounds.len(), 12);
    let rates: Vec<f64> = samples
        .iter()
        .filter(|row| row["status"] == "ok")
        .map(|row| row["requests_per_s"].parse().unwrap())
        .collect();
    let mut sorted = rates.clone();
    sorted.sort_by(f64::total_cmp);
    let median = sorted[sorted.len() / 2];
    assert!(rates.iter().all(|rate| *rate > median / 5.0), "{rates:?}");
}

fn nothing_is_left(port: u16) {
    let deadline = Instant::now() + Duration::from_secs(1);
    while !(leftovers(port).is_empty() && is_free(port)) {
        assert!(Instant::now() < deadline, "{:?}", leftovers(port));
        thread::sleep(Duration::from_millis(20));
    }
}
