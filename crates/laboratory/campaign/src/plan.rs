//! The plan of a campaign: which cell is measured when. Made before anything runs, kept with the samples.

mod check;
pub mod command;
mod estimate;
mod extent;
mod options;
mod order;
mod point;
mod resumed;
mod rule;
mod scripts;

use std::{
    collections::BTreeMap, net::SocketAddr, ops::RangeInclusive, path::PathBuf, time::Duration,
};

use exchange::MadeFiles;
use serde::{Deserialize, Serialize};

use crate::{
    load_driver::LoadDriver,
    matrix::{Contender, DecisionRule, FileRule, Load, Matrix, Scenario},
    name::Name,
    seconds,
};

pub use extent::Extent;
pub use options::PlanOptions;
pub use point::Point;

/// The constant rates of a campaign that measures latencies: in percent of what the slowest
/// contender sustains, so that all get the same load and none gets more than it can take.
pub(crate) const PACES: [LoadDriver; 3] =
    [LoadDriver::DynoAt(50), LoadDriver::DynoAt(70), LoadDriver::DynoAt(90)];

/// A contender in a scenario, under a driver.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cell {
    /// The contender.
    pub contender: Name,
    /// The scenario.
    pub scenario: Name,
    /// The driver.
    pub driver: LoadDriver,
    /// What is different from the plan's load, where that varies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<Point>,
}

/// Everything that a campaign will do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Plan {
    /// It alone determines the order of the cells.
    pub seed: u64,
    /// Where contenders listen; loopback.
    pub listen: SocketAddr,
    /// Server and driver are pinned to separate CPUs.
    pub pin: bool,
    /// The load, the same for every cell but for its point.
    pub load: Load,
    /// The points at which every cell is measured; none where the load does not vary.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<Point>,
    /// The rule, written down before measuring.
    pub decision: DecisionRule,
    /// The scenarios to measure.
    pub scenarios: Vec<Scenario>,
    /// The contenders to measure.
    pub contenders: Vec<Contender>,
    /// The files that are made. A plan from before they were declared has none.
    #[serde(default)]
    pub files: Vec<FileRule>,
    /// The drivers of the closed loop.
    #[serde(default = "only_wrk")]
    pub drivers: Vec<LoadDriver>,
    /// How much of the matrix is measured.
    #[serde(default)]
    pub extent: Extent,
    /// How close to the truth a search comes, as a share of it.
    #[serde(default = "usual_precision")]
    pub precision: f64,
    /// Whether trials at constant rates follow.
    #[serde(default)]
    pub latency: bool,
    /// The one round that is measured, of a plan whose rounds are measured apart from each other and
    /// merged; none for all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_round: Option<u32>,
    /// How many requests per second the slowest contender sustains on this machine, by scenario: that one round is at
    /// constant rates, which are shares of it. None for every other campaign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sustained_per_s: Option<BTreeMap<String, f64>>,
    /// The time limit when rounds continue until the decision is settled. Beside `one_round` it says that rounds are
    /// merged and looked at until then.
    #[serde(default, with = "seconds::optional")]
    pub until_decided: Option<Duration>,
    /// SHA-256 of `dyno.toml`, which holds the decision rule.
    pub matrix_sha256: String,
    /// SHA-256 of every `.lua` and `.tsv` file beside the scenarios' scripts, by file name.
    pub scripts_sha256: Vec<(String, String)>,
    /// SHA-256 of every file of exchanges, and of what those name, by their names in the matrix. A
    /// campaign from before there were any has none.
    #[serde(default)]
    pub exchanges_sha256: Option<Vec<(String, String)>>,
    /// The words of the command line after the program's name.
    pub arguments: Vec<String>,
}

/// For campaigns from before there was a second driver.
fn only_wrk() -> Vec<LoadDriver> {
    vec![LoadDriver::Wrk]
}

/// For campaigns from before there was a search.
fn usual_precision() -> f64 {
    search::PRECISION
}

/// Where contenders listen: loopback only.
#[must_use]
pub fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

impl Plan {
    /// Lays out a campaign.
    pub fn new(matrix: &Matrix, options: PlanOptions) -> anyhow::Result<Self> {
        check::load(&options.load)?;
        for point in &options.points {
            check::load(&point.load(&options.load))?;
        }
        let contenders = matrix.select_contenders(&options.contenders)?;
        let scenarios = matrix.select_scenarios(&options.scenarios)?;
        check::drivers(&options.drivers, &scenarios, &matrix.exchanges)?;
        Ok(Self {
            seed: options.seed,
            listen: loopback(options.port),
            load: options.load,
            points: options.points,
            drivers: options.drivers,
            extent: options.extent,
            precision: options.precision,
            latency: options.latency,
            pin: options.pin,
            one_round: None,
            sustained_per_s: None,
            until_decided: options.until_decided,
            decision: matrix.decision.clone(),
            scripts_sha256: scripts::hashes(&matrix.folder, &scenarios)?,
            exchanges_sha256: Some(matrix.exchanges.sha256(&scenarios)),
            files: matrix.files.clone(),
            scenarios,
            contenders,
            matrix_sha256: matrix.sha256(),
            arguments: options.arguments,
        })
    }

    /// Whether nothing says what is right in a scenario but the share of its refusals.
    #[must_use]
    pub fn judges_by_class(&self, scenario: &Scenario) -> bool {
        self.exchanges_sha256.is_some() && scenario.exchanges.is_none()
    }

    /// Those of these files that exchanges name.
    #[must_use]
    pub fn files_of_exchanges(&self, made: &MadeFiles) -> Vec<(String, PathBuf)> {
        let all = self.exchanges_sha256.iter().flatten();
        let names = all.filter_map(|(name, _)| exchange::made_file(name.as_ref()));
        names.filter_map(|name| Some((name.to_owned(), made.get(name)?.clone()?))).collect()
    }

    /// The names of the contenders, in the order of `dyno.toml`.
    #[must_use]
    pub fn contender_names(&self) -> Vec<&str> {
        self.contenders.iter().map(|contender| &*contender.name).collect()
    }

    /// How many workers each contender has; `None` if none of them is told, or the plan is from before
    /// there was a choice.
    #[must_use]
    pub fn workers(&self) -> Option<u32> {
        self.load.workers.filter(|_| self.contenders.iter().any(Contender::takes_workers))
    }

    /// The numbers of its rounds, as far as they are known before measuring.
    #[must_use]
    pub fn round_numbers(&self) -> RangeInclusive<u32> {
        self.one_round.map_or(1..=self.load.rounds, |one| one..=one)
    }

    /// For how long this campaign measures round after round; none where their number is known.
    #[must_use]
    pub fn time_limit(&self) -> Option<Duration> {
        self.until_decided.filter(|_| self.one_round.is_none())
    }

    /// How many of a machine's processors servers may use: pinned, server and driver have a half each.
    #[must_use]
    pub fn server_processors(&self, all: usize) -> usize {
        if self.pin { all / 2 } else { all }
    }

    /// A round, counted from 1: every cell once, in an order of its own. Cells of constant rates have
    /// [rounds of their own](Self::latency_round), and a plan of one such round has no others.
    #[must_use]
    pub fn round(&self, number: u32) -> Vec<Cell> {
        if self.sustained_per_s.is_some() {
            return self.latency_round(number);
        }
        order::shuffled(self.cells(|driver| !driver.comes_after()), self.seed, number)
    }

    /// A round at constant rates, numbered after the others.
    #[must_use]
    pub fn latency_round(&self, number: u32) -> Vec<Cell> {
        order::shuffled(self.cells(LoadDriver::comes_after), self.seed, number)
    }

    /// How a scenario's cells are driven, in the order of reports.
    pub fn drivers_of(&self, scenario: &Scenario) -> impl Iterator<Item = LoadDriver> {
        let search = self.searches(scenario).then_some(LoadDriver::Search);
        let paces = PACES.into_iter().filter(|_| self.latency);
        self.closed_loop_of(scenario).iter().copied().chain(search).chain(paces)
    }

    /// Every scenario under every driver, in the order of reports.
    pub fn driven_scenarios(&self) -> impl Iterator<Item = (&Scenario, LoadDriver)> {
        self.scenarios
            .iter()
            .flat_map(|scenario| self.drivers_of(scenario).map(move |driver| (scenario, driver)))
    }

    /// The cells of some drivers, in the order that every shuffle begins with.
    fn cells(&self, are_of: fn(LoadDriver) -> bool) -> Vec<Cell> {
        let mut driven: Vec<_> =
            self.driven_scenarios().filter(|&(_, driver)| are_of(driver)).collect();
        let place = |driver| self.drivers.iter().chain(&PACES).position(|&one| one == driver);
        driven.sort_by_key(|&(_, driver)| place(driver).unwrap_or(usize::MAX));
        let mut cells = Vec::new();
        for point in self.cell_points() {
            for &(scenario, driver) in &driven {
                cells.extend(self.contenders.iter().map(|contender| Cell {
                    contender: contender.name.clone(),
                    scenario: scenario.name.clone(),
                    driver,
                    point,
                }));
            }
        }
        cells
    }
}
