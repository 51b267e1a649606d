//! `decision.md`: the decision document.

mod layout;

use anyhow::Context;
use minijinja::{
    AutoEscape, Output, State, Value, context,
    value::{Serde, ValueKind},
};

use super::{
    capacity, closed_loop, commands, duet,
    figure::{self, Marked},
    lower_bound, machines,
    pairs::by_metric,
    points, rates, rule, sentence,
    study::{self, StudyCell},
    template::{compared, criteria, environment, samples_that_do_not_count, warnings},
    workers,
};
use crate::{
    analysis::{
        Analysis,
        decision::{Decision, Ranked},
        driver_choice::Chosen,
        summary::Summary,
        verdicts::metrics,
    },
    human::number,
    load_driver::LoadDriver,
    matrix::{Contender, Metric, Scenario},
    plan::Plan,
    record::{build_info::BuildInfo, campaign::Campaign, middle, sample::Sample},
};

const TEMPLATE: &str = include_str!("markdown/decision.md.j2");
/// What it includes, one file a subject.
const PARTS: [(&str, &str); 13] = [
    ("rule", include_str!("markdown/rule.md.j2")),
    ("figures", include_str!("markdown/figures.md.j2")),
    ("duet", include_str!("markdown/duet.md.j2")),
    ("capacity", include_str!("markdown/capacity.md.j2")),
    ("machines", include_str!("markdown/machines.md.j2")),
    ("options", include_str!("markdown/options.md.j2")),
    ("method", include_str!("markdown/method.md.j2")),
    ("environment", include_str!("markdown/environment.md.j2")),
    ("reading", include_str!("markdown/reading.md.j2")),
    ("points", include_str!("markdown/points.md.j2")),
    ("scenarios", include_str!("markdown/scenarios.md.j2")),
    ("excluded", include_str!("markdown/excluded.md.j2")),
    ("output", include_str!("markdown/output.md.j2")),
];

/// The whole document.
pub(super) fn decision(campaign: &Campaign, analysis: &Analysis) -> anyhow::Result<String> {
    let plan = &campaign.plan;
    let scenarios = plan
        .driven_scenarios()
        .map(|(scenario, driver)| scenario_section(campaign, analysis, scenario, driver))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let (more_not_ok, not_ok) = samples_that_do_not_count(campaign);
    let mut environment = environment(AutoEscape::Custom("markdown".into()), escaped);
    for (name, part) in PARTS {
        environment.add_template(name, part)?;
    }
    let text = environment
        .render_str(
            TEMPLATE,
            context! {
                scenarios,
                plan => Serde(plan),
                not_ok,
                more_not_ok,
                compared => compared(plan, analysis).len(),
                loops => plan.driven_scenarios().any(|(_, driver)| driver.is_closed_loop()),
                rule_sentence => rule::sentence(plan),
                closed_loop => closed_loop::sentence(plan, analysis),
                duet => duet::rows(plan, analysis),
                machines => machines::shown_in_reports(analysis),
                duet_header => duet::HEADER,
                capacities => Serde(capacity::tables(analysis)),
                capacity_header => capacity::HEADER,
                decision => Serde(&analysis.decision),
                arguments => fenced(&plan.arguments.join(" ")),
                environment => Serde(&campaign.environment),
                rounds => campaign.closed_rounds(),
                sentence => sentence::decision(&analysis.decision, &plan.rule()),
                lower_bound => lower_bound::sentence(analysis, &plan.rule()),
                drivers => analysis.decision.drivers.iter().map(chosen).collect::<Vec<_>>(),
                criteria => criteria(plan),
                tie_breaker => plan.rule().tie_breaker.title(),
                files => commands::files(plan).iter().map(|one| fenced(one)).collect::<Vec<_>>(),
                contenders => plan.contenders.iter().map(|one| contender(campaign, one)).collect::<Vec<_>>(),
                warnings => warnings(campaign),
                points => Serde(points::tables(plan, analysis)),
                points_sentence => points::sentence(plan, analysis, campaign.environment.machine.processors),
                workers => workers::sentence(plan, campaign.environment.machine.processors),
                weighed => weighed(plan, analysis),
                ranking => analysis.decision.ranking.iter().map(|one| ranked(&analysis.decision, one)).collect::<Vec<_>>(),
            },
        )
        .context("the template of decision.md cannot be filled")?;
    Ok(layout::laid_out(&text))
}

/// Each eligible contender with its figures that the rule weighs, best score first.
fn weighed(plan: &Plan, analysis: &Analysis) -> Vec<Value> {
    let criteria = plan.rule().criteria;
    let ranking = analysis.decision.ranking.iter();
    ranking
        .map(|ranked| {
            let cells = criteria.iter().map(|criterion| {
                (analysis.weighed(criterion, &ranked.contender), criterion.metric)
            });
            let at_least = |(cell, metric): (Option<&Summary>, Metric)| {
                cell.is_some_and(|cell| cell.is_lower_bound(metric))
            };
            context! {
                contender => &ranked.contender,
                at_least => cells.clone().any(at_least),
                figures => cells.map(|(cell, metric)| figure::weighed(cell, metric)).collect::<Vec<_>>(),
            }
        })
        .collect()
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
            context! { text => fenced(&format!("$ {}\n{}", theirs.command, theirs.text)), throughput => ours.map(|ours| Marked::of(ours, Metric::RequestsPerS).to_string()), ours => ours.map(Serde), theirs => Serde(theirs) }
        })
        .collect();
    let rates = campaign.rates(name, driver);
    Ok(context! {
        name, cells, study,
        rates => rates::sentence(&rates),
        driver => driver.to_string(),
        searched => driver == LoadDriver::Search,
        load_shares => capacity::load_shares(analysis, name, rates::one(&rates)),
        command => fenced(&commands::driver(plan, scenario, driver, &rates).join("\n")),
        endpoint => &scenario.endpoint,
        by_class => plan.judges_by_class(scenario),
        metrics => metrics(driver).map(Metric::title).collect::<Vec<_>>(),
        pairs => Serde(by_metric(plan, analysis, name, driver)),
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
    let range = summary.requests_per_s_min.zip(summary.requests_per_s_max);
    let range = range.map(|(least, most)| format!("{}–{}", number(least), number(most)));
    context! {
        summary => Serde(summary),
        throughput => Marked::of(summary, Metric::RequestsPerS).with_range(range).to_string(),
        p50 => Marked::latency(summary, summary.p50_us, false).to_string(),
        p90 => Marked::latency(summary, summary.p90_us, false).to_string(),
        p99 => Marked::of(summary, Metric::P99Us).to_string(),
        p999 => Marked::latency(summary, summary.p999_us, summary.latency_censored).to_string(),
        cpu => Marked::of(summary, Metric::ServerCpuUsPerRequest).to_string(),
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

fn ranked(decision: &Decision, ranked: &Ranked) -> Value {
    context! {
        standing => sentence::standing(ranked.against_leader),
        share => sentence::score(ranked),
        advantage => sentence::advantage(decision, ranked),
        ..Serde(ranked)
    }
}
