//! One campaign against an earlier one, cell by cell.
//!
//! Two campaigns share no rounds: whatever the machine did between them is part of every ratio. Where the cells of a
//! metric moved together, verdicts are beside that common shift.

mod comparable;

use serde::Serialize;
use statistics::{BeforeAfter, Change, Ratio, Relation, changes, level};

use super::{
    bound::{Bound, holds, is_lower_bound},
    rounds::ByRound,
    verdicts::{Verdict, metrics},
};
use crate::{load_driver::LoadDriver, matrix::Metric, record::campaign::Campaign};

/// How every cell that both campaigns measured has changed.
#[derive(Debug)]
pub struct Comparison {
    /// One per cell and metric that both campaigns have.
    pub rows: Vec<Row>,
    /// The metrics in which all cells moved together.
    pub shifts: Vec<CommonShift>,
    /// What of the machine has changed, so that it may be the cause of a common shift.
    pub machine_change: Option<&'static str>,
    /// Why the campaigns are not comparable; empty if they are.
    pub obstacles: Vec<String>,
    /// What else differs; it may be the very thing under comparison.
    pub differences: Vec<String>,
}

/// How far all cells of a metric moved together: a faster or slower machine, or a change that they share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CommonShift {
    /// The metric.
    pub metric: Metric,
    /// New over base with the 99 % interval.
    pub ratio: [f64; 3],
    /// Shown to be for the worse by more than the limit.
    pub beyond_limit: bool,
}

/// A cell in one metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The contender.
    pub contender: String,
    /// The scenario.
    pub scenario: String,
    /// The driver.
    pub driver: LoadDriver,
    /// The metric.
    pub metric: Metric,
    /// The figure of the earlier campaign.
    pub base: Side,
    /// The figure of the campaign that is judged.
    pub new: Side,
    /// New over base with the interval of this cell alone.
    pub ratio: Option<[f64; 3]>,
    /// Whether the ratio is a bound, because one of the figures is a lower bound.
    pub bound: Bound,
    /// What is said of the cell.
    pub outcome: CellOutcome,
    /// Shown to be worse by more than the limit, or no longer valid.
    pub regression: bool,
}

/// A cell in one of the campaigns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Side {
    /// The geometric mean of the valid samples, given at least three.
    pub mean: Option<f64>,
    /// Valid samples that have the figure.
    pub valid: usize,
    /// The figure is a lower bound.
    pub at_least: bool,
}

/// The outcome for a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CellOutcome {
    /// The new figure is better, the common shift allowed for; over all cells the chance of a false claim is below 5 %.
    Better,
    /// The new figure is worse, likewise.
    Worse,
    /// The interval lies inside the margin.
    Equivalent,
    /// None of these is shown.
    Inconclusive,
    /// Nothing can be said: the figure that seems to be the worse one is a lower bound.
    DriverBound,
    /// It had valid samples and now has none.
    Lost,
}

/// Compares the cells that both plans have; `limit` is the loss, as a share, beyond which a cell is
/// a regression.
#[must_use]
pub fn compare(base: &Campaign, new: &Campaign, limit: f64) -> Comparison {
    let keys = keys(base, new);
    let (before, after) = (ByRound::new(&base.samples), ByRound::new(&new.samples));
    let figures: Vec<(Vec<f64>, Vec<f64>)> =
        keys.iter().map(|key| (key.figures(&before), key.figures(&after))).collect();
    let cells: Vec<BeforeAfter> = keys
        .iter()
        .zip(&figures)
        .map(|(key, (base, new))| BeforeAfter { base, new, kind: kind(key.metric) })
        .collect();
    let changes = changes(&cells, new.plan.decision.margin, limit);
    let measured = |metric: &Metric| keys.iter().any(|key| key.metric == *metric);
    let shifts = Metric::ALL.into_iter().filter(measured).filter_map(|metric| {
        let shift = changes.shifts.iter().find(|shift| shift.kind == kind(metric))?;
        Some(CommonShift::new(metric, shift.ratio, limit))
    });
    let rows = keys.iter().zip(cells).zip(changes.cells);
    Comparison {
        rows: rows.map(|((key, cell), change)| key.row(cell, change, [&before, &after])).collect(),
        shifts: shifts.collect(),
        machine_change: comparable::machine_change(base, new),
        obstacles: comparable::obstacles(base, new),
        differences: comparable::differences(base, new),
    }
}

impl Comparison {
    /// The metrics in which all cells together are worse by more than the limit, though nothing of
    /// the machine is known to have changed.
    pub fn common_regressions(&self) -> impl Iterator<Item = Metric> {
        let same_machine = self.machine_change.is_none();
        let worse = self.shifts.iter().filter(move |shift| same_machine && shift.beyond_limit);
        worse.map(|shift| shift.metric)
    }
}

impl CommonShift {
    fn new(metric: Metric, ratio: Ratio, limit: f64) -> Self {
        let worse = if metric.more_is_better() { ratio.inverse() } else { ratio };
        Self { metric, ratio: figures_of(ratio), beyond_limit: worse.low > 1.0 + limit }
    }
}

/// A machine moves the cells of one metric alike, and all rates.
fn kind(metric: Metric) -> usize {
    match metric {
        Metric::CapacityPerS => Metric::RequestsPerS as usize,
        other => other as usize,
    }
}

fn figures_of(ratio: Ratio) -> [f64; 3] {
    [ratio.estimate, ratio.low, ratio.high]
}

/// A row's place.
struct Key {
    contender: String,
    scenario: String,
    driver: LoadDriver,
    metric: Metric,
}

fn keys(base: &Campaign, new: &Campaign) -> Vec<Key> {
    let has_scenario = |name: &str| base.plan.scenarios.iter().any(|one| one.name == name);
    let contenders: Vec<&str> = new
        .plan
        .contender_names()
        .into_iter()
        .filter(|name| base.plan.contender_names().contains(name))
        .collect();
    let mut keys = Vec::new();
    let driven = new.plan.driven_scenarios();
    for (scenario, driver) in driven.filter(|(one, _)| has_scenario(&one.name)) {
        for metric in metrics(driver) {
            keys.extend(contenders.iter().map(|&contender| Key {
                contender: contender.to_owned(),
                scenario: scenario.name.to_string(),
                driver,
                metric,
            }));
        }
    }
    keys
}

impl Key {
    fn figures(&self, rounds: &ByRound) -> Vec<f64> {
        let table = rounds.table(&[&self.contender], |round, contender| {
            round.figure((contender, &self.scenario, self.driver), self.metric)
        });
        table.into_iter().flatten().flatten().collect()
    }

    fn row(&self, cell: BeforeAfter, change: Change, rounds: [&ByRound; 2]) -> Row {
        let name = (self.contender.as_str(), self.scenario.as_str(), self.driver);
        let [base, new] =
            [(cell.base, rounds[0]), (cell.new, rounds[1])].map(|(figures, rounds)| Side {
                mean: level(figures).map(|level| level.estimate),
                valid: figures.len(),
                at_least: is_lower_bound(&rounds.cell(name), self.metric),
            });
        let lost = !cell.base.is_empty() && cell.new.is_empty();
        let outcome =
            if lost { CellOutcome::Lost } else { self.outcome(change.relation, base, new) };
        let more_is_better = self.metric.more_is_better();
        let worse = if more_is_better { change.below_limit } else { change.above_limit };
        Row {
            contender: self.contender.clone(),
            scenario: self.scenario.clone(),
            driver: self.driver,
            metric: self.metric,
            base,
            new,
            ratio: change.ratio.map(figures_of),
            bound: Bound::of_ratio(new.at_least, base.at_least),
            outcome,
            regression: lost || (worse && outcome != CellOutcome::DriverBound),
        }
    }

    fn outcome(&self, relation: Relation, base: Side, new: Side) -> CellOutcome {
        if !holds(relation, new.at_least, base.at_least) {
            return CellOutcome::DriverBound;
        }
        match Verdict::of(relation, self.metric) {
            Verdict::ABetter => CellOutcome::Better,
            Verdict::BBetter => CellOutcome::Worse,
            Verdict::Equivalent => CellOutcome::Equivalent,
            Verdict::Inconclusive => CellOutcome::Inconclusive,
            Verdict::DriverBound => CellOutcome::DriverBound,
        }
    }
}
