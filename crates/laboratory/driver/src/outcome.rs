//! The outcome of a run, and its formats.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    time::{Duration, SystemTime},
};

use hdrhistogram::{
    Histogram,
    serialization::{
        V2DeflateSerializer,
        interval_log::{IntervalLogWriterBuilder, Tag},
    },
};
use serde::{Serialize, Serializer};

use crate::{
    Arrivals,
    answer::Fault,
    tally::{Checks, Errors, Mismatch, Tally},
    worker::micros,
};

/// The percentiles that a result has.
const PERCENTILES: [&str; 6] = ["50", "75", "90", "95", "99", "99.9"];
/// The driver does not count as late if its p99 lateness is below this, in microseconds.
const LATE_US: u64 = 1_000;
/// More than one part in so many of the latency at the same percentile makes the latencies doubtful.
const LATE_PART: u64 = 10;

/// A driver whose clock stood for longer was stopped, or had no processor.
const LONG_GAP: Duration = Duration::from_millis(100);

/// The outcome of a run.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Threads of the driver.
    pub threads: usize,
    /// Requests per second that were due; `None` in a closed loop.
    pub rate: Option<f64>,
    /// How they followed each other.
    pub arrivals: Arrivals,
    /// How long requests were sent whose latency is not recorded.
    pub lead_in: Duration,
    /// How long it took.
    pub duration: Duration,
    /// What was counted.
    pub tally: Tally,
}

/// A run as JSON: the fields of `result.lua` of the crate exchange, and more.
#[derive(Debug, Serialize)]
struct Document<'a> {
    duration_us: u64,
    requests: u64,
    bytes: u64,
    errors: Errors,
    latency_us: Latency,
    threads: usize,
    largest_gap_us: f64,
    opened_connections: u64,
    peak_connections: u64,
    no_port: u64,
    sent: u64,
    in_flight: u64,
    faults: &'a BTreeMap<Fault, u64>,
    checks: Checks,
    mismatches: &'a [Mismatch],
    #[serde(skip_serializing_if = "Option::is_none")]
    constant_rate: Option<ConstantRate>,
}

#[derive(Debug, Serialize)]
struct Latency {
    min: Option<u64>,
    max: Option<u64>,
    mean: Option<f64>,
    stdev: Option<f64>,
    percentiles: BTreeMap<&'static str, Option<u64>>,
    histogram: Vec<(u64, u64)>,
}

#[derive(Debug, Serialize)]
struct ConstantRate {
    /// Requests per second that were due, and responses per second.
    rate: f64,
    achieved: f64,
    arrivals: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    due: u64,
    /// How long requests were sent whose latency is not recorded, and how many were due in it.
    lead_in_us: u64,
    lead_in_due: u64,
    /// Whether the run ended early, because enough requests were late.
    gave_up: bool,
    /// Requests that were due and never found a free connection.
    unsent: u64,
    /// Requests that were sent again: the server had closed the idle connection.
    repeated: u64,
    lateness_us: Lateness,
    fell_behind: bool,
}

#[derive(Debug, Serialize)]
struct Lateness {
    p50: u64,
    p99: u64,
    max: u64,
}

impl Serialize for Outcome {
    /// The fields of `result.lua` of the crate exchange, and more.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.document().serialize(serializer)
    }
}

impl Outcome {
    /// How long it took, in microseconds.
    #[must_use]
    pub fn duration_us(&self) -> u64 {
        micros(self.duration)
    }

    /// Responses per second.
    #[must_use]
    pub fn requests_per_s(&self) -> f64 {
        self.tally.requests as f64 / self.duration.as_secs_f64()
    }

    /// Requests that were due and never sent.
    #[must_use]
    pub fn unsent(&self) -> u64 {
        let taken_up = self.tally.lateness.len().saturating_sub(self.tally.unconnected);
        self.tally.due.saturating_sub(taken_up)
    }

    /// Requests that were due after the lead-in.
    #[must_use]
    pub fn counted(&self) -> u64 {
        self.tally.due.saturating_sub(self.tally.lead_in_due)
    }

    /// How many of these were not answered within a time, whether they were answered later or never.
    #[must_use]
    pub fn later_than(&self, within: Duration) -> u64 {
        let in_time = self.tally.latency.count_between(0, micros(within));
        self.counted().saturating_sub(in_time)
    }

    /// A percentile of the latencies that count, in microseconds; `None` where no answer does.
    #[must_use]
    pub fn latency_at(&self, percent: f64) -> Option<u64> {
        at(&self.tally.latency, percent)
    }

    /// The same of how late the driver itself was; `None` where it had nothing to send.
    #[must_use]
    pub fn lateness_at(&self, percent: f64) -> Option<u64> {
        at(&self.tally.lateness, percent)
    }

    /// Whether the driver itself was so late with its requests, at a constant rate, that the latencies are doubtful.
    #[must_use]
    pub fn fell_behind(&self) -> bool {
        let late = self.tally.lateness.value_at_percentile(99.0);
        late > LATE_US && late > self.tally.latency.value_at_percentile(99.0) / LATE_PART
    }

    /// Whether the driver's own clock stood so long that it was probably stopped.
    #[must_use]
    pub fn stood_still(&self) -> bool {
        self.tally.largest_gap > LONG_GAP
    }

    fn document(&self) -> Document<'_> {
        let tally = &self.tally;
        Document {
            duration_us: self.duration_us(),
            requests: tally.requests,
            bytes: tally.bytes,
            errors: tally.errors,
            latency_us: Latency::of(&tally.latency),
            threads: self.threads,
            largest_gap_us: tally.largest_gap.as_secs_f64() * 1e6,
            opened_connections: tally.opened,
            peak_connections: tally.peak_open,
            no_port: tally.no_port,
            sent: tally.sent,
            in_flight: tally.in_flight,
            faults: &tally.faults,
            checks: tally.checks,
            mismatches: &tally.mismatches,
            constant_rate: self.rate.map(|rate| self.constant_rate(rate)),
        }
    }

    fn constant_rate(&self, rate: f64) -> ConstantRate {
        let lateness = &self.tally.lateness;
        ConstantRate {
            rate,
            achieved: self.requests_per_s(),
            arrivals: self.arrivals.name(),
            seed: self.arrivals.seed(),
            due: self.tally.due,
            lead_in_us: micros(self.lead_in),
            lead_in_due: self.tally.lead_in_due,
            gave_up: self.tally.gave_up,
            unsent: self.unsent(),
            repeated: self.tally.repeated,
            lateness_us: Lateness {
                p50: lateness.value_at_percentile(50.0),
                p99: lateness.value_at_percentile(99.0),
                max: lateness.max(),
            },
            fell_behind: self.fell_behind(),
        }
    }

    /// Writes the latencies in the log format of `HdrHistogram`, which its tools read: one interval, the values in
    /// microseconds.
    pub fn write_log(&self, to: &mut impl Write) -> io::Result<()> {
        let mut serializer = V2DeflateSerializer::new();
        let mut builder = IntervalLogWriterBuilder::new();
        builder.add_comment("latencies in microseconds");
        let mut log = builder.begin_log_with(to, &mut serializer)?;
        let began = SystemTime::now() - self.duration;
        let since_epoch = began.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let written = log.write_histogram(
            &self.tally.latency,
            since_epoch,
            self.duration,
            Tag::new("latency"),
        );
        written.map_err(|error| io::Error::other(format!("{error:?}")))
    }
}

/// A percentile; `None` where nothing was recorded.
fn at(times: &Histogram<u64>, percent: f64) -> Option<u64> {
    (!times.is_empty()).then(|| times.value_at_percentile(percent))
}

impl Latency {
    fn of(histogram: &Histogram<u64>) -> Self {
        let any = !histogram.is_empty();
        let percentile = |name: &'static str| (name, at(histogram, name.parse().unwrap_or(100.0)));
        Self {
            min: any.then(|| histogram.min()),
            max: any.then(|| histogram.max()),
            mean: any.then(|| histogram.mean()),
            stdev: any.then(|| histogram.stdev()),
            percentiles: PERCENTILES.into_iter().map(percentile).collect(),
            histogram: histogram
                .iter_recorded()
                .map(|step| (step.value_iterated_to(), step.count_at_value()))
                .collect(),
        }
    }
}
