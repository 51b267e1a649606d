//! The decision: the ranking, and what the recommended contender does in each criterion.

use minijinja::{Value, context, value::Serde};

use super::ink;
use crate::{
    analysis::{Analysis, decision::Ranked, summary::Summary},
    human::{number, shown, unit},
    matrix::{Criterion, Metric},
    plan::Plan,
    report::{plot::svg::INKS, sentence},
};

/// The eligible contenders, best score first.
pub(super) fn ranking(plan: &Plan, analysis: &Analysis) -> Vec<Value> {
    let ranking = analysis.decision.ranking.iter();
    ranking
        .map(|ranked| {
            let lead = ranked
                .lead
                .map(|lead| format!("{}× ({})", number(lead.ratio), sentence::range(lead, " to ")));
            context! {
                ink => ink(plan, &ranked.contender) % INKS,
                standing => sentence::standing(ranked.against_leader),
                lead,
                // The bar's length, in thousandths.
                bar => (ranked.score * 1000.0).round(),
                ..Serde(ranked)
            }
        })
        .collect()
}

/// Each criterion with the recommended contender's figure, and how it compares with the best one.
pub(super) fn tiles(plan: &Plan, analysis: &Analysis) -> Vec<Value> {
    let decision = &analysis.decision;
    let Some(winner) = &decision.winner else { return Vec::new() };
    let ranked = decision.ranking.iter().find(|ranked| ranked.contender == *winner);
    let criteria = plan.decision.criteria.iter().enumerate();
    criteria
        .map(|(at, criterion)| {
            let counts = |summary: &&Summary| {
                summary.contender == *winner
                    && criterion.scenario == summary.scenario
                    && decision.driver_for(&criterion.scenario, criterion.metric)
                        == Some(summary.driver)
            };
            let summary = analysis.summaries.iter().find(counts);
            context! {
                scenario => criterion.scenario.as_str(),
                metric => criterion.metric.title(),
                figure => figure(summary, criterion.metric),
                compared => ranked.map(|ranked| compared(&decision.ranking, ranked, at, criterion)),
            }
        })
        .collect()
}

fn figure(summary: Option<&Summary>, metric: Metric) -> String {
    let figure = summary.and_then(|summary| summary.figure(metric));
    let at_least = summary.is_some_and(|summary| summary.is_lower_bound(metric));
    let per = match metric {
        Metric::CapacityPerS | Metric::RequestsPerS => " /s",
        Metric::P99Us | Metric::PeakRssTreeKb | Metric::ServerCpuUsPerRequest => "",
    };
    format!("{}{}{per}", if at_least { "≥ " } else { "" }, shown(figure, unit(metric)))
}

fn compared(ranking: &[Ranked], winner: &Ranked, at: usize, criterion: &Criterion) -> String {
    let share = |ranked: &Ranked| ranked.criteria.get(at).copied().unwrap_or(0.0);
    let others = || ranking.iter().filter(|ranked| ranked.contender != winner.contender);
    let best = others().max_by(|one, other| share(one).total_cmp(&share(other)));
    let Some(best) = best.filter(|best| share(best) > 0.0 && share(winner) > 0.0) else {
        return String::new();
    };
    let (times, name) = (share(winner) / share(best), &best.contender);
    let (more, less) = if criterion.metric.more_is_better() {
        ("", "the")
    } else {
        ("as good as ", "as good as the")
    };
    if times >= 1.0 {
        format!("{}× {more}the runner-up, {name}", number(times))
    } else {
        format!("{}× {less} best, {name}", number(times))
    }
}
