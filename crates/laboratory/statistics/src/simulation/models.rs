//! Campaigns of a machine that drifts and contenders that vary.

use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Exp1, StandardNormal, StudentT};

use super::super::figure::Figure;

/// How the trials of a campaign vary, on the log scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Noise {
    Normal,
    /// Student's t with 4 degrees of freedom, scaled to the stated variation.
    Heavy,
    /// Student's t with 3 degrees of freedom, likewise.
    HeavierStill,
    /// Normal, and one trial in ten three times as noisy as the others.
    Mixed,
    /// Normal, and 4 % of the trials slowed by 30 %.
    Slowed,
    /// Normal, and correlated by 0.8 from one trial to the next.
    Correlated,
    /// Normal, and in one round of ten half of the trials slowed by 10 to 40 %.
    Bursts,
    /// Each process is fast or slow by the stated variation, and varies by a quarter of it.
    TwoSpeeds,
    /// Exponential towards slow.
    Skewed,
    /// Normal, and the last contender's gamma with shape 2, towards slow.
    SkewedLast,
    /// Normal, every third round three times as noisy.
    RestlessRounds,
    /// Normal, and the machine slows down by a tenth from the first trial of a round to the last, in random order.
    DriftWithinRounds,
    /// Normal, a tenth of the trials missing.
    Missing,
    /// Normal, and the last contender's trials are missing where they are slow, one in four.
    SlowMissing,
    /// Normal, and all answers come in waves to 120 connections, two and a half a window.
    Waves,
}

/// A table with a row for each round.
pub(super) type Table = Vec<Vec<Option<Figure>>>;

/// For the campaigns of a table; those of other seeds are others. `DYNO_SEED` chooses them.
pub(super) fn rng(table: u64) -> ChaCha8Rng {
    let other = std::env::var("DYNO_SEED").map_or(0, |seed| seed.parse().expect("a number"));
    ChaCha8Rng::seed_from_u64(table + 10_000 * other)
}

pub(super) fn normal(rng: &mut ChaCha8Rng) -> f64 {
    StandardNormal.sample(rng)
}

/// A campaign on a machine that loses a fifth of its speed on the way and whose rounds vary by 5 % besides. `variation`
/// is that of each contender.
pub(super) fn campaign(
    rng: &mut ChaCha8Rng,
    truth: &[f64],
    variation: &[f64],
    noise: Noise,
    rounds: usize,
) -> Table {
    let mut last = normal(rng);
    (0..rounds)
        .map(|round| {
            let drift = 1.0 - 0.2 * round as f64 / rounds as f64;
            let machine = drift * (0.05 * normal(rng)).exp();
            let burst = noise == Noise::Bursts && rng.random_bool(0.1);
            let within = drift_within(rng, noise, truth.len());
            let trials = truth.iter().zip(variation).enumerate();
            trials
                .map(|(at, (speed, variation))| {
                    let deviation = if noise == Noise::SkewedLast && at + 1 == truth.len() {
                        // Gamma has the mean 2 and the variance 2.
                        (2.0 - gamma(rng)) / 2.0f64.sqrt()
                    } else {
                        deviation(rng, noise, round, &mut last)
                    };
                    let slow = match noise {
                        Noise::Slowed if rng.random_bool(0.04) => 0.7,
                        Noise::Bursts if burst && 2 * at >= truth.len() => {
                            rng.random_range(0.6..0.9)
                        }
                        _ => 1.0,
                    };
                    let figure =
                        machine * within[at] * speed * slow * (variation * deviation).exp();
                    let missing = match noise {
                        Noise::Missing => rng.random_bool(0.1),
                        Noise::SlowMissing => at + 1 == truth.len() && deviation < -0.67,
                        _ => false,
                    };
                    (!missing).then(|| counted(figure, noise))
                })
                .collect()
        })
        .collect()
}

/// How fast the machine is when it is each contender's turn.
fn drift_within(rng: &mut ChaCha8Rng, noise: Noise, contenders: usize) -> Vec<f64> {
    let mut speeds = vec![1.0; contenders];
    if noise == Noise::DriftWithinRounds {
        for (turn, speed) in speeds.iter_mut().enumerate() {
            *speed = 1.0 - 0.1 * turn as f64 / contenders as f64;
        }
        speeds.shuffle(rng);
    }
    speeds
}

/// With shape 2: the sum of two exponential variates.
fn gamma(rng: &mut ChaCha8Rng) -> f64 {
    let (one, other): (f64, f64) = (Exp1.sample(rng), Exp1.sample(rng));
    one + other
}

/// With variance 1, or about.
fn deviation(rng: &mut ChaCha8Rng, noise: Noise, round: usize, last: &mut f64) -> f64 {
    match noise {
        Noise::Heavy => StudentT::new(4.0).expect("4 is positive").sample(rng) / 2.0f64.sqrt(),
        Noise::HeavierStill => {
            StudentT::new(3.0).expect("3 is positive").sample(rng) / 3.0f64.sqrt()
        }
        // The mean variance of nine ones and a nine is 1.8.
        Noise::Mixed => normal(rng) * if rng.random_bool(0.1) { 3.0 } else { 1.0 } / 1.8f64.sqrt(),
        Noise::Correlated => {
            *last = 0.8 * *last + 0.6 * normal(rng);
            *last
        }
        Noise::TwoSpeeds => 0.25 * normal(rng) + if rng.random_bool(0.5) { 0.5 } else { -0.5 },
        Noise::Skewed => {
            let one: f64 = Exp1.sample(rng);
            1.0 - one
        }
        Noise::RestlessRounds => normal(rng) * if round % 3 == 2 { 1.5 } else { 0.5 },
        _ => normal(rng),
    }
}

/// As a driver counts it.
fn counted(figure: f64, noise: Noise) -> Figure {
    if noise != Noise::Waves {
        return Figure::from(figure);
    }
    // Whole waves; the first ends a little after the window began.
    let answers = 120.0 * (2.5 * figure + 0.1).floor().max(1.0);
    Figure::counted(answers, answers, 120.0)
}
