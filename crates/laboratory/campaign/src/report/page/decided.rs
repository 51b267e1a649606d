//! The top of the page: who is recommended, by how much and how surely, why, and what would change
//! it.

mod answers;
mod criteria;

use minijinja::{Value, context, value::Serde};
use serde::Serialize;

use super::{embedded, ink};
use crate::{
    analysis::{
        Analysis,
        decision::{
            Decision,
            reasons::{reasons, shares},
        },
    },
    matrix::DecisionRule,
    plan::Plan,
    record::campaign::Campaign,
    report::{lower_bound, plot::svg::INKS, sentence},
};
use answers::answers;

/// Everything that the top shows of the decision.
pub(super) fn top(campaign: &Campaign, analysis: &Analysis) -> anyhow::Result<Value> {
    let (plan, decision) = (&campaign.plan, &analysis.decision);
    let rule = &plan.rule();
    let reasons = reasons(decision, rule);
    let answers = reasons.as_ref().and_then(|reasons| answers(rule, decision, reasons));
    // One weight has nothing to give way to.
    let weights = (answers.is_some() && rule.criteria.len() > 1).then(|| weights(decision, rule));
    let sentence = unbroken(&sentence::decision(decision, rule));
    Ok(context! {
        // What stands before the reasons.
        title => sentence.split([':', ';']).next().map(|words| words.trim_end_matches('.')),
        sentence,
        lower_bound => lower_bound::sentence(analysis, rule),
        favoured => decision.favoured(),
        answers,
        criteria => criteria::rows(plan, rule, analysis, reasons.as_ref()),
        weights => weights.transpose()?,
        ranking => ranking(plan, analysis),
    })
}

/// The eligible contenders, best score first.
fn ranking(plan: &Plan, analysis: &Analysis) -> Vec<Value> {
    let ranking = analysis.decision.ranking.iter();
    ranking
        .map(|ranked| {
            context! {
                ink => ink(plan, &ranked.contender) % INKS,
                figure => sentence::score(ranked),
                standing => sentence::standing(ranked.against_leader),
                lead => sentence::advantage(&analysis.decision, ranked),
                // The bar's length, in thousandths.
                bar => (ranked.score * 1000.0).round(),
                ..Serde(ranked)
            }
        })
        .collect()
}

/// What a score is made of, for a reader who moves the weights.
#[derive(Serialize)]
struct Weights<'a> {
    /// Scores closer than this share tie.
    margin: f64,
    /// Each criterion's share of all weights.
    rule: Vec<f64>,
    /// The eligible contenders, best score first.
    contenders: Vec<&'a str>,
    /// The figures of each over the best one's, by criterion, with six decimals.
    shares: Vec<Vec<f64>>,
}

fn weights(decision: &Decision, rule: &DecisionRule) -> anyhow::Result<Value> {
    let six = |share: &f64| (share * 1e6).round() / 1e6;
    embedded(&Weights {
        margin: rule.margin,
        rule: shares(rule),
        contenders: decision.ranking.iter().map(|ranked| ranked.contender.as_str()).collect(),
        shares: decision.ranking.iter().map(|it| it.criteria.iter().map(six).collect()).collect(),
    })
}

/// A share as people read it.
fn percent(share: f64) -> String {
    format!("{}\u{a0}%", (share * 100.0).round())
}

/// A text without a line break between a figure and its unit.
fn unbroken(text: &str) -> String {
    text.replace(" %", "\u{a0}%")
}
