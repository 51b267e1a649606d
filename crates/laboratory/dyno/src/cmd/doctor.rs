//! `dyno doctor`: what is installed, what is missing, and what would disturb a measurement.

use campaign::{
    matrix::{Contender, Matrix},
    plan::loopback,
    record::{build_info::BuildInfo, machine::STEAL_LIMIT},
};
use clap::Args;

use crate::{
    conditions::{processor_time::ProcessorTime, quiet::Load},
    disturbance::Disturbance,
    environment::{build_info, version},
    failure::Failure,
    machine,
    output::say,
    port,
    tools::{Tool, gnu_time, wrk},
    warnings,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The port that contenders would listen on
    #[arg(long, default_value_t = 5000)]
    port: u16,
}

pub(super) fn run(matrix: &Matrix, arguments: &Arguments) -> anyhow::Result<()> {
    say!("Tools");
    // Without wrk, dyno's own driver measures alone.
    let _alone = tool(wrk());
    let missing = tool(gnu_time());
    say!("Contenders");
    for contender in &matrix.contenders {
        say!("{}", shown(contender, matrix));
    }
    say!("Machine");
    for disturbance in disturbances(matrix, arguments.port) {
        say!("  warning  {}: {}", disturbance.what, disturbance.remedy);
    }
    missing.map_or(Ok(()), |failure| Err(failure.into()))
}

/// Prints a tool, or returns what is missing.
fn tool(found: Result<Tool, Failure>) -> Option<Failure> {
    match found {
        Ok(tool) => {
            say!("  ok       {} ({})", tool.version, tool.path.display());
            None
        }
        Err(failure) => {
            say!("  missing  {failure}");
            Some(failure)
        }
    }
}

fn shown(contender: &Contender, matrix: &Matrix) -> String {
    let name = &contender.name;
    match version(contender, matrix) {
        Some(version) => {
            let told = build_info(contender, matrix);
            let warning = told.as_ref().and_then(BuildInfo::warning);
            let warning =
                warning.map_or_else(String::new, |it| format!("\n  warning  {name}: {it}"));
            format!("  ok       {name}: {version}{warning}")
        }
        None if contender.build.is_empty() => {
            format!("  warning  {name}: its version command is missing or fails")
        }
        None => format!("  warning  {name}: not built yet; `dyno bench` builds it"),
    }
}

/// What would disturb a campaign that began now.
fn disturbances(matrix: &Matrix, port: u16) -> Vec<Disturbance> {
    let machine = machine::capture();
    say!(
        "  ok       {}, {} CPUs, {} MiB, {}",
        machine.processor,
        machine.processors,
        machine.memory_kb / 1024,
        machine.kernel
    );
    let mut found = warnings::of(&machine, matrix.load.connections);
    if let Ok(stolen) = ProcessorTime::stolen_in_a_second()
        && stolen > STEAL_LIMIT
    {
        found.push(Disturbance {
            what: format!("other guests take {:.0} % of the CPU time", stolen * 100.0),
            remedy: "measure when the host is quieter",
        });
    }
    if let Ok(Some(load)) = Load::look()
        && let Some(what) = load.disturbing()
    {
        let remedy = "stop them: without --even-if-busy, `dyno bench` waits for quiet";
        found.push(Disturbance { what, remedy });
    }
    if let Err(error) = port::await_free(loopback(port)) {
        found.push(Disturbance {
            what: error.to_string(),
            remedy: "dyno cannot measure until then",
        });
    }
    found
}
