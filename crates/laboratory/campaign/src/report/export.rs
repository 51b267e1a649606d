//! A campaign for other programs: CSV, JSON with a published schema, and a table in Markdown.

use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde::Serialize;

use super::{capacity, figure::Marked, markdown::escape, sentence};
use crate::{
    analysis::{
        Analysis, capacity::Capacity, decision::Decision, machines::Machines, summary::Summary,
        verdicts::PairwiseResult,
    },
    load_driver::LoadDriver,
    matrix::Metric,
    plan::Plan,
    record::{campaign::Campaign, environment::Environment, probe::ProbeRow, sample::Sample},
    table,
};

/// Incremented when a field changes its meaning or is removed.
const VERSION: u32 = 2;

/// Everything dyno reports about a campaign, and all the samples behind it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "A campaign of dyno")]
struct Document<'a> {
    /// The version of this format.
    format: u32,
    /// The decision in one sentence, with its evidence.
    sentence: String,
    measured: Measured<'a>,
    environment: &'a Environment,
    decision: &'a Decision,
    /// One entry per cell, from its valid samples.
    summaries: Vec<&'a Summary>,
    /// Every pair of contenders, in every scenario and metric.
    verdicts: Vec<&'a PairwiseResult>,
    /// What each machine showed and whether they agree; none where there was one.
    machines: Option<&'a Machines>,
    samples: Vec<&'a Sample>,
    /// The capacity of every contender within the objectives of its scenarios, and within others.
    capacities: Vec<&'a Capacity>,
    /// Every window of every search.
    probes: Vec<&'a ProbeRow>,
}

/// What was measured, and how.
#[derive(Debug, Serialize, JsonSchema)]
struct Measured<'a> {
    contenders: Vec<Named<'a>>,
    scenarios: Vec<Named<'a>>,
    connections: u32,
    threads: u32,
    /// Worker processes or threads of each contender; none if no contender is told, or it is not known.
    workers: Option<u32>,
    duration_s: u64,
    warmup_s: u64,
    /// How many rounds were planned.
    rounds: u32,
    /// Whether rounds continued until the decision was settled.
    until_decided: bool,
    /// Whether server and driver were pinned to separate CPUs.
    pinned: bool,
    seed: u64,
    /// SHA-256 of `dyno.toml`, which holds the decision rule.
    matrix_sha256: &'a str,
    /// The words of the command line after the program's name.
    arguments: &'a [String],
}

/// A contender with its stack, or a scenario with its endpoint.
#[derive(Debug, Serialize, JsonSchema)]
struct Named<'a> {
    name: &'a str,
    what: &'a str,
}

impl<'a> Measured<'a> {
    fn of(plan: &'a Plan) -> Self {
        let contenders = plan.contenders.iter();
        let scenarios = plan.scenarios.iter();
        Self {
            contenders: contenders.map(|one| Named { name: &one.name, what: &one.stack }).collect(),
            scenarios: scenarios
                .map(|one| Named { name: &one.name, what: &one.endpoint })
                .collect(),
            connections: plan.load.connections,
            threads: plan.load.threads,
            workers: plan.workers(),
            duration_s: plan.load.duration.as_secs(),
            warmup_s: plan.load.warmup.as_secs(),
            rounds: plan.load.rounds,
            until_decided: plan.until_decided.is_some(),
            pinned: plan.pin,
            seed: plan.seed,
            matrix_sha256: &plan.matrix_sha256,
            arguments: &plan.arguments,
        }
    }
}

/// Everything as JSON, by [`schema`].
pub fn json(campaign: &Campaign, analysis: &Analysis) -> anyhow::Result<String> {
    let document = Document {
        format: VERSION,
        sentence: sentence::decision(&analysis.decision, &campaign.plan.rule()),
        measured: Measured::of(&campaign.plan),
        environment: &campaign.environment,
        decision: &analysis.decision,
        summaries: analysis.all_summaries().collect(),
        verdicts: analysis.all_verdicts().collect(),
        machines: analysis.machines.as_ref(),
        samples: campaign.all_samples().collect(),
        capacities: analysis.all_capacities().collect(),
        probes: campaign.all_probes().collect(),
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

/// The published schema of [`json`].
#[must_use]
pub fn schema() -> Schema {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Document<'static>>()
}

/// The summaries as CSV.
pub fn csv(analysis: &Analysis) -> anyhow::Result<Vec<u8>> {
    table::written(&analysis.all_summaries().collect::<Vec<_>>(), true)
}

/// The summaries as a table in Markdown, and before it what searches found.
#[must_use]
pub fn markdown(analysis: &Analysis) -> String {
    let found = capacity::tables(analysis);
    let found: String = found.iter().map(|table| capacities(table) + "\n").collect();
    found + &summaries(analysis)
}

fn capacities(table: &capacity::Table) -> String {
    let row = |cells: &[String]| format!("| {} |", cells.join(" | "));
    let header = capacity::HEADER.map(str::to_owned);
    let rule = capacity::HEADER.map(|_| ":---".to_owned());
    let mut lines = vec![escape(&table.sentence), String::new(), row(&header), row(&rule)];
    let escaped = |cells: &[String; 8]| row(&cells.each_ref().map(|cell| escape(cell)));
    lines.extend(table.rows.iter().map(|row| escaped(&row.cells)));
    lines.join("\n") + "\n"
}

fn summaries(analysis: &Analysis) -> String {
    let mut lines = vec![
        "| Scenario | Driver | Contender | Requests/s | p50 | p99 | Memory | CPU per request | Samples |"
            .to_owned(),
        "|:---|:---|:---|---:|---:|---:|---:|---:|---:|".to_owned(),
    ];
    let measured = analysis.summaries.iter().filter(|it| it.driver != LoadDriver::Search);
    lines.extend(measured.map(|cell| {
        let marked = |metric| Marked::of(cell, metric);
        format!(
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            escape(&cell.scenario),
            cell.driver,
            escape(&cell.contender),
            marked(Metric::RequestsPerS),
            Marked::latency(cell, cell.p50_us, false),
            marked(Metric::P99Us),
            marked(Metric::PeakRssTreeKb),
            marked(Metric::ServerCpuUsPerRequest),
            cell.ok,
        )
    }));
    lines.join("\n") + "\n"
}
