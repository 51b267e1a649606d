//! When requests are due.

use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How requests at a constant rate follow each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Arrivals {
    /// At even intervals.
    #[default]
    Even,
    /// Each independent of the others, as the requests of many clients: a Poisson process.
    Poisson {
        /// The same seed makes the same schedule, with the same rate and number of threads.
        seed: u64,
    },
}

impl Arrivals {
    /// Its name in commands and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Even => "even",
            Self::Poisson { .. } => "poisson",
        }
    }

    /// What makes a random schedule another one.
    #[must_use]
    pub fn seed(self) -> Option<u64> {
        match self {
            Self::Even => None,
            Self::Poisson { seed } => Some(seed),
        }
    }
}

/// Random requests beyond so many are not counted one by one.
const COUNTED: u64 = 1_000_000;

/// A constant rate, as it was ordered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) start: Instant,
    /// Nothing is due from here on.
    pub(crate) end: Instant,
    /// Requests per second of all threads together.
    pub(crate) rate: f64,
    pub(crate) arrivals: Arrivals,
}

/// A thread's part of a constant rate.
#[derive(Debug, Clone)]
pub(crate) struct Schedule {
    pace: Pace,
    sequence: Sequence,
}

/// When the requests of a thread are due, in seconds after the start.
#[derive(Debug, Clone)]
enum Sequence {
    /// They take turns with those of the other threads.
    Even { place: u64, threads: u64, rate: f64 },
    /// The sum of independent Poisson processes is one, with the sum of the rates.
    Poisson { due: f64, rate: f64, random: Box<ChaCha8Rng> },
}

impl Schedule {
    pub(crate) fn new(pace: Pace, thread: u64, threads: u64) -> Self {
        let sequence = match pace.arrivals {
            Arrivals::Even => Sequence::Even { place: thread, threads, rate: pace.rate },
            Arrivals::Poisson { seed } => {
                let mut random = Box::new(ChaCha8Rng::seed_from_u64(seed));
                // One seed has so many independent streams.
                random.set_stream(thread);
                let rate = pace.rate / threads as f64;
                let mut sequence = Sequence::Poisson { due: 0.0, rate, random };
                sequence.advance();
                sequence
            }
        };
        Self { pace, sequence }
    }

    /// When the next request is due; `None` when that is after the end.
    pub(crate) fn due(&self) -> Option<Instant> {
        // Where the rate is tiny, no clock goes so far.
        let after = Duration::try_from_secs_f64(self.sequence.due()).ok()?;
        self.pace.start.checked_add(after).filter(|&due| due < self.pace.end)
    }

    /// The next request was sent.
    pub(crate) fn advance(&mut self) {
        self.sequence.advance();
    }

    /// How many of the requests that were not sent are due before this moment.
    pub(crate) fn left_before(&self, moment: Instant) -> u64 {
        let passed = moment.min(self.pace.end).saturating_duration_since(self.pace.start);
        self.sequence.left_before(passed.as_secs_f64())
    }
}

impl Sequence {
    fn due(&self) -> f64 {
        match self {
            Self::Even { place, rate, .. } => *place as f64 / rate,
            Self::Poisson { due, .. } => *due,
        }
    }

    fn advance(&mut self) {
        match self {
            Self::Even { place, threads, .. } => *place += *threads,
            // 1 less a number below 1 is above 0, and has a logarithm.
            Self::Poisson { due, rate, random } => {
                *due -= (1.0 - random.random::<f64>()).ln() / *rate;
            }
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts of requests, not below 0"
    )]
    fn left_before(&self, moment: f64) -> u64 {
        if let Self::Even { place, threads, rate } = self {
            return ((moment * rate).ceil() as u64).saturating_sub(*place).div_ceil(*threads);
        }
        let mut rest = self.clone();
        for count in 0..COUNTED {
            if rest.due() >= moment {
                return count;
            }
            rest.advance();
        }
        let Self::Poisson { due, rate, .. } = rest else { return COUNTED };
        COUNTED + ((moment - due) * rate).max(0.0) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(rate: f64, lasts: Duration, arrivals: Arrivals) -> Pace {
        let start = Instant::now();
        Pace { start, end: start + lasts, rate, arrivals }
    }

    /// When all requests of all threads are due, in seconds.
    fn all(pace: Pace, threads: u64) -> Vec<f64> {
        let mut all = Vec::new();
        for thread in 0..threads {
            let mut schedule = Schedule::new(pace, thread, threads);
            let (counted, before) = (schedule.left_before(pace.end), all.len() as u64);
            while let Some(due) = schedule.due() {
                all.push(due.duration_since(pace.start).as_secs_f64());
                schedule.advance();
            }
            assert_eq!(all.len() as u64 - before, counted);
            assert_eq!(schedule.left_before(pace.end), 0);
        }
        all.sort_by(f64::total_cmp);
        all
    }

    #[test]
    fn even_requests_take_turns_between_threads_and_together_they_keep_the_rate() {
        let second = Duration::from_secs(1);
        let due = all(pace(10.0, second, Arrivals::Even), 3);
        let tenths: Vec<f64> = due.iter().map(|due| (due * 10.0).round()).collect();
        assert_eq!(tenths, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]);
    }

    #[test]
    fn at_a_tiny_rate_only_the_first_request_is_ever_due() {
        let hour = Duration::from_hours(1);
        assert_eq!(all(pace(1e-308, hour, Arrivals::Even), 2), [0.0]);
        assert_eq!(all(pace(1e-308, hour, Arrivals::Poisson { seed: 1 }), 2), [0.0; 0]);
    }

    #[test]
    fn random_requests_of_all_threads_together_are_a_poisson_process_of_the_whole_rate() {
        let lasts = Duration::from_secs(1000);
        let due = all(pace(100.0, lasts, Arrivals::Poisson { seed: 7 }), 3);
        // Of 100,000 requests; the standard deviation is 316.
        assert!((99_000..101_000).contains(&due.len()), "{}", due.len());
        // In tenths of a second there are as many as vary: 10.
        let mut counts = vec![0.0_f64; 10_000];
        for (tenth, count) in (0_u32..).zip(&mut counts) {
            let [from, to] = [tenth, tenth + 1].map(|tenth| f64::from(tenth) / 10.0);
            let before = |moment| due.partition_point(|&due| due < moment);
            *count = (before(to) - before(from)) as f64;
        }
        let mean = counts.iter().sum::<f64>() / 10_000.0;
        let variance = counts.iter().map(|count| (count - mean) * (count - mean)).sum::<f64>();
        assert!((9.5..10.5).contains(&(variance / 10_000.0)), "{variance}");
        // No gap is longer than 20 ms for one in e² requests.
        let long = due.windows(2).filter(|pair| pair[1] - pair[0] > 0.02).count();
        let share = long as f64 / due.len() as f64;
        assert!((share - (-2.0_f64).exp()).abs() < 0.005, "{share}");
    }

    #[test]
    fn the_same_seed_makes_the_same_schedule_and_another_one_another() {
        let of = |seed| all(pace(50.0, Duration::from_secs(2), Arrivals::Poisson { seed }), 2);
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }

    #[test]
    fn what_is_left_of_a_huge_rate_is_counted_in_no_time() {
        let pace = pace(1e9, Duration::from_secs(100), Arrivals::Poisson { seed: 1 });
        let left = Schedule::new(pace, 0, 1).left_before(pace.end);
        assert!((left as f64 / 1e11 - 1.0).abs() < 1e-4, "{left}");
    }
}
