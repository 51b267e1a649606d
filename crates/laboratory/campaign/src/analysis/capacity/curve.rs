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
    /// A probe above all points failed otherwise than by being late: the server cannot do that much.
    fails_above: bool,
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
        let (sound, faulty): (Vec<_>, Vec<_>) = probes.partition(|probe| probe.fault.is_empty());
        let mut sound: Vec<(f64, f64, f64)> = sound
            .into_iter()
            .filter_map(|probe| Some((probe.rate, probe.latency(percentile)?, probe.due as f64)))
            .filter(|&(_, us, due)| us > 0.0 && due > 0.0)
            .collect();
        sound.sort_by(|one, other| one.0.total_cmp(&other.0));
        let highest = sound.last().map_or(0.0, |&(rate, ..)| rate);
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
        Self { points, fails_above: faulty.iter().any(|probe| probe.rate > highest) }
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
            None if self.fails_above => Crossing::At(below),
            None => Crossing::AtLeast(below),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn probe(rate: f64, p99_us: f64, fault: &str) -> ProbeRow {
        let mut row = json!({
            "round": 1, "order": 1, "attempt": 1, "contender": "a", "scenario": "b", "number": 1,
            "confirms": false, "rate": rate, "lead_in_s": 0.1, "duration_s": 1.0, "due": 1000,
            "answers": 1000, "p99_us": p99_us, "beyond": "0", "passed": fault.is_empty(),
            "fault": fault, "ended_early": false, "unsent": 0, "errors": 0, "driver_late": false, "disturbed": false,
            "folder": "",
        });
        for missing in ["p50_us", "p75_us", "p90_us", "p95_us", "p999_us", "max_us"] {
            row[missing] = Value::Null;
        }
        serde_json::from_value(row).unwrap()
    }

    fn curve(probes: &[ProbeRow]) -> Curve {
        Curve::through(probes.iter(), Percentile::P99)
    }

    fn at(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn between_two_probes_equal_ratios_of_latency_are_equal_ratios_of_rate() {
        let curve = curve(&[probe(400.0, 100_000.0, ""), probe(100.0, 1000.0, "")]);
        let Crossing::At(rate) = curve.within(at(10)) else { panic!("{curve:?}") };
        assert!((rate - 200.0).abs() < 1e-6, "{rate}");
    }

    #[test]
    fn a_line_never_falls_and_what_contradicts_that_is_averaged() {
        // The geometric mean of 40 and 10 ms is 20 ms.
        let probes = [(100.0, 1e3), (200.0, 4e4), (250.0, 1e4), (300.0, 8e4), (300.0, 2e4)];
        let curve = curve(&probes.map(|(rate, us)| probe(rate, us, "")));
        let rates: Vec<f64> = curve.points().iter().map(|point| point.0).collect();
        assert_eq!(rates, [100.0, 200.0, 250.0, 300.0]);
        let levels: Vec<f64> = curve.points().iter().map(|point| point.1.round()).collect();
        assert_eq!(levels, [1e3, 2e4, 2e4, 4e4]);
        let rate = curve.within(at(20)).rate().unwrap();
        assert!((rate - 250.0).abs() < 1e-6, "{rate}");
    }

    #[test]
    fn beyond_the_probes_there_is_a_bound_or_nothing() {
        let sound = [probe(100.0, 5000.0, ""), probe(200.0, 30_000.0, "")];
        assert_eq!(curve(&sound).within(at(1)), Crossing::Nowhere);
        assert_eq!(curve(&sound).within(at(50)), Crossing::AtLeast(200.0));
        assert_eq!(curve(&[]).within(at(50)), Crossing::Nowhere);
        // Where requests failed above, the server is known to do no more.
        let [low, high] = sound;
        let failed = probe(400.0, 1000.0, "3 requests were not sent");
        assert_eq!(curve(&[low, high, failed]).within(at(50)), Crossing::At(200.0));
    }

    #[test]
    fn where_a_window_ended_early_the_longest_latency_counts() {
        let early = probe(200.0, 60_000.0, "");
        let early = ProbeRow { ended_early: true, max_us: Some(200_000.0), ..early };
        assert_eq!(curve(&[early]).points(), [(200.0, 200_000.0_f64.ln().exp())]);
    }
}
