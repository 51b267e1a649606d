//! Which window is next, and what the windows come to.

use serde::{Deserialize, Serialize};

use crate::{
    Objective, Probe, Seen, Settings,
    belief::{Assumed, Belief},
    bracket::Bracket,
    window::{Purpose, Window},
};

/// Where a search begins of which nothing is known, in requests per second.
const FIRST: f64 = 16.0;
/// By how much the rate rises from one probe to the next while nothing is known of the capacity.
const STRIDE: f64 = 4.0;
/// The same where there is a hint, for the first step; those after it are longer.
const FIRST_STRIDE: f64 = 1.5;
/// So many short windows come near the capacity, or none does.
const MOST_APPROACHES: usize = 8;
/// A probe tells most where the share beyond is expected to be so many times what is allowed: close
/// to the crossing nearly all windows would show nothing.
const TELLING: f64 = 3.0;
/// But it goes no further above the expected crossing, in precisions.
const FURTHEST: f64 = 1.6;
/// The probability that the capacity is below the rate that is to be confirmed.
const CAUTION: f64 = 0.5;

/// A search. See the crate's documentation.
#[derive(Debug, Clone)]
pub struct Search {
    objective: Objective,
    settings: Settings,
    probes: Vec<(Probe, Seen)>,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Measure this window, and say what was seen.
    Probe(Probe),
    /// Nothing more.
    Done(Answer),
}

/// What a search has found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The highest rate at which the objective is met, as far as the precision goes.
    Capacity {
        /// Requests per second: what all probes say, at least the rate that was confirmed and at most
        /// half of the precision above it.
        per_s: f64,
        /// It is a lower bound: the driver was late above it, or it is the highest rate allowed.
        at_least: bool,
        /// The number of the probe that confirmed it.
        confirmed_by: u32,
    },
    /// Not even the lowest rate meets the objective.
    BelowLowest {
        /// The lowest rate, in requests per second.
        rate: f64,
        /// Why its last probe failed, in words.
        reason: String,
    },
}

impl Search {
    /// A search of which nothing has been measured.
    #[must_use]
    pub fn new(objective: &Objective, settings: Settings) -> Self {
        Self { objective: objective.clone(), settings, probes: Vec::new() }
    }

    /// Says what was seen in a probe: the one that [`Self::step`] gave last, or one of an earlier
    /// search that is resumed, in their order.
    pub fn saw(&mut self, probe: Probe, seen: Seen) {
        self.probes.push((probe, seen));
    }

    /// What is to be done next. It is the same until something is seen.
    #[must_use]
    pub fn step(&self) -> Step {
        let bracket = Bracket::of(&self.probes, &self.objective);
        if let Some(answer) = self.answer(&bracket) {
            return Step::Done(answer);
        }
        let (rate, purpose) = self.next(&bracket);
        let window = Window::of(purpose, rate, self.objective.strictest(), &self.settings);
        Step::Probe(Probe {
            number: self.probes.last().map_or(0, |(probe, _)| probe.number) + 1,
            rate,
            lead_in: window.lead_in,
            duration: window.counted,
            confirms: purpose == Purpose::Confirm,
        })
    }

    fn answer(&self, bracket: &Bracket) -> Option<Answer> {
        if let Some(probe) = self.confirmed(bracket) {
            return Some(self.capacity(probe, bracket));
        }
        let (probe, seen) = self.probes.last()?;
        let reason = seen.failure(&self.objective)?;
        // Once more than once: the first time something else may have happened.
        let at_lowest = |(probe, _): &&(Probe, Seen)| probe.rate <= self.settings.lowest;
        let hopeless =
            probe.rate <= self.settings.lowest && self.probes.iter().filter(at_lowest).count() > 1;
        hopeless.then_some(Answer::BelowLowest { rate: probe.rate, reason })
    }

    /// The answer that a probe confirms. Some rates are confirmed only below others that were missed
    /// by chance: the answer is what all probes say, but no further above than half of the
    /// precision, since a server that gets slower was faster in the earlier ones.
    fn capacity(&self, probe: &Probe, bracket: &Bracket) -> Answer {
        let at_least = self.is_lower_bound(probe.rate, bracket);
        let both = bracket.passed.zip(bracket.failed).filter(|_| !at_least);
        let per_s = both.map_or(probe.rate, |(passed, failed)| {
            let highest = probe.rate * (1.0 + self.settings.precision / 2.0);
            self.belief(passed, failed).quantile(CAUTION).clamp(probe.rate, highest)
        });
        Answer::Capacity { per_s, at_least, confirmed_by: probe.number }
    }

    /// The highest rate that was confirmed, unless a higher one is expected and was not tried.
    fn confirmed(&self, bracket: &Bracket) -> Option<&Probe> {
        let passed = self.confirming().filter(|(_, seen)| seen.failure(&self.objective).is_none());
        let (highest, _) = passed.max_by(|one, other| one.0.rate.total_cmp(&other.0.rate))?;
        let too_low = || {
            let (passed, failed) = bracket.passed.zip(bracket.failed)?;
            let expected = self.belief(passed, failed).quantile(CAUTION);
            Some(expected > highest.rate * (1.0 + self.settings.precision))
        };
        let only_one = self.confirming().count() == 1;
        (!only_one || too_low() != Some(true)).then_some(highest)
    }

    /// The windows that were to confirm.
    fn confirming(&self) -> impl Iterator<Item = &(Probe, Seen)> {
        self.probes.iter().filter(|(probe, _)| probe.confirms)
    }

    /// Whether the capacity may be above this rate, and nobody could try.
    fn is_lower_bound(&self, rate: f64, bracket: &Bracket) -> bool {
        let close = 1.0 + 2.0 * self.settings.precision;
        rate >= self.settings.highest || bracket.late.is_some_and(|late| late <= rate * close)
    }

    fn next(&self, bracket: &Bracket) -> (f64, Purpose) {
        let Settings { hint, lowest, highest, .. } = self.settings;
        let stride = self.stride();
        match (bracket.passed, bracket.failed.or(bracket.late)) {
            (None, None) => (self.settings.allowed(hint.unwrap_or(FIRST)), Purpose::Bracket),
            (Some(passed), None) if passed >= highest => (highest, Purpose::Confirm),
            (Some(passed), None) => (self.settings.allowed(passed * stride), Purpose::Bracket),
            (None, Some(failed)) if failed <= lowest => (lowest, Purpose::Narrow),
            (None, Some(failed)) => (self.settings.allowed(failed / stride), Purpose::Bracket),
            (Some(passed), Some(late)) if bracket.failed.is_none() => {
                if self.is_lower_bound(passed, bracket) {
                    (passed, Purpose::Confirm)
                } else {
                    ((passed * late).sqrt(), Purpose::Narrow)
                }
            }
            // From far below, one failure may have been something else.
            (Some(passed), Some(failed)) if failed > 2.0 * passed && bracket.failures == 1 => {
                (failed, Purpose::Bracket)
            }
            (Some(passed), Some(failed)) => self.narrow(passed, failed, bracket.late),
        }
    }

    /// By how much the next rate is above or below all that were tried.
    fn stride(&self) -> f64 {
        let tried = self.probes.len().try_into().unwrap_or(i32::MAX);
        if self.settings.hint.is_some() { FIRST_STRIDE.powi(tried).min(STRIDE) } else { STRIDE }
    }

    /// Where to go once the order of the capacity is known.
    fn narrow(&self, passed: f64, failed: f64, late: Option<f64>) -> (f64, Purpose) {
        let precision = self.settings.precision;
        let belief = self.belief(passed, failed);
        let in_reach = |rate: f64| {
            let highest = late.map_or(f64::INFINITY, |late| late * (1.0 - precision));
            self.settings.allowed(rate.min(highest))
        };
        if self.has_narrowed_long() || self.confirming().count() > 0 {
            return (in_reach(self.to_confirm(belief.quantile(CAUTION))), Purpose::Confirm);
        }
        let above = (TELLING.ln() / belief.slope()).min(FURTHEST * precision);
        let near = belief.deviation() <= 2.0 * precision || self.has_approached_long();
        let purpose = if near { Purpose::Narrow } else { Purpose::Approach };
        (in_reach(belief.quantile(0.5) * above.exp()), purpose)
    }

    /// What all probes say, where one has passed and one has failed.
    fn belief(&self, passed: f64, failed: f64) -> Belief {
        let Settings { precision, even, .. } = self.settings;
        let between = [passed.min(failed) / STRIDE, passed.max(failed) * STRIDE];
        let between = between.map(|rate| self.settings.allowed(rate));
        let assumed = Assumed { between, step: precision / 4.0, even };
        Belief::of(&self.probes, &self.objective, &assumed)
    }

    /// The rate to be confirmed where this one is expected to be: below those that were not, further
    /// each time, but never so far that one unlucky window decides.
    fn to_confirm(&self, expected: f64) -> f64 {
        let missed = self.confirming().filter(|(_, seen)| seen.failure(&self.objective).is_some());
        let rates: Vec<f64> = missed.map(|(probe, _)| probe.rate).collect();
        let step = self.settings.precision * rates.len() as f64;
        rates.into_iter().reduce(f64::min).map_or(expected, |failed| {
            expected.clamp(failed * (1.0 - step), failed * (1.0 - step / 2.0))
        })
    }

    /// Whether short windows have told what they can.
    fn has_approached_long(&self) -> bool {
        let limit = self.objective.strictest();
        let [short, long] = [Purpose::Approach, Purpose::Narrow]
            .map(|purpose| Window::shortest(purpose, limit, &self.settings));
        let lengths = self.probes.iter().map(|(probe, _)| probe.duration.as_secs_f64());
        lengths.filter(|length| (short..long).contains(length)).count() >= MOST_APPROACHES
    }

    /// Whether the time for narrowing is used up: one window's worth, to which a window that ended
    /// early adds only what it took.
    fn has_narrowed_long(&self) -> bool {
        let window = Window::shortest(Purpose::Narrow, self.objective.strictest(), &self.settings);
        let lengths = self.probes.iter().map(|(probe, seen)| {
            let ordered = probe.duration.as_secs_f64();
            // An overloaded probe may have ended early.
            (ordered, ordered.min(seen.due as f64 / probe.rate))
        });
        let narrowing = lengths.filter(|(ordered, _)| *ordered >= window);
        narrowing.map(|(_, took)| took).sum::<f64>() > 0.5 * window
    }
}
