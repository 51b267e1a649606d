//! `dyno bench`: measures every contender in every scenario.

mod against;
mod basis;
mod drivers;
mod extent;
mod load;
mod told;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use campaign::{
    human::{counted, parse_duration},
    matrix::Matrix,
    plan::{Plan, PlanOptions, Point},
    record::{
        SAMPLES,
        campaign::{Campaign, read_samples},
    },
};
use clap::Args;
use jiff::Timestamp;

use self::{against::Against, basis::Basis, drivers::Drivers};
use super::{exports::Exports, report};
use crate::{
    failure::Failure,
    lock, machine,
    measure::{Measure, TrialCounts},
    output::say,
    port, warnings,
};

/// One value of the command line, not one for each point.
type Points = Vec<Point>;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct Arguments {
    /// Measure only these contenders
    #[arg(long, value_delimiter = ',')]
    contenders: Vec<String>,
    /// Measure only these scenarios
    #[arg(long, value_delimiter = ',')]
    scenarios: Vec<String>,
    /// Number of rounds; each measures every cell once
    #[arg(long)]
    rounds: Option<u32>,
    /// Measure only this round of the plan; `dyno merge` joins such rounds into one campaign
    #[arg(long, value_name = "NUMBER", requires = "seed", conflicts_with = "rounds",
        value_parser = clap::value_parser!(u32).range(1..=100_000))]
    round: Option<u32>,
    /// Measure the round at constant rates, which follow from what these rounds, merged, show of this machine
    #[arg(long, value_name = "DIR", requires_all = ["round", "latency"])]
    rates_of: Option<PathBuf>,
    /// Measure rounds until the decision is settled or --max-time is reached
    #[arg(long, conflicts_with_all = ["rounds", "quick"])]
    until_decided: bool,
    /// Time limit of --until-decided, such as 30m
    #[arg(long, default_value = "30m", requires = "until_decided", value_parser = parse_duration)]
    max_time: Duration,
    /// Length of the measured window in whole seconds, such as 10s
    #[arg(long, value_parser = parse_duration)]
    duration: Option<Duration>,
    /// Length of the warm-up in whole seconds, such as 2s
    #[arg(long, value_parser = parse_duration)]
    warmup: Option<Duration>,
    /// Connections that the driver keeps open
    #[arg(long)]
    connections: Option<u32>,
    /// Driver threads; must divide the connections evenly
    #[arg(long)]
    threads: Option<u32>,
    /// Worker processes or threads per contender; by default one per CPU that it may use
    #[arg(long)]
    workers: Option<u32>,
    /// Measure every cell with each of several numbers of workers or connections, such as workers=1,2
    #[arg(long, value_name = "WHAT=NUMBERS", value_parser = Point::several, conflicts_with_all = ["latency", "until_decided", "against", "study"])]
    vary: Option<Points>,
    /// Load generator of the closed loop, in every scenario. By default dyno's own where the rule weighs a capacity, and
    /// only in scenarios whose closed loop the rule weighs; otherwise both, if wrk is installed
    #[arg(long)]
    driver: Option<Drivers>,
    /// Also measure latency at 50, 70 and 90 % of what the slowest contender sustains. With --round, such rounds are measured
    /// after the others, with --rates-of
    #[arg(long)]
    latency: bool,
    /// Pin server and driver to separate CPUs
    #[arg(long)]
    pin: bool,
    /// Seed of the random order; taken from the clock by default
    #[arg(long)]
    seed: Option<u64>,
    /// The port that contenders listen on; 0 chooses a free one
    #[arg(long, default_value_t = 5000)]
    port: u16,
    /// Folder of the campaign; by default a new one under reports/
    #[arg(long)]
    out: Option<PathBuf>,
    /// Continue the campaign in this folder: same plan, missing trials only
    #[arg(long, value_name = "DIR", conflicts_with_all = [
        "contenders", "scenarios", "rounds", "round", "until_decided", "max_time", "duration", "warmup", "connections",
        "threads", "workers", "vary", "driver", "latency", "rates_of", "pin", "seed", "port", "out", "quick", "study",
        "dry_run",
    ])]
    resume: Option<PathBuf>,
    /// Also measure each contender as this git revision of the matrix's repository, or the matrix in
    /// this folder, builds it, in the same rounds
    #[arg(long, value_name = "REVISION|DIR", conflicts_with = "until_decided")]
    against: Option<String>,
    /// Measure one round of 3 s windows after 1 s of warm-up
    #[arg(long)]
    quick: bool,
    /// Measure as the original study did: wrk alone with 10 threads and 120 connections for 10 s, one worker, no warm-up,
    /// one round
    #[arg(long, conflicts_with_all = [
        "quick", "until_decided", "connections", "threads", "workers", "duration", "warmup", "driver", "latency", "pin",
    ])]
    study: bool,
    /// Measure at once and go on, whatever other processes do; disturbed samples count, and are marked
    #[arg(long)]
    even_if_busy: bool,
    /// Show the plan and exit
    #[arg(long)]
    pub(super) dry_run: bool,
    #[command(flatten)]
    exports: Exports,
}

pub(super) fn run(matrix: &Matrix, file: &Path, arguments: Arguments) -> anyhow::Result<()> {
    if let Some(folder) = &arguments.resume {
        return resume(matrix, file, folder, &arguments);
    }
    let load = arguments.load(matrix);
    let now = Timestamp::now();
    let mut plan = Plan::new(
        matrix,
        PlanOptions {
            load,
            drivers: arguments.drivers(matrix),
            extent: arguments.extent(),
            precision: arguments.precision(),
            points: arguments.vary.unwrap_or_default(),
            latency: arguments.latency,
            until_decided: arguments.until_decided.then_some(arguments.max_time),
            pin: arguments.pin,
            seed: arguments.seed.unwrap_or_else(|| now.as_second().unsigned_abs()),
            port: port::chosen(arguments.port)?,
            arguments: super::words(),
            contenders: arguments.contenders,
            scenarios: arguments.scenarios,
        },
    )?;
    plan.one_round = arguments.round;
    let against = arguments.against.as_deref();
    // It holds the checkout until everything is measured.
    let other = against.map(|name| Against::find(name, matrix, None)).transpose()?;
    if let Some(other) = &other {
        plan.contenders.extend(other.earlier(file, &plan.contenders)?);
    }
    let rates_of = arguments.rates_of.as_deref();
    let basis = rates_of.map(|folder| Basis::read(folder, &plan)).transpose()?;
    if let (Some(number), Some(basis)) = (plan.one_round, &basis) {
        plan.sustained_per_s = Some(basis.sustained(number, &machine::capture())?);
    }
    say!("{}", told::headline(&plan)?);
    told::say_workers(&plan);
    if arguments.dry_run {
        told::print_commands(&plan);
        told::print_rounds(&plan);
        return Ok(());
    }
    let folder = arguments.out.unwrap_or_else(|| {
        Path::new("reports").join(now.strftime("%Y-%m-%dT%H-%M-%SZ").to_string())
    });
    lock::take(&folder)?;
    warnings::tell(&machine::capture(), plan.most_connections());
    let measure = Measure::prepare(matrix, &plan, arguments.even_if_busy)?;
    if let Some(basis) = &basis {
        basis.check_programs(&measure.environment())?;
    }
    let measured = measure.run(&folder);
    conclude(&folder, measured, against, &arguments.exports)
}

/// Continues the campaign in a folder, by the plan stored there.
fn resume(
    matrix: &Matrix,
    file: &Path,
    folder: &Path,
    arguments: &Arguments,
) -> anyhow::Result<()> {
    let campaign = Campaign::read_record(folder)?;
    if campaign.is_merged() {
        let changed = "it was merged from others, which may be resumed".to_owned();
        return Err(Failure::CannotResume { folder: folder.to_owned(), changed }.into());
    }
    let against = arguments.against.as_deref();
    let other = against_again(matrix, &campaign, against)?;
    let earlier = other.as_ref().map(|other| other.earlier(file, &campaign.plan.contenders));
    let earlier = earlier.transpose()?.unwrap_or_default();
    if let Some(changed) = campaign.plan.changed(matrix, &earlier)? {
        return Err(Failure::CannotResume { folder: folder.to_owned(), changed }.into());
    }
    let plan = campaign.plan.clone().with_earlier(&earlier);
    say!("{}, {} samples already recorded", told::headline(&plan)?, campaign.samples.len());
    told::say_workers(&plan);
    lock::take(folder)?;
    warnings::tell(&machine::capture(), plan.most_connections());
    let measure = Measure::prepare(matrix, &plan, arguments.even_if_busy)?;
    let measured = measure.resume(&campaign);
    conclude(folder, measured, against, &arguments.exports)
}

/// What a campaign was measured against. The user names it again: a campaign may be a stranger's, and
/// must not say what is built and run.
fn against_again(
    matrix: &Matrix,
    campaign: &Campaign,
    name: Option<&str>,
) -> anyhow::Result<Option<Against>> {
    let folder = campaign.folder.clone();
    match (name, campaign.plan.earlier_builds().next()) {
        (None, None) => Ok(None),
        (Some(name), Some(one)) => Against::find(name, matrix, one.folder.as_deref()).map(Some),
        (None, Some(_)) => Err(Failure::ResumeAgainst { folder }.into()),
        (Some(_), None) => {
            let changed = "it was not measured against anything".to_owned();
            Err(Failure::CannotResume { folder, changed }.into())
        }
    }
}

/// Reports what was measured; after an interruption, or when the machine is not quiet any longer, what is kept and how to
/// continue, and after a program was replaced, how to see what was measured before.
fn conclude(
    folder: &Path,
    measured: anyhow::Result<TrialCounts>,
    against: Option<&str>,
    exports: &Exports,
) -> anyhow::Result<()> {
    if let Err(error) = &measured
        && folder.join(SAMPLES).exists()
    {
        match error.downcast_ref() {
            Some(Failure::Interrupted | Failure::NotQuiet { .. }) => {
                let against = against.map_or(String::new(), |name| format!(" --against {name}"));
                let kept = counted(read_samples(folder)?.len(), "sample");
                say!(
                    "kept: {kept}; to continue: dyno bench --resume {}{against}",
                    folder.display()
                );
            }
            Some(Failure::Replaced { .. }) => {
                say!("to see what was measured before: dyno report {}", folder.display());
            }
            _ => {}
        }
    }
    let counts = measured?;
    report::rebuild(folder, exports)?;
    if counts.not_ok > 0 {
        return Err(Failure::TrialsNotOk { not_ok: counts.not_ok, trials: counts.trials }.into());
    }
    Ok(())
}
