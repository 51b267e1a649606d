//! Latency over rate, as a line through noisy probes.

use std::time::Duration;

use search::Percentile;

use crate::record::probe::ProbeRow;

/// A line that never falls: more load never makes a server faster, and where a probe says so it is
/// noise. It is the least-squares fit of all such lines to the logarithms of the latencies, each with
/// the weight of its requests (isotonic regression).
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Curve {
    /// Requests per second, rising, with latencies in microseconds.
    points: Vec<(f64, f64)>,
    /// The lowest rate above all points at which a server failed otherwise than by being late.
    fails_at: Option<f64>,
}

/// Where a line crosses a latency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Crossing {
    /// Even the lowest rate takes longer, or there is no line.
    Nowhere,
    /// At this rate.
    At(f64),
    /// Beyond the highest rate.
    AtLeast(f64),
}

impl Crossing {
    pub(super) fn rate(self) -> Option<f64> {
        match self {
            Self::Nowhere => None,
            Self::At(rate) | Self::AtLeast(rate) => Some(rate),
        }
    }
}

/// Neighbouring probes with one latency.
struct Block {
    rates: Vec<f64>,
    /// The weighted sum of the logarithms.
    sum: f64,
    weight: f64,
}

impl Block {
    fn level(&self) -> f64 {
        self.sum / self.weight
    }
}

impl Curve {
    /// The line through a percentile of probes.
    pub(super) fn through<'a>(
        probes: impl Iterator<Item = &'a ProbeRow>,
        percentile: Percentile,
    ) -> Self {
        let (faulty, sound): (Vec<_>, Vec<_>) = probes.partition(|probe| !probe.fault.is_empty());
        let mut sound: Vec<(f64, f64, f64)> = sound
            .into_iter()
            .filter_map(|probe| Some((probe.rate, probe.percentile(percentile)?, probe.due as f64)))
            .filter(|&(_, us, due)| us > 0.0 && due > 0.0)
            .collect();
        sound.sort_by(|one, other| one.0.total_cmp(&other.0));
        let highest = sound.last().map_or(0.0, |&(rate, ..)| rate);
        let above = faulty.into_iter().map(|probe| probe.rate).filter(|&rate| rate > highest);
        let mut blocks: Vec<Block> = Vec::new();
        for (rate, us, weight) in sound {
            blocks.push(Block { rates: vec![rate], sum: us.ln() * weight, weight });
            while let [.., one, next] = blocks.as_mut_slice()
                && (one.level() >= next.level() || one.rates.last() == next.rates.first())
            {
                one.rates.append(&mut next.rates);
                one.sum += next.sum;
                one.weight += next.weight;
                blocks.pop();
            }
        }
        let mut points: Vec<(f64, f64)> = blocks
            .iter()
            .flat_map(|block| block.rates.iter().map(|&rate| (rate, block.level().exp())))
            .collect();
        points.dedup();
        Self { points, fails_at: above.reduce(f64::min) }
    }

    /// The line's points.
    pub(super) fn points(&self) -> &[(f64, f64)] {
        &self.points
    }

    /// The highest rate at which the latency is within a limit, interpolated between the points, in
    /// logarithms.
    pub(super) fn within(&self, limit: Duration) -> Crossing {
        let limit = limit.as_secs_f64() * 1e6;
        let inside = self.points.partition_point(|&(_, us)| us <= limit);
        let Some(&(below, low)) = inside.checked_sub(1).and_then(|at| self.points.get(at)) else {
            return Crossing::Nowhere;
        };
        match self.points.get(inside) {
            Some(&(above, high)) => {
                let share = (limit / low).ln() / (high / low).ln();
                Crossing::At(below * (above / below).powf(share))
            }
            // Somewhere between here and the failure.
            None if self.fails_at.is_some() => Crossing::At(below),
            None => Crossing::AtLeast(below),
        }
    }
}
