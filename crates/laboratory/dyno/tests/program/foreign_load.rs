//! Load of processes that are not the laboratory's: no figure counts beside it unless someone says so, and then it is
//! marked.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use rustix::{
    process::{Pid, Signal, kill_process},
    thread::{CpuSet, sched_getaffinity},
};
use tempfile::TempDir;

use crate::{
    quiet,
    user::{behind, dyno, free_port, run, samples, unwrapped},
};

/// Busy loops, which end with the test.
struct Loops(Vec<Child>);

impl Loops {
    /// As many as there are CPUs.
    fn start() -> Self {
        let count = std::thread::available_parallelism().map_or(1, usize::from);
        Self((0..count).map(|_| Self::busy(&mut Command::new("sh"))).collect())
    }

    /// One on this CPU.
    fn on(cpu: usize) -> Self {
        let mut pinned = Command::new("taskset");
        Self(vec![Self::busy(pinned.args(["-c", &cpu.to_string(), "sh"]))])
    }

    fn busy(shell: &mut Command) -> Child {
        shell.args(["-c", "while :; do :; done"]).spawn().unwrap()
    }
}

impl Drop for Loops {
    fn drop(&mut self) {
        for busy in &mut self.0 {
            busy.kill().unwrap();
            busy.wait().unwrap();
        }
    }
}

/// A campaign of one short trial.
const SHORT: [&str; 10] = [
    "--contenders",
    "axum",
    "--scenarios",
    "validate",
    "--driver",
    "wrk",
    "--rounds",
    "1",
    "--warmup",
    "0s",
];

#[test]
fn a_window_beside_busy_loops_is_marked_with_what_they_took() {
    let _loops = Loops::start();
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("campaign");
    let mut command = dyno(&["bench"]);
    command.args(SHORT).args(["--duration", "1s", "--port", &free_port().to_string()]);
    let ended = run(command.arg("--out").arg(&out));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let sample = &samples(&out)[0];
    assert_eq!((&*sample["status"], &*sample["disturbed"]), ("ok", "true"), "{sample:?}");
    let share: f64 = sample["foreign_share"].parse().unwrap();
    assert!((0.1..1.0).contains(&share), "{sample:?}");
    assert!(sample["disturbance"].contains("other processes took "), "{sample:?}");
    for name in ["decision.md", "index.html"] {
        let report = fs::read_to_string(out.join(name)).unwrap();
        assert!(unwrapped(&report).contains("other processes took "), "{name} does not tell it");
    }
}

#[test]
fn a_loop_on_a_cpu_that_dyno_may_not_use_is_not_foreign_load() {
    let usable = sched_getaffinity(None).unwrap();
    let mut cpus = (0..CpuSet::MAX_CPU).filter(|&cpu| usable.is_set(cpu));
    let (Some(ours), Some(theirs)) = (cpus.next(), cpus.next()) else {
        eprintln!("left out: it takes two CPUs");
        return;
    };
    let _loop = Loops::on(theirs);
    let mut shares = quiet::windows(|| {
        let mut campaign = dyno(&["bench"]);
        campaign.args(SHORT).args(["--duration", "1s", "--port", &free_port().to_string()]);
        behind(&["taskset", "-c", &ours.to_string()], &campaign)
    })
    .map(|sample| sample["foreign_share"].parse::<f64>().unwrap());
    // Others may be at work on our CPU too, but not always.
    assert!(shares.any(|share| share < 0.03), "the loop counts");
}

#[test]
fn before_the_first_trial_dyno_waits_for_quiet_and_says_for_whom() {
    let _loops = Loops::start();
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("campaign");
    let port = free_port().to_string();
    // Not by the helper, which would measure in spite of it.
    let mut command = Command::new(env!("CARGO_BIN_EXE_dyno"));
    command.envs(dyno(&[]).get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.arg("bench").args(SHORT).args(["--port", &port]).arg("--out").arg(&out);
    let mut waiting = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let lines = BufReader::new(waiting.stdout.take().unwrap()).lines().map(Result::unwrap);
    let line = lines.into_iter().find(|line| line.starts_with("waiting up to 60 s for quiet: "));
    let pid = Pid::from_child(&waiting);
    kill_process(pid, Signal::INT).unwrap();
    assert_eq!(waiting.wait().unwrap().code(), Some(130));
    let line = line.unwrap();
    assert!(line.contains("other processes take ") && line.ends_with("%)"), "{line}");
    assert!(!out.exists(), "it left a folder");
}
