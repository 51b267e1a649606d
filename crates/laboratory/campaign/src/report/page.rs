//! `index.html`: the campaign at a glance, in one self-contained file.

mod capacities;
mod decided;
mod pairs;
mod plots;
mod points;
mod samples;

use anyhow::Context;
use base64::{Engine, prelude::BASE64_STANDARD};
use minijinja::{AutoEscape, Value, context, escape_formatter, value::Serde};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::{
    capacity, commands, lower_bound, machines,
    plot::svg::INKS,
    sentence, study,
    template::{compared, criteria, environment, pairs, samples_that_do_not_count, warnings},
    workers,
};
use crate::{
    analysis::{Analysis, summary::Summary, verdicts::metrics},
    human::{number, round},
    load_driver::LoadDriver,
    matrix::{Metric, Scenario},
    plan::Plan,
    record::{build_info::BuildInfo, campaign::Campaign},
};

#[derive(RustEmbed)]
#[folder = "src/report/page/assets"]
struct Assets;

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
    let script = match follow {
        Follow::No => asset("page.js")?,
        Follow::Live => asset("page.js")? + &asset("live.js")?,
    };
    let style = asset("page.css")?;
    let ok = campaign.samples.iter().filter(|sample| sample.is_ok()).count();
    let (more_bad, bad) = samples_that_do_not_count(campaign);
    let study = study_rows(analysis)?;
    let of_machines = asset("machines.html.j2")?;
    let mut environment = environment(AutoEscape::Html, escape_formatter);
    environment.add_template("machines.html.j2", &of_machines)?;
    environment
        .render_str(
            &asset("page.html.j2")?,
            context! {
                policy => policy(&script, &style, follow),
                script => Value::from_safe_string(script),
                style => Value::from_safe_string(style),
                // No line break between a figure and its unit.
                sentence => sentence::decision(&analysis.decision, &plan.decision).replace(" %", "\u{a0}%"),
                lower_bound => lower_bound::sentence(analysis, &plan.decision),
                machines => machines::shown_in_reports(analysis),
                decision => Serde(&analysis.decision),
                ranking => decided::ranking(plan, analysis),
                capacities => capacities::figures(campaign, analysis),
                capacity_header => capacity::HEADER,
                tiles => decided::tiles(plan, analysis),
                criteria => criteria(plan),
                tie_breaker => plan.decision.tie_breaker.title(),
                scenarios => scenarios(campaign, analysis),
                files => commands::files(plan),
                contenders => contenders(campaign),
                warnings => warnings(campaign),
                points => points::figures(plan, analysis),
                points_sentence => super::points::sentence(plan, analysis, campaign.environment.machine.processors),
                workers => workers::sentence(plan, campaign.environment.machine.processors),
                rounds => campaign.closed_rounds(),
                samples => campaign.samples.len(),
                ok,
                bad,
                more_bad,
                compared => compared(plan, analysis).len(),
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

fn asset(name: &str) -> anyhow::Result<String> {
    let file = Assets::get(name).with_context(|| format!("{name} is not in the program"))?;
    Ok(String::from_utf8(file.data.into_owned())?)
}

/// What the browser may do for this page: run its own script, and nothing that someone may have
/// injected.
fn policy(script: &str, style: &str, follow: Follow) -> String {
    let hash = |text: &str| BASE64_STANDARD.encode(Sha256::digest(text));
    let connect = if follow == Follow::Live { "'self'" } else { "'none'" };
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; connect-src {connect}; base-uri 'none'; \
         form-action 'none'",
        hash(script),
        hash(style),
    )
}

/// A contender's colour, by its place in the plan.
fn ink(plan: &Plan, contender: &str) -> usize {
    plan.contender_names().iter().position(|name| *name == contender).unwrap_or(0)
}

fn scenarios(campaign: &Campaign, analysis: &Analysis) -> Vec<Value> {
    let mut driven: Vec<_> = campaign.plan.driven_scenarios().collect();
    // What counts comes first in each scenario; the sort is stable otherwise.
    let place = |scenario: &Scenario| {
        campaign.plan.scenarios.iter().position(|one| one.name == scenario.name)
    };
    driven.sort_by_key(|&(scenario, driver)| {
        (place(scenario), !analysis.decision.counts(&scenario.name, driver))
    });
    let sections = driven.into_iter();
    sections
        .map(|(scenario, driver)| self::scenario(campaign, analysis, scenario, driver))
        .collect()
}

fn scenario(
    campaign: &Campaign,
    analysis: &Analysis,
    scenario: &Scenario,
    driver: LoadDriver,
) -> Value {
    let plan = &campaign.plan;
    let rate = campaign.rate(&scenario.name, driver);
    let name = named(scenario, driver, rate);
    let of_section =
        |summary: &&Summary| scenario.name == summary.scenario && summary.driver == driver;
    let summaries: Vec<&Summary> = analysis.summaries.iter().filter(of_section).collect();
    let cells = plots::Cells { campaign, summaries: &summaries, name: &name };
    let names = |marked: fn(&Summary) -> bool| -> Vec<String> {
        let marked = summaries.iter().filter(|summary| marked(summary));
        marked.map(|summary| summary.contender.clone()).collect()
    };
    context! {
        name => &name,
        of_slowest => if let LoadDriver::DynoAt(percent) = driver { Some(percent) } else { None },
        load_shares => capacity::load_shares(analysis, &scenario.name, rate),
        driver => driver.to_string(),
        closed_loop => driver.is_closed_loop(),
        searched => driver == LoadDriver::Search,
        counts => analysis.decision.counts(&scenario.name, driver),
        endpoint => &scenario.endpoint,
        by_class => plan.judges_by_class(scenario),
        throughput => cells.throughput(),
        latency => cells.latency(),
        memory => cells.memory(),
        cpu => cells.cpu(),
        at_least => names(|summary| summary.is_lower_bound(Metric::RequestsPerS)),
        disturbed => disturbed(&summaries),
        censored => names(|summary| summary.latency_censored),
        grids => pairs::grids(plan, analysis, &scenario.name, driver),
        metrics => metrics(driver).map(Metric::title).collect::<Vec<_>>(),
        pairs => pairs(plan, analysis, &scenario.name, driver),
        command => commands::driver(plan, scenario, driver, rate),
    }
}

/// A scenario and how it was driven.
fn named(scenario: &Scenario, driver: LoadDriver, rate: Option<f64>) -> String {
    let name = &scenario.name;
    match (driver, rate) {
        (LoadDriver::Search, _) => format!("{name} within its objective"),
        (LoadDriver::DynoAt(_), Some(rate)) => {
            format!("{name} at {} requests/s", round(&number(rate)))
        }
        _ => format!("{name} under {driver}"),
    }
}

/// The disturbed cells, and by what.
fn disturbed(summaries: &[&Summary]) -> Vec<String> {
    let disturbed = summaries.iter().filter(|summary| summary.disturbed > 0);
    disturbed
        .map(|it| format!("{} ({} of {}: {})", it.contender, it.disturbed, it.ok, it.disturbance))
        .collect()
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

/// The study's cells beside ours.
fn study_rows(analysis: &Analysis) -> anyhow::Result<Vec<Value>> {
    let row = |theirs: study::StudyCell| {
        let ours = analysis.summaries.iter().find(|summary| {
            summary.contender == theirs.contender
                && summary.scenario == theirs.scenario
                && summary.driver == LoadDriver::Wrk
        });
        context! { ours => ours.map(Serde), theirs => Serde(theirs) }
    };
    Ok(study::cells()?.into_iter().map(row).collect())
}

#[cfg(test)]
mod tests;
