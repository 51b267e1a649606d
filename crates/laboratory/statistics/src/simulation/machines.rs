//! Thirty rounds spread over several machines: what verdicts claim, and whether an interaction is found.

use rand_chacha::ChaCha8Rng;

use super::super::{Relation, Rules, analyse, interactions};
use super::figures::{covers, is_wrong, percent};
use super::models::{Table, normal, rng};

/// Of a campaign.
const ROUNDS: usize = 30;
/// Between the machines with the lowest and the highest level.
const LEVELS: f64 = 4.0;
/// Noise of a trial on the calmest and on the most restless machine; one machine has the mean.
const NOISE: [f64; 2] = [0.04, 0.12];

/// Rounds that are spread over machines.
pub(super) struct Spread {
    pub(super) machines: usize,
    pub(super) truth: &'static [f64],
    /// How many times as good the first contender is on every other machine.
    pub(super) planted: f64,
}

/// Five equals.
pub(super) const EQUALS: Spread = Spread { machines: 1, truth: &[1.0; 5], planted: 1.0 };
/// The first is 8 % ahead of four equals.
pub(super) const AHEAD: Spread =
    Spread { machines: 1, truth: &[1.08, 1.0, 1.0, 1.0, 1.0], planted: 1.0 };
/// The first is the worst on one kind of machine, and 20 % better, the best, on the other.
pub(super) const KINDS: Spread =
    Spread { machines: 1, truth: &[0.95, 1.0, 1.0, 1.0, 1.0], planted: 1.2 };

/// In percent of campaigns.
#[derive(Debug)]
pub(super) struct Seen {
    /// With any false claim.
    pub(super) wrong: f64,
    /// With an interval that covers the truth, of the worst pair.
    pub(super) worst: f64,
    /// The same of all pairs together.
    pub(super) mean: f64,
    /// The first contender is shown to be higher than all others.
    pub(super) first: f64,
    /// A ratio is shown to depend on the machine.
    pub(super) interaction: f64,
    /// So is one of the first contender.
    pub(super) of_first: f64,
}

/// A table for each machine.
fn tables(rng: &mut ChaCha8Rng, spread: &Spread) -> Vec<Table> {
    let last = (spread.machines - 1).max(1) as f64;
    let machine = |machine: usize, rng: &mut ChaCha8Rng| -> Table {
        let place = if spread.machines == 1 { 0.5 } else { machine as f64 / last };
        let noise = NOISE[0] + place * (NOISE[1] - NOISE[0]);
        let planted = if machine.is_multiple_of(2) { 1.0 } else { spread.planted };
        let row = |rng: &mut ChaCha8Rng| {
            let level = LEVELS.powf(place) * (0.05 * normal(rng)).exp();
            let figure = |(at, truth): (usize, &f64)| {
                let own = if at == 0 { planted } else { 1.0 };
                Some((level * own * truth * (noise * normal(rng)).exp()).into())
            };
            spread.truth.iter().enumerate().map(figure).collect()
        };
        (0..ROUNDS / spread.machines).map(|_| row(rng)).collect()
    };
    (0..spread.machines).map(|at| machine(at, rng)).collect()
}

pub(super) fn seen(spread: &Spread, campaigns: u32) -> Seen {
    let Spread { truth, .. } = *spread;
    let mut rng = rng(800 + spread.machines as u64);
    // As they are planted.
    let kinds: Vec<usize> = (0..spread.machines).map(|machine| machine % 2).collect();
    let mut covered = vec![0; truth.len() * (truth.len() - 1) / 2];
    let (mut wrong, mut first, mut interaction, mut of_first) = (0, 0, 0, 0);
    for _ in 0..campaigns {
        let tables = tables(&mut rng, spread);
        let pairs = analyse(&tables.concat(), Rules::default()).comparisons;
        wrong += u32::from(pairs.iter().any(|pair| is_wrong(pair, truth)));
        let mut of = pairs.iter().take(truth.len() - 1);
        first += u32::from(of.all(|pair| pair.relation == Relation::Higher));
        for (covered, pair) in covered.iter_mut().zip(&pairs) {
            *covered += u32::from(covers(pair, truth));
        }
        let found = interactions(&tables, &kinds);
        interaction += u32::from(!found.is_empty());
        of_first += u32::from(found.iter().any(|pair| pair.a == 0));
    }
    let share = |count| percent(count, campaigns);
    let shares: Vec<f64> = covered.into_iter().map(share).collect();
    Seen {
        wrong: share(wrong),
        worst: shares.iter().copied().fold(100.0, f64::min),
        mean: shares.iter().sum::<f64>() / shares.len() as f64,
        first: share(first),
        interaction: share(interaction),
        of_first: share(of_first),
    }
}
