//! What probes say of where the share beyond the limit crosses what is allowed.

use crate::{Objective, Probe, Seen};

/// How steep the share beyond rises with the rate: its log odds rise by this much when the rate
/// rises by a factor of e. From a server that slows down gently to one whose queue is empty until
/// it grows without end.
const SLOPES: [f64; 7] = [4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];
/// How probable it is that a probe says nothing of the rate, because something else happened.
const LAPSE: f64 = 0.02;
/// No share is believed to be closer to none, or to all.
const LEAST: f64 = 1e-6;

/// What one probe says.
#[derive(Debug, Clone, Copy)]
enum Evidence {
    /// The share beyond the limit that came closest to being missed.
    Share { beyond: f64, allowed: f64, observations: f64 },
    /// It failed for another reason: the capacity is probably lower.
    TooHigh,
}

/// A probability distribution of the capacity.
#[derive(Debug, Clone)]
pub(crate) struct Belief {
    /// Logarithms of capacities, evenly spaced.
    grid: Vec<f64>,
    /// The probability of each, with the sum 1.
    weights: Vec<f64>,
    /// The expected steepness.
    slope: f64,
}

impl Belief {
    /// What these probes say of a capacity between two rates; `step` is the distance of the values
    /// considered, as a share.
    pub(crate) fn of(
        probes: &[(Probe, Seen)],
        objective: &Objective,
        between: [f64; 2],
        step: f64,
    ) -> Self {
        let evidence: Vec<_> = probes
            .iter()
            .filter_map(|(probe, seen)| Some((probe.rate.ln(), evidence(probe, seen, objective)?)))
            .collect();
        let [from, to] = between.map(f64::ln);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a small number of steps"
        )]
        let steps = ((to - from) / step).ceil().max(1.0) as u32;
        let grid: Vec<f64> =
            (0..=steps).map(|at| from + f64::from(at) / f64::from(steps) * (to - from)).collect();
        let likelihood = |capacity: f64, slope: f64| -> f64 {
            evidence.iter().map(|(rate, seen)| seen.log_likelihood(slope * (rate - capacity))).sum()
        };
        let mut joint: Vec<[f64; SLOPES.len()]> =
            grid.iter().map(|&capacity| SLOPES.map(|slope| likelihood(capacity, slope))).collect();
        let best = joint.as_flattened().iter().copied().fold(f64::NEG_INFINITY, f64::max);
        joint.as_flattened_mut().iter_mut().for_each(|log| *log = (*log - best).exp());
        let total: f64 = joint.as_flattened().iter().sum();
        let weights = joint.iter().map(|slopes| slopes.iter().sum::<f64>() / total).collect();
        let slope = joint.iter().flat_map(|row| row.iter().zip(SLOPES));
        let slope = (slope.map(|(weight, slope)| weight * slope.ln()).sum::<f64>() / total).exp();
        Self { grid, weights, slope }
    }

    /// The rate below which the capacity is with this probability.
    pub(crate) fn quantile(&self, probability: f64) -> f64 {
        let mut sum = 0.0;
        let reached = self.weights.iter().position(|weight| {
            sum += weight;
            sum >= probability
        });
        self.grid[reached.unwrap_or(self.grid.len() - 1)].exp()
    }

    /// The most probable rate, half of the probability on either side.
    pub(crate) fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// The standard deviation of the capacity, as a share of it.
    pub(crate) fn deviation(&self) -> f64 {
        let pairs = || self.grid.iter().zip(&self.weights);
        let mean: f64 = pairs().map(|(capacity, weight)| capacity * weight).sum();
        pairs().map(|(capacity, weight)| (capacity - mean).powi(2) * weight).sum::<f64>().sqrt()
    }

    /// The expected steepness: by how much the log odds rise when the rate rises by a factor of e.
    pub(crate) fn slope(&self) -> f64 {
        self.slope
    }
}

/// What a probe says; nothing if it missed the objective while the driver was late.
fn evidence(probe: &Probe, seen: &Seen, objective: &Objective) -> Option<Evidence> {
    let failure = seen.failure(objective);
    if seen.driver_late && failure.is_some() {
        return None;
    }
    let (limit, beyond) = seen.worst(objective);
    if seen.fault.is_some() && beyond <= limit.percentile.share_beyond() {
        return Some(Evidence::TooHigh);
    }
    // Answers that are less than the limit apart share their queue.
    let together = (probe.rate * limit.within.as_secs_f64()).max(1.0);
    let observations = seen.due as f64 / together;
    Some(Evidence::Share { beyond, allowed: limit.percentile.share_beyond(), observations })
}

impl Evidence {
    /// How well it fits, where the log odds of the share beyond are `above` those that are allowed;
    /// 0 is a perfect fit.
    fn log_likelihood(&self, above: f64) -> f64 {
        let fit = match *self {
            Self::Share { beyond, allowed, observations } => {
                let odds_against = (1.0 - allowed) / allowed * (-above).exp();
                let expected = (1.0 / (1.0 + odds_against)).clamp(LEAST, 1.0 - LEAST);
                (-observations * divergence(beyond, expected)).exp()
            }
            Self::TooHigh => 1.0 / (1.0 + (-above).exp()),
        };
        (fit + LAPSE).ln()
    }
}

/// How far a share that was seen is from an expected one (Kullback and Leibler), per observation.
fn divergence(seen: f64, expected: f64) -> f64 {
    let part = |seen: f64, expected: f64| {
        if seen > 0.0 { seen * (seen / expected).ln() } else { 0.0 }
    };
    part(seen, expected) + part(1.0 - seen, 1.0 - expected)
}
