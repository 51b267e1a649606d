//! `dyno bench`: measures every contender in every scenario.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;
use jiff::{SignedDuration, Timestamp};

use super::{report, scratch};
use crate::{
    build,
    failure::Failure,
    matrix::{Contender, Load, Matrix, Scenario},
    plan::{Cell, Choice, Plan},
    record::{
        campaign::Writer,
        environment::Environment,
        sample::{Place, Sample},
    },
    tools::Tools,
    trial::{
        self, Setup, Trial,
        driver::wrk::Wrk,
        gauge::procfs_tree::ProcfsTree,
        server::{Launch, await_free_port},
    },
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only these contenders
    #[arg(long, value_delimiter = ',')]
    contenders: Vec<String>,
    /// Only these scenarios
    #[arg(long, value_delimiter = ',')]
    scenarios: Vec<String>,
    /// How often every cell is measured
    #[arg(long)]
    rounds: Option<u32>,
    /// The measured window, in whole seconds: 10s
    #[arg(long)]
    duration: Option<SignedDuration>,
    /// The load before the window, in whole seconds: 2s
    #[arg(long)]
    warmup: Option<SignedDuration>,
    /// Connections that the driver keeps open
    #[arg(long)]
    connections: Option<u32>,
    /// Threads of the driver; a divisor of the connections
    #[arg(long)]
    threads: Option<u32>,
    /// Where the order of the cells comes from; the clock unless given
    #[arg(long)]
    seed: Option<u64>,
    /// The port that contenders listen on
    #[arg(long, default_value_t = 5000)]
    port: u16,
    /// The campaign's folder; a new one under reports/ unless given
    #[arg(long)]
    out: Option<PathBuf>,
    /// One round of 3 s windows after 1 s of warm-up
    #[arg(long)]
    quick: bool,
    /// Only show the plan
    #[arg(long)]
    dry_run: bool,
}

impl Arguments {
    fn load(&self, matrix: &Matrix) -> anyhow::Result<Load> {
        let mut load = matrix.load.clone();
        if self.quick {
            load = Load {
                rounds: 1,
                duration: Duration::from_secs(3),
                warmup: Duration::from_secs(1),
                ..load
            };
        }
        load.rounds = self.rounds.unwrap_or(load.rounds);
        load.connections = self.connections.unwrap_or(load.connections);
        load.threads = self.threads.unwrap_or(load.threads);
        if let Some(duration) = self.duration {
            load.duration = duration.try_into()?;
        }
        if let Some(warmup) = self.warmup {
            load.warmup = warmup.try_into()?;
        }
        Ok(load)
    }
}

pub(super) fn run(matrix: &Matrix, arguments: Arguments) -> anyhow::Result<()> {
    let load = arguments.load(matrix)?;
    let now = Timestamp::now();
    let plan = Plan::new(
        matrix,
        Choice {
            load,
            seed: arguments.seed.unwrap_or_else(|| now.as_second().unsigned_abs()),
            port: arguments.port,
            arguments: std::env::args().skip(1).collect(),
            contenders: arguments.contenders,
            scenarios: arguments.scenarios,
        },
    )?;
    let estimate = SignedDuration::from_secs(i64::try_from(plan.estimate().as_secs())?);
    println!("{} trials, seed {}, about {estimate:#}", plan.trials(), plan.seed);
    if arguments.dry_run {
        for (round, cells) in (1..).zip(&plan.rounds) {
            let cells: Vec<_> =
                cells.iter().map(|cell| format!("{}/{}", cell.contender, cell.scenario)).collect();
            println!("round {round}: {}", cells.join(" "));
        }
        return Ok(());
    }
    let folder = arguments.out.unwrap_or_else(|| {
        Path::new("reports").join(now.strftime("%Y-%m-%dT%H-%M-%SZ").to_string())
    });
    Bench::prepare(matrix, plan)?.measure(&folder)
}

/// A campaign that is ready to be measured.
struct Bench<'a> {
    matrix: &'a Matrix,
    plan: Plan,
    tools: Tools,
    /// Why a contender could not be built.
    not_built: BTreeMap<String, Failure>,
}

impl<'a> Bench<'a> {
    fn prepare(matrix: &'a Matrix, plan: Plan) -> anyhow::Result<Self> {
        let tools = Tools::find()?;
        await_free_port(plan.listen)?;
        let not_built = plan
            .contenders
            .iter()
            .filter_map(|contender| {
                println!("building {}", contender.name);
                Some((contender.name.clone(), build::build(contender, &matrix.folder).err()?))
            })
            .collect();
        Ok(Self { matrix, plan, tools, not_built })
    }

    fn measure(&self, folder: &Path) -> anyhow::Result<()> {
        let environment =
            Environment::capture(&self.tools, &self.plan.contenders, &self.matrix.folder);
        let mut writer = Writer::create(folder, &self.plan, &environment)?;
        let (_scratch, payload) = scratch()?;
        let (mut trials, mut not_ok) = (0, 0);
        for (round, cells) in (1..).zip(&self.plan.rounds) {
            for (order, cell) in (1..).zip(cells) {
                let last =
                    self.cell(&mut writer, &payload, Place { round, order, attempt: 1, cell })?;
                trials += 1;
                not_ok += usize::from(!last.is_ok());
            }
        }
        report::write(folder)?;
        println!("the campaign is in {}", folder.display());
        if not_ok > 0 { Err(Failure::TrialsNotOk { not_ok, trials }.into()) } else { Ok(()) }
    }

    /// Measures a cell, twice when the window was too short; the last sample is the one that counts.
    fn cell(
        &self,
        writer: &mut Writer,
        payload: &Path,
        mut place: Place,
    ) -> anyhow::Result<Sample> {
        let mut duration = self.plan.load.duration;
        loop {
            let trial = self.trial(writer, payload, place, duration)?;
            let sample = Sample::new(&self.plan, place, &trial);
            writer.append(&sample)?;
            println!(
                "round {} {}/{} {} {:.0} requests/s {}",
                place.round,
                place.cell.contender,
                place.cell.scenario,
                sample.status.word(),
                sample.requests_per_s.unwrap_or(0.0),
                sample.reason
            );
            match trial.measure_again {
                Some(longer) => (place.attempt, duration) = (place.attempt + 1, longer),
                None => return Ok(sample),
            }
        }
    }

    fn trial(
        &self,
        writer: &Writer,
        payload: &Path,
        place: Place,
        duration: Duration,
    ) -> anyhow::Result<Trial> {
        let output = std::path::absolute(writer.trial_folder(&place.folder())?)?;
        let driver = Wrk { path: self.tools.wrk.path.clone() };
        if let Some(failure) = self.not_built.get(&place.cell.contender) {
            return Ok(Trial::failed("wrk", &failure.clone().into()));
        }
        let (contender, scenario) = self.of(place.cell)?;
        let setup = Setup {
            driver: &driver,
            gauge: &ProcfsTree,
            scenario,
            script: &self.matrix.folder.join(&scenario.script),
            load: &self.plan.load,
            duration,
        };
        let launch = Launch {
            contender,
            tools: &self.tools,
            listen: self.plan.listen,
            folder: &self.matrix.folder,
            payload,
            output: &output,
        };
        Ok(trial::run(setup, launch)?)
    }

    fn of(&self, cell: &Cell) -> anyhow::Result<(&Contender, &Scenario)> {
        let contender =
            self.plan.contenders.iter().find(|contender| contender.name == cell.contender);
        let scenario = self.plan.scenarios.iter().find(|scenario| scenario.name == cell.scenario);
        contender.zip(scenario).ok_or_else(|| anyhow::anyhow!("the plan has no cell {cell:?}"))
    }
}
