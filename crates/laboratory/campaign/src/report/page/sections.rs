//! The sections of plots: in each, the figures that the rule weighs stand open, and the others are folded.

use minijinja::{Value, context, value::Serde};

use super::{
    driven::Driven,
    marks,
    plots::{Cells, Drawn},
};
use crate::{
    analysis::Analysis,
    load_driver::LoadDriver,
    matrix::Metric,
    record::campaign::Campaign,
    report::{capacity, rates},
};

/// A kind of figure, which has a section of its own.
struct Kind {
    id: &'static str,
    metric: Metric,
    /// What the table behind the plot holds.
    caption: &'static str,
    draw: fn(&Cells) -> Drawn,
    /// Whether there is such a figure under a driver.
    has: fn(LoadDriver) -> bool,
}

const THROUGHPUT: Kind = Kind {
    id: "throughput",
    metric: Metric::RequestsPerS,
    caption: "Requests per second",
    draw: |cells| cells.throughput(),
    has: LoadDriver::is_closed_loop,
};
const LATENCY: Kind = Kind {
    id: "latency",
    metric: Metric::P99Us,
    caption: "Latency percentiles",
    draw: |cells| cells.latency(),
    has: |driver| driver != LoadDriver::Search,
};
const MEMORY: Kind = Kind {
    id: "memory",
    metric: Metric::PeakRssTreeKb,
    caption: "Memory",
    draw: |cells| cells.memory(),
    has: at_full_load,
};
const CPU: Kind = Kind {
    id: "cpu",
    metric: Metric::ServerCpuUsPerRequest,
    caption: "CPU time per request",
    draw: |cells| cells.cpu(),
    has: at_full_load,
};

/// At a constant rate that all keep, memory and CPU time say less.
fn at_full_load(driver: LoadDriver) -> bool {
    driver.is_closed_loop() || driver == LoadDriver::Search
}

/// The sections by their id, each `None` where nothing of it was measured.
pub(super) fn sections(campaign: &Campaign, analysis: &Analysis, all: &[Driven]) -> Value {
    let section = |kind: Kind| section(campaign, analysis, all, &kind);
    context! {
        throughput => section(THROUGHPUT),
        latency => section(LATENCY),
        memory => section(MEMORY),
        cpu => section(CPU),
    }
}

fn section(campaign: &Campaign, analysis: &Analysis, all: &[Driven], kind: &Kind) -> Option<Value> {
    let mut all: Vec<&Driven> = all.iter().filter(|one| (kind.has)(one.driver)).collect();
    if kind.metric == Metric::P99Us {
        // What users see comes before what a closed loop shows.
        all.sort_by_key(|one| one.driver.is_closed_loop());
    }
    let (mut open, mut folded): (Vec<&Driven>, Vec<&Driven>) =
        all.into_iter().partition(|one| one.weighs(kind.metric));
    // No section is all folds, unless the curves of the search stand there.
    let curves = kind.metric == Metric::P99Us && !analysis.capacities.is_empty();
    if open.is_empty() && !curves && !folded.is_empty() {
        open.push(folded.remove(0));
    }
    if open.is_empty() && folded.is_empty() && !curves {
        return None;
    }
    let figures = |those: Vec<&Driven>| -> Vec<Value> {
        those.into_iter().map(|one| figure(campaign, analysis, one, kind)).collect()
    };
    Some(context! { open => figures(open), folded => figures(folded) })
}

fn figure(campaign: &Campaign, analysis: &Analysis, one: &Driven, kind: &Kind) -> Value {
    let name = one.name();
    let cells = Cells { campaign, summaries: &one.summaries, name: &name };
    let Drawn { plot, table } = (kind.draw)(&cells);
    context! {
        id => format!("{}-{}", kind.id, one.id()),
        caption => format!("{}, {name}", kind.caption),
        name => &name,
        endpoint => &one.scenario.endpoint,
        badges => badges(campaign, one, kind.metric),
        notes => notes(campaign, analysis, one, kind.metric),
        curves => kind.metric == Metric::P99Us,
        plot => Value::from_safe_string(plot),
        table => Serde(table),
    }
}

/// What is said beside a figure's name.
fn badges(campaign: &Campaign, one: &Driven, metric: Metric) -> Vec<String> {
    let mut badges = Vec::new();
    if one.weighs(metric) {
        badges.push("counts for the decision".to_owned());
    }
    if let LoadDriver::DynoAt(percent) = one.driver {
        badges.push(format!("{percent} % of the slowest contender's throughput"));
    }
    if campaign.plan.judges_by_class(one.scenario) {
        badges.push("of its answers only the share of refusals was checked".to_owned());
    }
    badges
}

/// What is said below a figure.
fn notes(campaign: &Campaign, analysis: &Analysis, one: &Driven, metric: Metric) -> Vec<String> {
    let mut notes = Vec::new();
    let at_least = one.marked(|summary| summary.is_lower_bound(metric));
    if !at_least.is_empty() {
        notes.push(format!(
            "≥ At least: {} was the limiter of {}, so the server can do more than shown.",
            one.driver,
            at_least.join(", ")
        ));
    }
    let shares = capacity::load_shares(analysis, &one.scenario.name, rates::one(&one.rates));
    if metric == Metric::P99Us && !shares.is_empty() {
        notes.push(format!(
            "This rate as a share of each contender's own capacity: {}.",
            shares.join(", ")
        ));
    }
    let censored = one.marked(|summary| summary.latency_censored);
    if metric == Metric::P99Us && !censored.is_empty() {
        notes.push(format!(
            "Censored: responses of {} are missing because they came too late to be counted.",
            censored.join(", ")
        ));
    }
    match metric {
        // What else ran took CPU time, not memory.
        Metric::PeakRssTreeKb => {}
        Metric::P99Us => notes.extend(marks::disturbed(one)),
        _ => notes.extend(marks::notes(campaign, one)),
    }
    notes
}
