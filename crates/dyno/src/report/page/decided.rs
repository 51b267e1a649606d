//! The decision: the ranking, and what the recommended contender does in each criterion.

use minijinja::{Value, context, value::Serde};

use super::ink;
use crate::{
    analysis::{Analysis, decision::Ranked, summary::Summary},
    matrix::{Criterion, Metric},
    plan::Plan,
    report::{
        human::{micros, number, shown, unit},
        plot::svg::INKS,
        sentence,
    },
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
pub(super) fn tiles(plan: &Plan, analysis: &Analysis) -> Vec<Value> {
    let decision = &analysis.decision;
    let Some(winner) = &decision.winner else { return Vec::new() };
    let ranked = decision.ranking.iter().find(|ranked| ranked.contender == *winner);
    let criteria = plan.decision.criteria.iter().enumerate();
    criteria
        .map(|(at, criterion)| {
            let summary = analysis.summaries.iter().find(|summary| {
                summary.contender == *winner
                    && summary.scenario == criterion.scenario
                    && decision.counts(&criterion.scenario, summary.driver)
            });
            context! {
                scenario => &criterion.scenario,
                metric => criterion.metric.title(),
                figure => summary.map(|summary| figure(summary, criterion.metric)),
                compared => ranked.map(|ranked| compared(&decision.ranking, ranked, at, criterion)),
            }
        })
        .collect()
}

fn figure(summary: &Summary, metric: Metric) -> String {
    match metric {
        Metric::RequestsPerS => {
            format!("{} /s", shown(summary.requests_per_s_median, unit(metric)))
        }
        Metric::P99Us => shown(summary.p99_us.map(|us| us as f64), micros),
        Metric::PeakRssTreeKb => shown(summary.peak_rss_tree_kb_median, unit(metric)),
        Metric::ServerCpuUsPerRequest => {
            shown(summary.server_cpu_us_per_request_median, unit(metric))
        }
    }
}

fn compared(ranking: &[Ranked], winner: &Ranked, at: usize, criterion: &Criterion) -> String {
    let share = |ranked: &Ranked| ranked.criteria.get(at).copied().unwrap_or(0.0);
    let others = || ranking.iter().filter(|ranked| ranked.contender != winner.contender);
    let best = others().max_by(|one, other| share(one).total_cmp(&share(other)));
    let Some(best) = best.filter(|best| share(best) > 0.0 && share(winner) > 0.0) else {
        return String::new();
    };
    let (times, name) = (share(winner) / share(best), &best.contender);
    let (more, less) =
        if criterion.metric.more_is_better() { ("", "the") } else { ("as good as ", "as good as") };
    if times >= 1.0 {
        format!("{}× {more}the next, {name}", number(times))
    } else {
        format!("{}× {less} best, {name}", number(times))
    }
}
