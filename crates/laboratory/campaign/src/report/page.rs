//! `index.html`: the campaign at a glance, in one self-contained file.

mod assets;
mod capacities;
mod decided;
mod driven;
mod marks;
mod pairs;
mod plots;
mod points;
mod samples;
mod sections;
mod table;

use anyhow::Context;
use minijinja::{AutoEscape, Value, context, escape_formatter, value::Serde};
use serde::Serialize;

use super::{
    capacity, commands,
    figure::Marked,
    machines,
    plot::svg::INKS,
    study,
    template::{environment, samples_that_do_not_count, warnings},
    workers,
};
use crate::{
    analysis::Analysis,
    load_driver::LoadDriver,
    matrix::Metric,
    plan::Plan,
    record::{build_info::BuildInfo, campaign::Campaign, sample::Status},
};
use assets::{policy, script, style, templates};
use driven::Driven;

/// Whether the page follows a campaign that is still being measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follow {
    /// A file, which makes no requests.
    No,
    /// Served by `dyno report --serve`, which it polls for changes.
    Live,
}

/// The page as a file.
pub fn page(campaign: &Campaign, analysis: &Analysis) -> anyhow::Result<String> {
    rendered(campaign, analysis, Follow::No)
}

/// The page, as a file or for a browser that follows the campaign.
pub fn rendered(
    campaign: &Campaign,
    analysis: &Analysis,
    follow: Follow,
) -> anyhow::Result<String> {
    let plan = &campaign.plan;
    let (script, style) = (script(follow)?, style()?);
    let ok = campaign.samples.iter().filter(|sample| sample.is_ok()).count();
    let (more_bad, bad) = samples_that_do_not_count(campaign);
    let study = study_rows(analysis)?;
    let driven = Driven::all(campaign, analysis);
    let top = decided::top(campaign, analysis)?;
    let templates = templates()?;
    let mut environment = environment(AutoEscape::Html, escape_formatter);
    for (name, source) in &templates {
        environment.add_template(name, source)?;
    }
    environment
        .get_template("page.html.j2")?
        .render(
            context! {
                policy => policy(&script, &style, follow),
                script => Value::from_safe_string(script),
                style => Value::from_safe_string(style),
                top,
                machines => machines::shown_in_reports(analysis),
                decision => Serde(&analysis.decision),
                capacities => capacities::figures(campaign, analysis, &driven),
                capacity_header => capacity::HEADER,
                tie_breaker => plan.rule().tie_breaker.title(),
                sections => sections::sections(campaign, analysis, &driven),
                pairs => pairs::section(plan, analysis, &driven),
                drivers => driven.iter().flat_map(|one| commands::driver(plan, one.scenario, one.driver, &one.rates)).collect::<Vec<_>>(),
                files => commands::files(plan),
                contenders => contenders(campaign),
                warnings => warnings(campaign),
                points => points::figures(plan, analysis, &driven),
                points_sentence => super::points::sentence(plan, analysis, campaign.environment.machine.processors),
                workers => workers::sentence(plan, campaign.environment.machine.processors),
                rounds => campaign.closed_rounds(),
                samples => campaign.samples.len(),
                ok,
                bad,
                more_bad,
                lost => campaign.samples.iter().filter(|sample| sample.status == Status::Lost).count(),
                study,
                plan => Serde(plan),
                command => commands::campaign(plan),
                environment => Serde(&campaign.environment),
                data => samples::data(campaign)?,
                live => follow == Follow::Live,
            },
        )
        .context("the template of index.html cannot be filled")
}

/// Data for the page's script, as JSON that can stand in a page: nothing in it can end the element
/// that it stands in.
fn embedded(data: &impl Serialize) -> anyhow::Result<Value> {
    let json = serde_json::to_string(data)?.replace('<', "\\u003c");
    Ok(Value::from_safe_string(json))
}

/// A contender's colour, by its place in the plan.
fn ink(plan: &Plan, contender: &str) -> usize {
    plan.contender_names().iter().position(|name| *name == contender).unwrap_or(0)
}

fn contenders(campaign: &Campaign) -> Vec<Value> {
    let plan = &campaign.plan;
    let contenders = plan.contenders.iter().enumerate();
    contenders
        .map(|(at, contender)| {
            context! {
                ink => at % INKS,
                name => contender.name.as_str(),
                stack => &contender.stack,
                version => campaign.environment.contenders.get(contender.name.as_str()),
                built => campaign.environment.build_info.get(contender.name.as_str()).and_then(BuildInfo::line),
                command => commands::server(plan, contender),
            }
        })
        .collect()
}

/// The study's cells beside ours; none where the campaign measured none of them.
fn study_rows(analysis: &Analysis) -> anyhow::Result<Vec<Value>> {
    let ours = |theirs: &study::StudyCell| {
        analysis.summaries.iter().find(|summary| {
            summary.contender == theirs.contender
                && summary.scenario == theirs.scenario
                && summary.driver == LoadDriver::Wrk
        })
    };
    let cells = study::cells()?;
    if cells.iter().all(|theirs| ours(theirs).is_none()) {
        return Ok(Vec::new());
    }
    let row = |theirs: study::StudyCell| {
        let ours = ours(&theirs);
        let rate = ours.map(|ours| Marked::of(ours, Metric::RequestsPerS).to_string());
        context! { rate, ours => ours.map(Serde), theirs => Serde(theirs) }
    };
    Ok(cells.into_iter().map(row).collect())
}
