//! Which window is next, and what the windows come to.

use serde::{Deserialize, Serialize};

use crate::{
    Objective, Probe, Seen, Settings,
    belief::Belief,
    window::{Purpose, Window},
};

/// Where a search begins of which nothing is known, in requests per second.
const FIRST: f64 = 16.0;
/// By how much the rate rises from one probe to the next while nothing is known of the capacity.
const STRIDE: f64 = 4.0;
/// The same where there is a hint, for the first step; those after it are longer.
const FIRST_STRIDE: f64 = 1.5;
/// The time for probes that narrow, in windows of such a probe.
const NARROW_WINDOWS: f64 = 6.0;
/// Where the share beyond is expected to be so many times what is allowed, a probe tells most.
const TELLING: f64 = 5.0;

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
        /// Requests per second.
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

/// Between which rates the capacity is, going by single probes.
#[derive(Debug, Clone, Copy, Default)]
struct Bracket {
    /// The highest rate that passed.
    passed: Option<f64>,
    /// The lowest rate that failed, and how many probes failed.
    failed: Option<f64>,
    failures: usize,
    /// The lowest rate at which the driver was late and the objective missed, but for one probe:
    /// that may have been bad luck.
    late: Option<f64>,
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
        let (probe, seen) = self.probes.last()?;
        let Some(reason) = seen.failure(&self.objective) else {
            return probe.confirms.then_some(Answer::Capacity {
                per_s: probe.rate,
                at_least: self.is_lower_bound(probe.rate, bracket),
                confirmed_by: probe.number,
            });
        };
        // Once more than once: the first time something else may have happened.
        let at_lowest = |(probe, _): &&(Probe, Seen)| probe.rate <= self.settings.lowest;
        let hopeless =
            probe.rate <= self.settings.lowest && self.probes.iter().filter(at_lowest).count() > 1;
        hopeless.then_some(Answer::BelowLowest { rate: probe.rate, reason })
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
        let between = [passed.min(failed) / STRIDE, passed.max(failed) * STRIDE];
        let between = between.map(|rate| self.settings.allowed(rate));
        let belief = Belief::of(&self.probes, &self.objective, between, precision / 4.0);
        let in_reach = |rate: f64| {
            let highest = late.map_or(f64::INFINITY, |late| late * (1.0 - precision));
            self.settings.allowed(rate.min(highest))
        };
        if belief.deviation() < precision / 4.0 || self.has_narrowed_long() {
            let below_failed = self.lowest_unconfirmed() * (1.0 - precision / 2.0);
            return (in_reach(belief.median().min(below_failed)), Purpose::Confirm);
        }
        // Close to the crossing nearly all windows would show nothing.
        let above = (TELLING.ln() / belief.slope()).min(precision);
        (in_reach(belief.median() * above.exp()), Purpose::Narrow)
    }

    /// The lowest rate that a confirming window did not confirm.
    fn lowest_unconfirmed(&self) -> f64 {
        let confirming = self.probes.iter().filter(|(probe, _)| probe.confirms);
        confirming.map(|(probe, _)| probe.rate).fold(f64::INFINITY, f64::min)
    }

    /// Whether the time for narrowing is used up.
    fn has_narrowed_long(&self) -> bool {
        let within = self.objective.strictest().within.as_secs_f64();
        let window = (within / self.settings.precision).max(2.0);
        let narrowing = self.probes.iter().filter(|(probe, _)| !probe.confirms);
        let spent = narrowing.map(|(probe, seen)| {
            // An overloaded probe may have ended early.
            let counted = probe.duration.as_secs_f64().min(seen.due as f64 / probe.rate);
            probe.lead_in.as_secs_f64() + counted
        });
        spent.sum::<f64>() > (NARROW_WINDOWS - 0.5) * window
    }
}

impl Bracket {
    fn of(probes: &[(Probe, Seen)], objective: &Objective) -> Self {
        let mut bracket = Self::default();
        let mut late = Vec::new();
        for (probe, seen) in probes {
            let rate = probe.rate;
            match seen.failure(objective) {
                None => bracket.passed = Some(bracket.passed.map_or(rate, |other| other.max(rate))),
                Some(_) if seen.driver_late => late.push(rate),
                Some(_) => {
                    bracket.failed = Some(bracket.failed.map_or(rate, |other| other.min(rate)));
                    bracket.failures += 1;
                }
            }
        }
        late.sort_by(f64::total_cmp);
        bracket.late = late.get(1).copied();
        bracket
    }
}
