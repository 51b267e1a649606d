//! The decision: the ranking, and what the recommended contender does in each criterion.

use minijinja::{Value, context, value::Serde};
use statistics::geometric_mean;

use super::ink;
use crate::{
    analysis::{Analysis, decision::Ranked},
    human::{number, shown, unit},
    matrix::{Criterion, Metric},
    plan::Plan,
    record::{campaign::Campaign, sample::Sample},
    report::{plot::svg::INKS, sentence},
};

/// The eligible contenders, best score first.
pub(super) fn ranking(plan: &Plan, analysis: &Analysis) -> Vec<Value> {
    let ranking = analysis.decision.ranking.iter();
    ranking
        .map(|ranked| {
            let lead = ranked.lead.map(|lead| {
                format!("{}× ({} to {})", number(lead.ratio), number(lead.low), number(lead.high))
            });
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
pub(super) fn tiles(campaign: &Campaign, analysis: &Analysis) -> Vec<Value> {
    let decision = &analysis.decision;
    let Some(winner) = &decision.winner else { return Vec::new() };
    let ranked = decision.ranking.iter().find(|ranked| ranked.contender == *winner);
    let criteria = campaign.plan.decision.criteria.iter().enumerate();
    criteria
        .map(|(at, criterion)| {
            let counts = |sample: &&Sample| {
                sample.contender == *winner
                    && sample.scenario == criterion.scenario
                    && decision.counts(&criterion.scenario, sample.driver)
            };
            let figures: Vec<f64> = campaign
                .samples
                .iter()
                .filter(counts)
                .filter_map(|sample| sample.figure(criterion.metric))
                .collect();
            context! {
                scenario => criterion.scenario.as_str(),
                metric => criterion.metric.title(),
                figure => figure(&figures, criterion.metric),
                compared => ranked.map(|ranked| compared(&decision.ranking, ranked, at, criterion)),
            }
        })
        .collect()
}

/// The geometric mean, as the plots show it, and of the same kind as the comparison beside it.
fn figure(figures: &[f64], metric: Metric) -> String {
    let mean = geometric_mean(figures);
    let per = if metric == Metric::RequestsPerS { " /s" } else { "" };
    format!("{}{per}", shown(mean, unit(metric)))
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
