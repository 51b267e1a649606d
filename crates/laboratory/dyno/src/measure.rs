//! Measures a plan: round after round, trial after trial, into a campaign's folder.

mod cell;
mod rounds;
mod scripts;

use std::collections::BTreeMap;

use campaign::{
    Error,
    matrix::{Matrix, Scenario},
    plan::Plan,
};
use driver::open_files;

use crate::{
    build,
    failure::Failure,
    port,
    process::{affinity::Processors, interrupt, sweep},
    programs::Programs,
    progress::Progress,
    tools::Tools,
    verify::Contract,
};

/// A campaign that is being measured.
pub(crate) struct Measure<'a> {
    matrix: &'a Matrix,
    plan: &'a Plan,
    tools: Tools,
    /// Why a contender could not be built.
    not_built: BTreeMap<String, Failure>,
    /// What contenders are held to, by the scenarios' names.
    contracts: BTreeMap<String, Contract>,
    progress: Progress,
    /// What contenders and tools were when the campaign began.
    programs: Programs,
    /// Disturbed trials count, and nothing is waited for.
    even_if_busy: bool,
}

/// How many cells were measured, round by round, and how many of them failed or are invalid.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct TrialCounts {
    pub(crate) trials: usize,
    pub(crate) not_ok: usize,
}

impl<'a> Measure<'a> {
    /// Finds the tools and builds the contenders. One that cannot be built is measured as failed.
    pub(crate) fn prepare(
        matrix: &'a Matrix,
        plan: &'a Plan,
        even_if_busy: bool,
    ) -> anyhow::Result<Self> {
        if plan.pin && Processors::All.count() < 2 {
            let message = "--pin needs two CPUs, one for the server and one for the driver";
            return Err(Error::Load(message.to_owned()).into());
        }
        sweep::adopt_orphans()?;
        let tools = Tools::find(&plan.drivers)?;
        // The server inherits the limit, and has as many connections open as the driver.
        open_files::allow(2 * u64::from(plan.most_connections()) + 32)
            .map_err(|shortfall| Error::Load(shortfall.to_string()))?;
        port::await_free(plan.listen)?;
        let progress = Progress::new(plan)?;
        let mut not_built = BTreeMap::new();
        for contender in &plan.contenders {
            progress.building(&contender.name);
            if let Err(failure) = build::build(contender, &matrix.folder, matrix.deadlines.build) {
                interrupt::check()?;
                progress.line(&failure.to_string());
                not_built.insert(contender.name.to_string(), failure);
            }
        }
        let programs = Programs::read(&tools, &plan.contenders, &matrix.folder);
        let contract =
            |scenario: &Scenario| (scenario.name.to_string(), Contract::of(matrix, scenario));
        let contracts = plan.scenarios.iter().map(contract).collect();
        Ok(Self { matrix, plan, tools, not_built, contracts, progress, programs, even_if_busy })
    }
}
