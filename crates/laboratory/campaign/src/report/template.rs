//! What the templates of the reports have in common: how they are filled, and what is filled into more than one.

use std::collections::BTreeMap;

use minijinja::{
    AutoEscape, Environment, Error, Output, State, Value, context, syntax::SyntaxConfig,
    value::ValueKind,
};

use super::sentence;
use crate::{
    analysis::{Analysis, verdicts::PairwiseResult},
    human::{self, NO_FIGURE, shown},
    load_driver::LoadDriver,
    plan::Plan,
    record::campaign::Campaign,
};

/// An environment in which everything that is filled in is text, whatever it looks like, written by `write`:
/// contenders and their output are not trusted.
pub(super) fn environment(
    escaping: AutoEscape,
    write: fn(&mut Output, &mut State, &Value) -> Result<(), Error>,
) -> Environment<'static> {
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    // The default delimiters are no error.
    environment.set_syntax(syntax.unwrap_or_default());
    environment.set_auto_escape_callback(move |_| escaping.clone());
    environment.set_formatter(move |out: &mut Output, state: &mut State, value: &Value| {
        if value.kind() == ValueKind::None {
            return out.write_str(NO_FIGURE).map_err(Error::from);
        }
        write(out, state, value)
    });
    environment.add_filter("number", |figure: Option<f64>| shown(figure, human::number));
    environment.add_filter("micros", |figure: Option<f64>| shown(figure, human::micros));
    environment.add_filter("kib", |figure: Option<f64>| shown(figure, human::kib));
    environment.add_filter("bytes", |figure: Option<f64>| shown(figure, human::bytes));
    environment
}

/// What a reader has to know of builds, each with the contenders that it is said of.
pub(super) fn warnings(campaign: &Campaign) -> Vec<Value> {
    let mut said: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in campaign.plan.contender_names() {
        if let Some(told) = campaign.environment.build_info.get(name)
            && let Some(warning) = told.warning()
        {
            said.entry(warning).or_default().push(name);
        }
    }
    let warnings = said.into_iter();
    warnings
        .map(|(warning, contenders)| context! { warning, contenders => contenders.join(", ") })
        .collect()
}

/// The criteria of the decision rule, in words.
pub(super) fn criteria(plan: &Plan) -> Vec<Value> {
    let criteria = plan.decision.criteria.iter();
    criteria
        .map(|criterion| {
            context! {
                scenario => criterion.scenario.as_str(),
                metric => criterion.metric.title(),
                weight => criterion.weight,
            }
        })
        .collect()
}

/// One row per pair of contenders, with the verdict of each metric in words.
pub(super) fn pairs(
    plan: &Plan,
    analysis: &Analysis,
    scenario: &str,
    driver: LoadDriver,
) -> Vec<Value> {
    let names = plan.contender_names();
    let all =
        names.iter().enumerate().flat_map(|(at, a)| names[at + 1..].iter().map(move |b| (*a, *b)));
    all.map(|(a, b)| {
        let of_pair = |pair: &&PairwiseResult| {
            (pair.scenario.as_str(), pair.driver) == (scenario, driver)
                && (pair.a.as_str(), pair.b.as_str()) == (a, b)
        };
        let verdicts: Vec<String> =
            analysis.verdicts.iter().filter(of_pair).map(sentence::verdict).collect();
        context! { a, b, verdicts }
    })
    .collect()
}
