//! `decision.md`: the decision document.

use anyhow::Context;
use minijinja::{
    AutoEscape, Output, State, Value, context,
    value::{Serde, ValueKind},
};

use super::{
    capacity, commands, duet, lower_bound, machines, points, sentence,
    study::{self, StudyCell},
    template::{compared, criteria, environment, pairs, samples_that_do_not_count, warnings},
    workers,
};
use crate::{
    analysis::{
        Analysis, decision::Ranked, driver_choice::Chosen, summary::Summary, verdicts::metrics,
    },
    human,
    load_driver::LoadDriver,
    matrix::{Contender, Metric, Scenario},
    record::{build_info::BuildInfo, campaign::Campaign, middle, sample::Sample},
};

const TEMPLATE: &str = include_str!("decision.md.j2");
const OF_MACHINES: &str = include_str!("machines.md.j2");

/// The whole document.
pub(super) fn decision(campaign: &Campaign, analysis: &Analysis) -> anyhow::Result<String> {
    let plan = &campaign.plan;
    let scenarios = plan
        .driven_scenarios()
        .map(|(scenario, driver)| scenario_section(campaign, analysis, scenario, driver))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let (more_not_ok, not_ok) = samples_that_do_not_count(campaign);
    let mut environment = environment(AutoEscape::Custom("markdown".into()), escaped);
    environment.add_template("machines.md.j2", OF_MACHINES)?;
    environment
        .render_str(
            TEMPLATE,
            context! {
                scenarios,
                plan => Serde(plan),
                not_ok,
                more_not_ok,
                compared => compared(plan, analysis).len(),
                duet => duet::rows(plan, analysis),
                machines => machines::shown_in_reports(analysis),
                duet_header => duet::HEADER,
                capacities => Serde(capacity::tables(analysis)),
                capacity_header => capacity::HEADER,
                decision => Serde(&analysis.decision),
                arguments => fenced(&plan.arguments.join(" ")),
                environment => Serde(&campaign.environment),
                rounds => campaign.closed_rounds(),
                sentence => sentence::decision(&analysis.decision, &plan.decision),
                lower_bound => lower_bound::sentence(analysis, &plan.decision),
                drivers => analysis.decision.drivers.iter().map(chosen).collect::<Vec<_>>(),
                criteria => criteria(plan),
                tie_breaker => plan.decision.tie_breaker.title(),
                files => commands::files(plan).iter().map(|one| fenced(one)).collect::<Vec<_>>(),
                contenders => plan.contenders.iter().map(|one| contender(campaign, one)).collect::<Vec<_>>(),
                warnings => warnings(campaign),
                points => Serde(points::tables(plan, analysis)),
                points_sentence => points::sentence(plan, analysis, campaign.environment.machine.processors),
                workers => workers::sentence(plan, campaign.environment.machine.processors),
                ranking => analysis.decision.ranking.iter().map(ranked).collect::<Vec<_>>(),
            },
        )
        .context("the template of decision.md cannot be filled")
}

fn escaped(out: &mut Output, _: &mut State, value: &Value) -> Result<(), minijinja::Error> {
    let text = match value.kind() {
        ValueKind::Undefined => String::new(),
        _ if value.is_safe() => value.to_string(),
        _ => escape(&value.to_string()),
    };
    out.write_str(&text).map_err(minijinja::Error::from)
}

/// Text that Markdown shows verbatim, in tables too.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '#' | '~' => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ if character.is_control() => escaped.push(' '),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Text for a fenced block, which nothing in it can close.
fn fenced(text: &str) -> Value {
    let visible = |character: char| match character {
        '\n' => '\n',
        _ if character.is_control() => ' ',
        _ => character,
    };
    let text: String = text.trim_end().chars().map(visible).collect();
    Value::from_safe_string(text.replace("~~~", "~ ~ ~"))
}

/// A contender among the options, with the commands that ran it.
fn contender(campaign: &Campaign, contender: &Contender) -> Value {
    context! {
        name => contender.name.as_str(),
        stack => &contender.stack,
        version => campaign.environment.contenders.get(contender.name.as_str()),
        built => campaign.environment.build_info.get(contender.name.as_str()).and_then(BuildInfo::line),
        run => fenced(&commands::server(&campaign.plan, contender)),
    }
}

/// A scenario with all of its cells under one driver.
fn scenario_section(
    campaign: &Campaign,
    analysis: &Analysis,
    scenario: &Scenario,
    driver: LoadDriver,
) -> anyhow::Result<Value> {
    let (plan, name) = (&campaign.plan, scenario.name.as_str());
    let of_section = |summary: &&Summary| summary.scenario == name && summary.driver == driver;
    let summaries: Vec<&Summary> = analysis.summaries.iter().filter(of_section).collect();
    let cells = summaries.iter().map(|summary| cell(campaign, summary)).collect::<Vec<_>>();
    let study: Vec<StudyCell> = study::cells()?
        .into_iter()
        .filter(|cell| cell.scenario == name && driver == LoadDriver::Wrk)
        .collect();
    let study: Vec<Value> = study
        .into_iter()
        .map(|theirs| {
            let ours = summaries.iter().find(|summary| summary.contender == theirs.contender);
            context! { text => fenced(&format!("$ {}\n{}", theirs.command, theirs.text)), ours => ours.map(Serde), theirs => Serde(theirs) }
        })
        .collect();
    let rate = campaign.rate(name, driver);
    Ok(context! {
        name, cells, study, rate,
        driver => driver.to_string(),
        searched => driver == LoadDriver::Search,
        load_shares => capacity::load_shares(analysis, name, rate),
        command => fenced(&commands::driver(plan, scenario, driver, rate)),
        endpoint => &scenario.endpoint,
        by_class => plan.judges_by_class(scenario),
        metrics => metrics(driver).map(Metric::title).collect::<Vec<_>>(),
        pairs => pairs(plan, analysis, name, driver),
    })
}

/// A cell with the driver's output of its median trial.
fn cell(campaign: &Campaign, summary: &Summary) -> Value {
    let of_cell = |sample: &&Sample| {
        (sample.contender.as_str(), sample.scenario.as_str(), sample.driver)
            == (summary.contender.as_str(), summary.scenario.as_str(), summary.driver)
    };
    let ok = campaign.samples.iter().filter(of_cell).filter(|sample| sample.is_ok());
    let middle = middle::by_throughput(ok);
    context! {
        summary => Serde(summary),
        driver_bound => summary.is_driver_bound(),
        sample => middle.map(Serde),
        text => middle.and_then(|sample| campaign.driver_text(sample)).map(fenced),
    }
}

/// Whose figures count in a scenario, and why.
fn chosen(chosen: &Chosen) -> Value {
    let part = |&(driver, part): &(LoadDriver, Option<f64>)| {
        part.map(|part| format!("{driver} took {:.0} %", part * 100.0))
    };
    let parts: Vec<String> = chosen.parts.iter().filter_map(part).collect();
    context! { scenario => &chosen.scenario, driver => chosen.driver.to_string(), parts => parts.join(", ") }
}

fn ranked(ranked: &Ranked) -> Value {
    context! {
        standing => sentence::standing(ranked.against_leader),
        lead => ranked.lead.map(|lead| format!("{}× {}", human::number(lead.ratio), sentence::interval(lead))),
        ..Serde(ranked)
    }
}
