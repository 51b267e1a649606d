//! What is simulated.

use super::models::Noise;

/// Contenders with their truth and their variation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    /// As in METHODOLOGY.md.
    pub(super) name: &'static str,
    pub(super) truth: &'static [f64],
    pub(super) variation: &'static [f64],
    pub(super) noise: Noise,
}

const fn setting(
    name: &'static str,
    truth: &'static [f64],
    variation: &'static [f64],
    noise: Noise,
) -> Setting {
    Setting { name, truth, variation, noise }
}

const EQUAL: &[f64] = &[1.0; 5];
/// The hardest case for a step-down procedure with noise that is alike, since all else is rejected rightly.
const PAIRS: &[f64] = &[2.0, 2.0, 1.0, 1.0, 0.5];
/// The hardest case where noise is not alike.
const LAST_PAIR: &[f64] = &[1.0, 2.0, 4.0, 8.0, 8.0];
const LAST_PAIR_OF_SEVEN: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 32.0];
const LEAD: &[f64] = &[1.25, 1.0, 1.0, 1.0, 1.0];
const ALIKE: &[f64] = &[0.08; 5];
const ONE_OF_FIVE: &[f64] = &[0.03, 0.03, 0.03, 0.03, 0.12];
const TWO_OF_FIVE: &[f64] = &[0.03, 0.03, 0.03, 0.12, 0.12];
const TWO_OF_SEVEN: &[f64] = &[0.02, 0.02, 0.02, 0.02, 0.02, 0.12, 0.12];
const FIRST_OF_FIVE: &[f64] = &[0.12, 0.03, 0.03, 0.03, 0.03];
const ONE_OF_TEN: &[f64] = &[0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.12];
const ONE_OF_FIFTEEN: &[f64] =
    &[0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.12];

/// False claims and coverage.
pub(super) const SETTINGS: &[Setting] = &[
    setting("8 % each, all equal", EQUAL, ALIKE, Noise::Normal),
    setting("8 % each, pairs of equals", PAIRS, ALIKE, Noise::Normal),
    setting("heavy tails", PAIRS, ALIKE, Noise::Heavy),
    setting("heavier tails still", PAIRS, ALIKE, Noise::HeavierStill),
    setting("noise of two levels", PAIRS, ALIKE, Noise::Mixed),
    setting("slowed trials", PAIRS, ALIKE, Noise::Slowed),
    setting("correlated trials, AR(1) 0.8", PAIRS, ALIKE, Noise::Correlated),
    setting("bursts", PAIRS, ALIKE, Noise::Bursts),
    setting("fast or slow processes", PAIRS, ALIKE, Noise::TwoSpeeds),
    setting("skewed", PAIRS, ALIKE, Noise::Skewed),
    setting("one of the last pair skewed", LAST_PAIR, ALIKE, Noise::SkewedLast),
    setting("restless rounds", PAIRS, ALIKE, Noise::RestlessRounds),
    setting("drift within rounds", PAIRS, ALIKE, Noise::DriftWithinRounds),
    setting("a tenth missing", PAIRS, ALIKE, Noise::Missing),
    setting("slow trials of one missing", PAIRS, ALIKE, Noise::SlowMissing),
    setting(
        "5, 5, 5, 10, 10 %, the last two equal",
        LAST_PAIR,
        &[0.05, 0.05, 0.05, 0.1, 0.1],
        Noise::Normal,
    ),
    setting("3, 3, 3, 12, 12 %, the last two equal", LAST_PAIR, TWO_OF_FIVE, Noise::Normal),
    setting(
        "2, 3, 4, 8, 15 %, the last two equal",
        LAST_PAIR,
        &[0.02, 0.03, 0.04, 0.08, 0.15],
        Noise::Normal,
    ),
    setting("3, 3, 3, 12, 12 %, all equal", EQUAL, TWO_OF_FIVE, Noise::Normal),
    setting("one at four times the noise", EQUAL, ONE_OF_FIVE, Noise::Normal),
    setting("the same, heavy tails", EQUAL, ONE_OF_FIVE, Noise::Heavy),
    setting(
        "two of 7 at six times the noise, those equal",
        LAST_PAIR_OF_SEVEN,
        TWO_OF_SEVEN,
        Noise::Normal,
    ),
    setting("one of 10 at four times the noise", &[1.0; 10], ONE_OF_TEN, Noise::Normal),
    setting("one of 15 at four times the noise", &[1.0; 15], ONE_OF_FIFTEEN, Noise::Normal),
    setting("15 alike", &[1.0; 15], &[0.08; 15], Noise::Normal),
    setting("counts in waves, 38 % apart", &[1.0, 1.38], &[0.02; 2], Noise::Waves),
];

/// Those of [`SETTINGS`] that are looked at after every round.
pub(super) const LOOKED_AT: [&str; 10] = [
    "8 % each, all equal",
    "8 % each, pairs of equals",
    "heavier tails still",
    "slowed trials",
    "slow trials of one missing",
    "5, 5, 5, 10, 10 %, the last two equal",
    "3, 3, 3, 12, 12 %, the last two equal",
    "one at four times the noise",
    "two of 7 at six times the noise, those equal",
    "one of 10 at four times the noise",
];

/// Intervals of the leader against the best of the others.
pub(super) fn best() -> Vec<Setting> {
    vec![
        setting("five equal, 8 % each", EQUAL, ALIKE, Noise::Normal),
        setting("five equal, slowed trials", EQUAL, ALIKE, Noise::Slowed),
        setting("ten equal, 8 % each", &[1.0; 10], &[0.08; 10], Noise::Normal),
        setting("five equal, 3, 3, 3, 12, 12 %", EQUAL, TWO_OF_FIVE, Noise::Normal),
        setting("a lead of 25 %, 8 % each", LEAD, ALIKE, Noise::Normal),
    ]
}

/// A lead to be found over all four others.
pub(super) fn leads() -> Vec<Setting> {
    vec![
        setting("normal, 8 %", LEAD, ALIKE, Noise::Normal),
        setting("heavy tails, 8 %", LEAD, ALIKE, Noise::Heavy),
        setting("slowed trials, 8 %", LEAD, ALIKE, Noise::Slowed),
        setting("leader at 12 %, others at 3 %", LEAD, FIRST_OF_FIVE, Noise::Normal),
        setting("one other at 12 %, all else at 3 %", LEAD, ONE_OF_FIVE, Noise::Normal),
    ]
}

/// Campaigns that go on until decided.
pub(super) fn decided() -> Vec<Setting> {
    vec![
        setting("25 % ahead, 7 %", LEAD, &[0.07; 5], Noise::Normal),
        setting("25 % ahead, 7 %, slowed trials", LEAD, &[0.07; 5], Noise::Slowed),
        setting("25 % ahead, 12 %", LEAD, &[0.12; 5], Noise::Normal),
        setting("15 % ahead, 7 %", &[1.15, 1.0, 1.0, 1.0, 1.0], &[0.07; 5], Noise::Normal),
        setting("10 % ahead of one, 7 %", &[1.1, 1.0, 0.9, 0.5, 0.2], &[0.07; 5], Noise::Normal),
        setting("25 % ahead, 3, 3, 3, 12, 12 %", LEAD, TWO_OF_FIVE, Noise::Normal),
        setting("25 % ahead, 12, 3, 3, 3, 3 %", LEAD, FIRST_OF_FIVE, Noise::Normal),
    ]
}
