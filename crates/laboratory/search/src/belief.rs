//! What probes say of where the share beyond the limit crosses what is allowed.

use crate::{Objective, Probe, Seen};

/// How steep the share beyond rises with the rate: its log odds rise by so much when the rate rises
/// by a factor of e. From a server that stalls now and then to one whose queue is empty until it
/// grows without end; each is √2 times the one before.
const SLOPES: [f64; 17] = [
    1.0, 1.41, 2.0, 2.83, 4.0, 5.66, 8.0, 11.3, 16.0, 22.6, 32.0, 45.3, 64.0, 90.5, 128.0, 181.0,
    256.0,
];
/// A gentler slope is that of a server that stalls: a request that arrives in a stall is late at any
/// rate, and a higher rate only makes the backlog take longer to serve. It is considered where
/// requests come evenly. Random ones scatter so much that it would fit queues as well, and make their
/// capacities uncertain.
const GENTLEST_QUEUE: f64 = 8.0;
/// How probable each slope of a stall is beside one of a queue, where requests come evenly.
const STALL: f64 = 0.2;
/// The slope of a server with random requests, for each request that is due within the limit. By
/// queueing theory it is 1 where service times are exponential, and 2.3 where they are fixed.
const USUAL_SLOPE: f64 = 1.4;
/// The steepest slope that is usual. In theory, the queue of a fast server is empty until it grows
/// without end. A real machine varies in speed, by up to a tenth from one moment to the next, and
/// blurs the crossing by as much.
const STEEPEST_USUAL: f64 = 45.3;
/// How far from it most servers are, as a power of two.
const SLOPE_SPREAD: f64 = 0.5;
/// How probable any other slope is beside the usual one.
const OTHER_SLOPES: f64 = 0.02;
/// How long answers share their queue, in limits, for each unit of the slope: found by simulating
/// the servers of the tests.
const TOGETHER: f64 = 0.15;
/// The same where requests come evenly.
const TOGETHER_EVEN: f64 = 0.4;
/// And how long at most: a queue that is steeper grows without end rather than at random.
const LONGEST_TOGETHER: f64 = 6.0;
/// Where the share beyond the limit is so much higher than what is allowed, the server is
/// overloaded, and how much higher depends on how long the window is.
pub(crate) const OVERLOAD: f64 = 0.2;
/// How probable it is that a probe says nothing of the rate, because something else happened.
const LAPSE: f64 = 0.02;
/// What a probe says counts for so much less with each one after it: servers change.
const FORGETTING: f64 = 0.95;
/// No share is believed to be closer to none, or to all.
const LEAST: f64 = 1e-6;

/// What one probe says.
#[derive(Debug, Clone, Copy)]
enum Evidence {
    /// The share beyond the limit that came closest to being missed.
    Share {
        beyond: f64,
        allowed: f64,
        /// How long the window was, in limits and in requests.
        limits: f64,
        requests: f64,
    },
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
    /// The expected slope.
    slope: f64,
}

/// What is assumed before the first probe, and at what distance capacities are considered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Assumed {
    /// The lowest and the highest capacity, in requests per second.
    pub(crate) between: [f64; 2],
    /// From one to the next, as a share.
    pub(crate) step: f64,
    /// Requests come evenly: the queue is not random for that.
    pub(crate) even: bool,
}

impl Belief {
    pub(crate) fn of(probes: &[(Probe, Seen)], objective: &Objective, assumed: &Assumed) -> Self {
        let evidence = Weighed::of(probes, objective);
        let within = objective.strictest().within.as_secs_f64();
        let grid = assumed.grid();
        let row = |capacity: f64| {
            let usual = USUAL_SLOPE * capacity.exp() * within;
            let usual = usual.clamp(GENTLEST_QUEUE, STEEPEST_USUAL);
            let together = if assumed.even {
                TOGETHER_EVEN
            } else {
                (TOGETHER * usual).clamp(1.0, LONGEST_TOGETHER)
            };
            SLOPES.map(|slope| {
                let prior = if assumed.even { prior_even(slope) } else { prior(slope, usual) };
                // What is ruled out needs no evidence.
                if prior > 0.0 {
                    prior.ln() + evidence.log_likelihood(capacity, slope, together)
                } else {
                    f64::NEG_INFINITY
                }
            })
        };
        let mut joint: Vec<[f64; SLOPES.len()]> = grid.iter().copied().map(row).collect();
        let best = joint.as_flattened().iter().copied().fold(f64::NEG_INFINITY, f64::max);
        joint.as_flattened_mut().iter_mut().for_each(|log| *log = (*log - best).exp());
        let total: f64 = joint.as_flattened().iter().sum();
        let weights = joint.iter().map(|slopes| slopes.iter().sum::<f64>() / total).collect();
        let slopes = joint.iter().flat_map(|row| row.iter().zip(SLOPES));
        let mean: f64 = slopes.map(|(weight, slope)| weight * slope.ln()).sum::<f64>() / total;
        Self { grid, weights, slope: mean.exp() }
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

    /// The standard deviation of the capacity, as a share of it.
    pub(crate) fn deviation(&self) -> f64 {
        let pairs = || self.grid.iter().zip(&self.weights);
        let mean: f64 = pairs().map(|(capacity, weight)| capacity * weight).sum();
        pairs().map(|(capacity, weight)| (capacity - mean).powi(2) * weight).sum::<f64>().sqrt()
    }

    /// The expected slope: by how much the log odds rise when the rate rises by a factor of e.
    pub(crate) fn slope(&self) -> f64 {
        self.slope
    }
}

impl Assumed {
    fn grid(&self) -> Vec<f64> {
        let [from, to] = self.between.map(f64::ln);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a small number of steps"
        )]
        let steps = ((to - from) / self.step).ceil().max(1.0) as u32;
        let at = |step| from + f64::from(step) / f64::from(steps) * (to - from);
        (0..=steps).map(at).collect()
    }
}

/// How probable a slope is beforehand where requests come evenly: a queue may have any.
fn prior_even(slope: f64) -> f64 {
    if slope < GENTLEST_QUEUE { STALL } else { 1.0 }
}

/// How probable a slope is beforehand where they come at random, and another slope is usual.
fn prior(slope: f64, usual: f64) -> f64 {
    if slope < GENTLEST_QUEUE {
        return 0.0;
    }
    let unusual = (slope / usual).log2() / SLOPE_SPREAD;
    (-0.5 * unusual * unusual).exp() + OTHER_SLOPES
}

/// What all probes say, each with its weight and the logarithm of its rate.
struct Weighed {
    probes: Vec<(f64, f64, Evidence)>,
    /// The server has answered wrongly: then it says something that it did not.
    faulty: bool,
}

impl Weighed {
    fn of(probes: &[(Probe, Seen)], objective: &Objective) -> Self {
        let mut weight = 1.0;
        let newest_first = probes.iter().rev().filter_map(|(probe, seen)| {
            let evidence = evidence(probe, seen, objective)?;
            let of_age = weight;
            weight *= FORGETTING;
            Some((of_age, probe.rate.ln(), evidence))
        });
        let probes: Vec<_> = newest_first.collect();
        let faulty = probes.iter().any(|(.., evidence)| matches!(evidence, Evidence::TooHigh));
        Self { probes, faulty }
    }

    /// How well a capacity, by its logarithm, and a slope fit; 0 is a perfect fit.
    fn log_likelihood(&self, capacity: f64, slope: f64, together: f64) -> f64 {
        let fits = self.probes.iter().map(|(weight, rate, evidence)| {
            let fit = evidence.fit(slope * (rate - capacity), together, self.faulty);
            weight * (fit + LAPSE).ln()
        });
        fits.sum()
    }
}

/// What a probe says; nothing if it missed the objective while the driver was late.
fn evidence(probe: &Probe, seen: &Seen, objective: &Objective) -> Option<Evidence> {
    if seen.driver_late && seen.failure(objective).is_some() {
        return None;
    }
    let (limit, beyond) = seen.worst(objective);
    let allowed = limit.percentile.share_beyond();
    if seen.fault.is_some() && beyond <= allowed {
        return Some(Evidence::TooHigh);
    }
    let seconds = probe.duration.as_secs_f64();
    let limits = seconds / limit.within.as_secs_f64();
    let beyond = beyond.min(allowed + OVERLOAD);
    Some(Evidence::Share { beyond, allowed, limits, requests: seconds * probe.rate })
}

impl Evidence {
    /// How well it fits, where the log odds of the share beyond are `above` those that are allowed;
    /// 1 is a perfect fit.
    fn fit(&self, above: f64, together: f64, faulty: bool) -> f64 {
        // How probable it is that the rate is not too high.
        let met = 1.0 / (1.0 + above.exp());
        let Self::Share { beyond, allowed, limits, requests } = *self else { return 1.0 - met };
        let odds_against = (1.0 - allowed) / allowed * (-above).exp();
        let expected = (1.0 / (1.0 + odds_against)).clamp(LEAST, 1.0 - LEAST);
        if beyond >= allowed + OVERLOAD && expected > beyond {
            return 1.0;
        }
        let observations = requests.min(limits / together);
        let fit = (-observations * divergence(beyond, expected)).exp();
        if faulty && beyond <= allowed { fit * met } else { fit }
    }
}

/// How far a share that was seen is from an expected one (Kullback and Leibler), per observation.
fn divergence(seen: f64, expected: f64) -> f64 {
    let part =
        |seen: f64, expected: f64| if seen > 0.0 { seen * (seen / expected).ln() } else { 0.0 };
    part(seen, expected) + part(1.0 - seen, 1.0 - expected)
}
