//! The commands of a trial, built where the plan is, so that what runs is what the reports show.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use search::Objective;

use crate::matrix::Arrivals;

/// A request may take so long at least, however short the window is.
const SHORTEST_TIMEOUT: Duration = Duration::from_secs(1);

/// The load of one warm-up or window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Where the server listens.
    pub target: SocketAddr,
    /// The wrk script.
    pub script: PathBuf,
    /// The file of exchanges by which dyno's own driver judges whole responses.
    pub exchanges: Option<PathBuf>,
    /// The made files that exchanges name, by name.
    pub made: Vec<(String, PathBuf)>,
    /// Connections of the driver.
    pub connections: u32,
    /// Threads of wrk.
    pub threads: u32,
    /// How long to send requests that count; whole seconds, but for a constant rate.
    pub duration: Duration,
}

/// A constant rate of dyno's own driver.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ConstantRate {
    /// Requests per second.
    pub rate: f64,
    /// Where random arrivals come from; none for even ones.
    pub random: Option<u64>,
    /// How long to send requests before any counts.
    pub lead_in: Duration,
    /// What latencies are held against. A window that misses it by far ends early, and the driver waits until the server
    /// has worked off what is left.
    pub objective: Option<Objective>,
}

impl Window {
    /// wrk's command, as a person would type it.
    #[must_use]
    pub fn wrk(&self) -> Vec<String> {
        let seconds = self.duration.as_secs();
        let mut words: Vec<String> = ["wrk", "--latency"].map(str::to_owned).to_vec();
        words.extend([
            format!("-t{}", self.threads),
            format!("-c{}", self.connections),
            format!("-d{seconds}s"),
            // A slow response stays in the histogram: wrk's own limit of 2 s would drop it.
            "--timeout".to_owned(),
            format!("{seconds}s"),
        ]);
        words.extend(self.request());
        words
    }

    /// The command of dyno's own driver; without a constant rate, in a closed loop.
    #[must_use]
    pub fn dyno(&self, constant: Option<&ConstantRate>) -> Vec<String> {
        let mut words = self.own_driver();
        words.extend([
            format!("-d{}", written(self.duration)),
            // As for wrk: a slow response stays in the histogram.
            "--timeout".to_owned(),
            written(self.duration.max(SHORTEST_TIMEOUT)),
        ]);
        words.extend(constant.into_iter().flat_map(ConstantRate::words));
        words.extend(self.request());
        words
    }

    /// The command with which dyno's own driver searches for a capacity, as a person would type it.
    #[must_use]
    pub fn search(&self, objective: &Objective, arrivals: Arrivals) -> Vec<String> {
        let mut words = self.own_driver();
        words.push(format!("--capacity '{objective}'"));
        words.extend((arrivals == Arrivals::Poisson).then(|| "--arrivals=poisson".to_owned()));
        words.extend(self.request());
        words
    }

    fn own_driver(&self) -> Vec<String> {
        let mut words: Vec<String> = ["dyno", "drive"].map(str::to_owned).to_vec();
        if let Some(exchanges) = &self.exchanges {
            words.extend(["--exchanges".to_owned(), exchanges.display().to_string()]);
            words.extend(self.made.iter().flat_map(|(name, place)| {
                ["--file".to_owned(), format!("{name}={}", place.display())]
            }));
        }
        words.push(format!("-c{}", self.connections));
        words
    }

    fn request(&self) -> [String; 3] {
        ["-s".to_owned(), self.script.display().to_string(), format!("http://{}", self.target)]
    }
}

impl ConstantRate {
    fn words(&self) -> Vec<String> {
        let mut words = vec![format!("--rate={}", self.rate)];
        let random = |seed: u64| ["--arrivals=poisson".to_owned(), format!("--seed={seed}")];
        words.extend(self.random.into_iter().flat_map(random));
        if !self.lead_in.is_zero() {
            words.push(format!("--lead-in={}", written(self.lead_in)));
        }
        words.extend(self.objective.iter().map(|objective| format!("--objective={objective}")));
        words
    }
}

/// As a person would type it: `3s`, or `600ms`.
fn written(time: Duration) -> String {
    match time.subsec_nanos() {
        0 => format!("{}s", time.as_secs()),
        _ => format!("{}ms", time.as_millis()),
    }
}

/// The format that GNU time fills in, one word per figure.
pub const GNU_TIME_FORMAT: &str = "max_rss_kb=%M user_s=%U system_s=%S elapsed_s=%e \
     major_faults=%F minor_faults=%R waits=%w preemptions=%c exit=%x";

/// The command prefix that runs a command under GNU time, which writes its line to `output`.
#[must_use]
pub fn gnu_time(time: &Path, output: &Path) -> Vec<String> {
    let shown = |path: &Path| path.to_string_lossy().into_owned();
    vec![
        shown(time),
        "-o".to_owned(),
        shown(output),
        "-f".to_owned(),
        GNU_TIME_FORMAT.to_owned(),
        "--".to_owned(),
    ]
}
