//! The command line and its variables.

use std::{net::SocketAddr, num::NonZero, thread, time::Duration};

use tracing_subscriber::filter::Targets;

/// The options of every Rust server. A flag overrides its variable.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Where to listen
    #[arg(long, env = "DYNO_LISTEN", default_value = "127.0.0.1:5000")]
    pub listen: SocketAddr,
    /// Threads that handle requests; by default one per CPU
    #[arg(long, env = "DYNO_WORKERS", value_parser = workers)]
    workers: Option<NonZero<usize>>,
    /// Maximum number of connections; the next one gets a 503 and is closed
    #[arg(long, env = "DYNO_CONNECTIONS", default_value = "2048")]
    pub connections: NonZero<u16>,
    /// Seconds that a client may stop reading, stay idle, or leave a request unfinished
    #[arg(long, env = "DYNO_IDLE_TIMEOUT", default_value = "10", value_parser = seconds)]
    pub idle_timeout: Duration,
    /// Seconds for running requests to finish after SIGTERM or SIGINT
    #[arg(long, env = "DYNO_GRACE", default_value = "3", value_parser = seconds)]
    pub grace: Duration,
    /// What to log on standard error: off, error, warn, info, debug or trace, also per module
    #[arg(long, env = "DYNO_LOG", default_value = "info,actix_http=off,actix_server=warn")]
    pub(crate) log: Targets,
}

/// More threads than this serve no one, and actix-server takes no more.
const MOST_WORKERS: usize = 512;
/// A day: far from where sums of clock readings overflow.
const MOST_SECONDS: u64 = 86_400;

impl Options {
    /// How many threads handle requests.
    #[must_use]
    pub fn workers(&self) -> NonZero<usize> {
        let processors = || thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
        self.workers.unwrap_or_else(processors)
    }
}

fn workers(text: &str) -> Result<NonZero<usize>, String> {
    let count = text.parse::<NonZero<usize>>().ok().filter(|count| count.get() <= MOST_WORKERS);
    count.ok_or_else(|| format!("a whole number from 1 to {MOST_WORKERS}"))
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| (1..=MOST_SECONDS).contains(seconds));
    seconds
        .map(Duration::from_secs)
        .ok_or_else(|| format!("a whole number of seconds from 1 to {MOST_SECONDS}"))
}
