//! The commands of a trial, built where the plan is, so that what runs is what the reports show.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

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
    /// How long to send requests, in whole seconds.
    pub duration: Duration,
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

    /// The command of dyno's own driver; `rate` in requests a second, none for a closed loop.
    #[must_use]
    pub fn dyno(&self, rate: Option<f64>) -> Vec<String> {
        let seconds = self.duration.as_secs();
        let mut words: Vec<String> = ["dyno", "drive"].map(str::to_owned).to_vec();
        if let Some(exchanges) = &self.exchanges {
            words.extend(["--exchanges".to_owned(), exchanges.display().to_string()]);
            words.extend(self.made.iter().flat_map(|(name, place)| {
                ["--file".to_owned(), format!("{name}={}", place.display())]
            }));
        }
        words.extend([
            format!("-c{}", self.connections),
            format!("-d{seconds}s"),
            // As for wrk: a slow response stays in the histogram.
            "--timeout".to_owned(),
            format!("{seconds}s"),
        ]);
        words.extend(rate.map(|rate| format!("--rate={rate}")));
        words.extend(self.request());
        words
    }

    fn request(&self) -> [String; 3] {
        ["-s".to_owned(), self.script.display().to_string(), format!("http://{}", self.target)]
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
