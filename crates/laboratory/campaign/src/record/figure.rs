//! A sample's figures: which of them may be used, and why one is missing.

use super::{
    limiter::Limiter,
    sample::{Sample, Status},
};
use crate::{load_driver::LoadDriver, matrix::Metric};

/// A percentile counts if the trial has at least this many answers beyond it: five hundred for
/// p99, ten for the median. With fewer it is the latency of one or two single answers.
const ANSWERS_BEYOND: f64 = 5.0;

/// The share of answers that a p99 leaves beyond it.
const BEYOND_P99: f64 = 0.01;

impl Sample {
    /// The sample's figure for a metric; `None` where [`Sample::lacks`] says why.
    #[must_use]
    pub fn figure(&self, metric: Metric) -> Option<f64> {
        if !self.is_ok() {
            return None;
        }
        match metric {
            Metric::CapacityPerS => self.capacity_per_s,
            Metric::RequestsPerS => self.requests_per_s,
            Metric::P99Us => {
                self.percentile(self.p99_us, BEYOND_P99).filter(|_| !self.latency_censored)
            }
            Metric::PeakRssTreeKb => self.peak_rss_tree_kb.map(|kb| kb as f64),
            Metric::ServerCpuUsPerRequest => self.server_cpu_us_per_request,
        }
        .filter(|&figure| figure.is_finite() && figure > 0.0)
    }

    /// A percentile of the sample, in microseconds, if enough answers stand behind it; `beyond` is
    /// the share of answers above it, 0 to 1.
    #[must_use]
    pub fn percentile(&self, us: Option<f64>, beyond: f64) -> Option<f64> {
        us.filter(|_| self.requests.is_none_or(|answers| answers as f64 * beyond >= ANSWERS_BEYOND))
    }

    /// Why the sample has no figure for a metric, as the end of a sentence.
    #[must_use]
    pub fn lacks(&self, metric: Metric) -> String {
        let answers = self.requests.unwrap_or(0);
        if !self.is_ok() {
            format!("the trial is {}: {}", self.status.word(), self.reason)
        } else if metric == Metric::CapacityPerS && self.driver == LoadDriver::Search {
            let rate = self.rate.unwrap_or_default();
            let noun = if (rate - 1.0).abs() < f64::EPSILON { "request/s" } else { "requests/s" };
            format!("it missed the objective even at {rate} {noun}, the lowest rate tried")
        } else if metric == Metric::P99Us && self.latency_censored {
            "answers that came too late to be counted make it a lower bound".to_owned()
        } else if metric == Metric::P99Us && self.p99_us.is_some() {
            let needed = (ANSWERS_BEYOND / BEYOND_P99).ceil();
            format!("it takes {needed} answers and the window had {answers}: measure for longer")
        } else {
            "it was not measured".to_owned()
        }
    }

    /// Whether the contender would have had a higher figure with another driver: the driver ended the
    /// search for its capacity, or was the limiter of its throughput.
    #[must_use]
    pub fn is_lower_bound(&self, metric: Metric) -> bool {
        let of_driver = match metric {
            Metric::CapacityPerS => self.capacity_at_least == Some(true),
            Metric::RequestsPerS if self.driver.is_closed_loop() => match self.limiter {
                Some(Limiter::Driver) => true,
                // Foreign load hides which of the two it slowed, and samples of before name no limiter.
                Some(Limiter::Foreign) | None => self.driver_bound,
                Some(_) => false,
            },
            _ => false,
        };
        of_driver && self.is_ok()
    }

    /// Whether the contender answered wrongly. Campaigns from before this was recorded call every
    /// measured fault a wrong answer, unless a longer window followed.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        let wrong = self.answered_wrongly.unwrap_or(self.next_window_s.is_none());
        self.status == Status::Invalid && wrong
    }
}
