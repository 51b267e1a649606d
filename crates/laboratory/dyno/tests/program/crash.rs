//! Every process of a campaign is killed, stopped and told to end, at random moments.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::{
    ownership::below,
    user::{dyno, free_port, is_free, leftovers, matrix_with, rows, run, samples},
};

const DRIVER: &[&str] = &["drive", "--exchanges"];
/// The words of each process below dyno; none are dyno itself.
const PROCESSES: [&[&str]; 7] = [
    &[],
    &["guard", "time.txt"],
    &["guard", "--exchanges"],
    &["time", "-o"],
    &["sh", "wait"],
    &["server-axum", "--listen"],
    DRIVER,
];
const SIGNALS: [Signal; 3] = [Signal::KILL, Signal::STOP, Signal::TERM];
const HITS: usize = 30;
/// One for each hit that leaves a row which is not measured again, and some that are completed at the end.
const ROUNDS: usize = 20;
/// So much more than usual a request may cost the server. One that another driver loads too spends half of its time
/// on requests that nobody counts.
const DEARER: f64 = 1.0 / 0.75;
/// Whatever happens to a trial, it ends within this time.
const WITHIN: Duration = Duration::from_mins(2);

type Hit = (&'static [&'static str], Signal);

/// A campaign of short trials, and the dyno that measures it at the moment.
struct Campaign {
    _folder: TempDir,
    matrix: String,
    port: u16,
    out: PathBuf,
    dyno: Child,
}

impl Campaign {
    fn start() -> Self {
        let (folder, matrix) = matrix_with(&contender());
        let (port, out) = (free_port(), folder.path().join("campaign"));
        let mut command =
            dyno(&["bench", "--duration", "1s", "--warmup", "0s", "--driver", "dyno"]);
        command.args(["--connections", "12", "--threads", "2", "--scenarios", "validate"]);
        command.args(["--rounds", &ROUNDS.to_string(), "--port", &port.to_string()]);
        let dyno = quiet(command.arg("--out").arg(&out).env("DYNO_MATRIX", &matrix));
        let mut campaign = Self { _folder: folder, matrix, port, out, dyno };
        campaign.wait("the plan", |it| it.out.join("samples.csv").exists());
        campaign
    }

    fn resume(&self) -> Command {
        let mut command = dyno(&["bench", "--resume"]);
        command.arg(&self.out).env("DYNO_MATRIX", &self.matrix);
        command
    }

    fn wait(&mut self, what: &str, mut holds: impl FnMut(&mut Self) -> bool) {
        let deadline = Instant::now() + WITHIN;
        while !holds(self) {
            assert!(Instant::now() < deadline, "waited in vain: {what}");
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn has_ended(&mut self) -> bool {
        self.dyno.try_wait().unwrap().is_some()
    }

    /// Waits until a driver is at work. There is never more than one: each would load the other's server.
    fn await_trial(&mut self) {
        self.wait("a trial", |it| {
            if it.has_ended() {
                nothing_is_left(it.port);
                it.dyno = quiet(&mut it.resume());
            }
            let drivers = below(&it.dyno, DRIVER);
            assert!(drivers.len() <= 1, "{drivers:?}");
            drivers.len() == 1
        });
    }

    /// Hits a process in some trial, and waits until that ends.
    fn hit(&mut self, (words, signal): Hit, moments: &mut ChaCha8Rng) {
        let before = loop {
            self.await_trial();
            thread::sleep(Duration::from_millis(moments.random_range(0..300)));
            let before = rows(&self.out);
            let own = vec![i32::try_from(self.dyno.id()).unwrap()];
            let found = if words.is_empty() { own } else { below(&self.dyno, words) };
            if found.first().is_some_and(|&pid| send(pid, signal)) {
                break before;
            }
        };
        if !words.is_empty() {
            self.wait("the end of the trial", |it| it.has_ended() || rows(&it.out) > before);
            return;
        }
        if signal == Signal::STOP {
            thread::sleep(Duration::from_millis(100));
            for signal in [Signal::CONT, Signal::TERM] {
                send(i32::try_from(self.dyno.id()).unwrap(), signal);
            }
        }
        self.wait("the end of dyno", Self::has_ended);
    }
}

impl Drop for Campaign {
    fn drop(&mut self) {
        let _ended_already = self.dyno.kill();
        let _reaped = self.dyno.wait();
    }
}

/// A shell with axum as its worker.
fn contender() -> String {
    let axum = Path::new(env!("CARGO_BIN_EXE_dyno")).with_file_name("server-axum");
    format!(
        "[[contender]]\nname = \"axum\"\nstack = \"\"\nready_within = \"30s\"\n\
         run = [\"sh\", \"-c\", '{} --listen {{listen}} & trap \"kill $!\" TERM; wait; wait', \"wait\"]\n\
         [deadlines]\ncontract = \"60s\"\nstop = \"1s\"\n",
        axum.display()
    )
}

fn quiet(command: &mut Command) -> Child {
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Whether the process was there.
fn send(pid: i32, signal: Signal) -> bool {
    kill_process(Pid::from_raw(pid).unwrap(), signal).is_ok()
}

fn nothing_is_left(port: u16) {
    let deadline = Instant::now() + Duration::from_secs(1);
    while !(leftovers(port).is_empty() && is_free(port)) {
        assert!(Instant::now() < deadline, "{:?}", leftovers(port));
        thread::sleep(Duration::from_millis(20));
    }
}

/// Each signal to each process, in random order, and some of them again.
fn hits(moments: &mut ChaCha8Rng) -> Vec<Hit> {
    let all = PROCESSES.iter().flat_map(|&words| SIGNALS.map(|signal| (words, signal)));
    let mut all: Vec<Hit> = all.collect();
    all.shuffle(moments);
    all.into_iter().cycle().take(HITS).collect()
}

#[test]
fn whatever_is_killed_or_stopped_thirty_times_nothing_is_left_and_no_row_is_wrong() {
    let mut moments = ChaCha8Rng::seed_from_u64(17);
    let mut campaign = Campaign::start();
    let hits = hits(&mut moments);
    for &hit in &hits {
        campaign.hit(hit, &mut moments);
    }
    campaign.dyno.kill().unwrap();
    campaign.dyno.wait().unwrap();
    nothing_is_left(campaign.port);
    let disturbed = rows(&campaign.out);
    let ended = run(&mut campaign.resume());
    nothing_is_left(campaign.port);

    let samples = samples(&campaign.out);
    // Who kills a server's own process cannot be told from a server that exits.
    let blamed = |row: &&BTreeMap<String, String>| !["ok", "lost"].contains(&&*row["status"]);
    let on_server = hits.iter().filter(|(words, signal)| {
        *signal != Signal::STOP
            && words.first().is_some_and(|it| ["sh", "server-axum"].contains(it))
    });
    let count = samples.iter().filter(blamed).count();
    assert!(count <= on_server.count(), "{samples:?}");
    assert_eq!(ended.code, Some(if count == 0 { 0 } else { 12 }), "{ended:?}");
    let last: BTreeMap<_, _> = samples.iter().map(|row| (&row["round"], row)).collect();
    assert_eq!(last.len(), ROUNDS);
    assert!(last.values().all(|row| row["status"] != "lost"), "{last:?}");

    let costs = |from: usize| -> Vec<f64> {
        let rows = samples[from..].iter();
        let counting = rows.filter(|row| row["status"] == "ok" && row["disturbed"] == "false");
        counting.map(|row| row["server_cpu_us_per_request"].parse().unwrap()).collect()
    };
    let mut usual = costs(disturbed);
    usual.sort_by(f64::total_cmp);
    // On a busy machine every row is marked.
    if let Some(median) = usual.get(usual.len() / 2) {
        let dear = costs(0).into_iter().filter(|cost| *cost > median * DEARER);
        assert_eq!(dear.collect::<Vec<_>>(), [0.0; 0], "the median is {median}");
    }
}
