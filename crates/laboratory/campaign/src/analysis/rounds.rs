//! Samples by round: of each cell in each round, the one that counts.

use std::collections::{BTreeMap, BTreeSet};

use statistics::{Figure, Looks, Rules};

use super::bound::headroom;
use crate::{load_driver::LoadDriver, matrix::Metric, plan::Plan, record::sample::Sample};

/// Nothing is settled by fewer rounds than this.
pub(super) const FEWEST_ROUNDS: usize = 3;

/// The rounds of a campaign.
#[derive(Debug)]
pub(super) struct ByRound<'a> {
    samples: Vec<&'a Sample>,
    rounds: BTreeMap<u32, Round<'a>>,
}

/// A cell's name: contender, scenario and driver.
pub(super) type CellName<'a> = (&'a str, &'a str, LoadDriver);

/// A round: the sample that counts for each cell, which is the last one if a window was measured
/// again.
#[derive(Debug, Clone, Default)]
pub(super) struct Round<'a> {
    cells: BTreeMap<CellName<'a>, &'a Sample>,
}

impl<'a> ByRound<'a> {
    pub(super) fn new(samples: impl IntoIterator<Item = &'a Sample>) -> Self {
        let samples: Vec<&Sample> = samples.into_iter().collect();
        let mut rounds: BTreeMap<u32, Round> = BTreeMap::new();
        for &sample in &samples {
            let cell = (sample.contender.as_str(), sample.scenario.as_str(), sample.driver);
            let round = rounds.entry(sample.round).or_default();
            let counts = round.cells.entry(cell).or_insert(sample);
            if sample.attempt > counts.attempt {
                *counts = sample;
            }
        }
        Self { samples, rounds }
    }

    /// The rounds of these numbers alone.
    pub(super) fn only(&self, numbers: &BTreeSet<u32>) -> Self {
        let samples = self.samples.iter().filter(|sample| numbers.contains(&sample.round));
        let rounds = self.rounds.iter().filter(|(number, _)| numbers.contains(number));
        Self {
            samples: samples.copied().collect(),
            rounds: rounds.map(|(&number, round)| (number, round.clone())).collect(),
        }
    }

    /// All samples of a contender in the order of measurement, those measured again included.
    pub(super) fn attempts(&self, contender: &str) -> impl Iterator<Item = &'a Sample> {
        self.samples.iter().copied().filter(move |sample| sample.contender == contender)
    }

    /// The samples of a cell that count, one for each round that has one.
    pub(super) fn cell(&self, name: CellName) -> Vec<&'a Sample> {
        self.rounds.values().filter_map(|round| round.sample(name)).collect()
    }

    /// One row per round and one column per contender, for the rounds that have any figure: rounds
    /// at a constant rate have none of the closed loop.
    pub(super) fn table<F>(
        &self,
        contenders: &[&str],
        figure: impl Fn(&Round, &str) -> Option<F>,
    ) -> Vec<Vec<Option<F>>> {
        self.rounds
            .values()
            .map(|round| contenders.iter().map(|contender| figure(round, contender)).collect())
            .filter(|row: &Vec<Option<F>>| row.iter().any(Option::is_some))
            .collect()
    }
}

impl<'a> Round<'a> {
    fn sample(&self, name: CellName) -> Option<&'a Sample> {
        self.cells.get(&name).copied()
    }

    /// The figure of a cell, where its sample is valid.
    pub(super) fn figure(&self, name: CellName, metric: Metric) -> Option<f64> {
        self.sample(name)?.figure(metric)
    }

    /// The same with what its count leaves open: in a closed loop each connection may have an answer
    /// under way that is not counted.
    pub(super) fn counted(&self, name: CellName, metric: Metric) -> Option<Figure> {
        let sample = self.sample(name)?;
        let value = sample.figure(metric)?;
        let per_answer = matches!(metric, Metric::RequestsPerS | Metric::ServerCpuUsPerRequest);
        let answers = sample.requests.filter(|_| per_answer && sample.driver.is_closed_loop());
        Some(answers.map_or(value.into(), |answers| {
            Figure::counted(value, answers as f64, f64::from(sample.connections))
        }))
    }

    /// The same, up to where the truth may lie if the figure is a lower bound.
    pub(super) fn reaching(
        &self,
        name: CellName,
        metric: Metric,
        is_lower_bound: bool,
    ) -> Option<Figure> {
        let figure = self.counted(name, metric)?;
        let headroom = if is_lower_bound { headroom(self.sample(name)?) } else { 1.0 };
        Some(Figure { high: figure.high * headroom, ..figure })
    }
}

/// How pairs are judged: looking after every round needs a method of its own.
pub(super) fn rules(plan: &Plan) -> Rules {
    let looks = if plan.until_decided.is_some() { Looks::EveryRound } else { Looks::Once };
    Rules { margin: plan.decision.margin, looks }
}
