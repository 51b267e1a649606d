//! What the templates of the reports have in common: how they are filled, and what is filled into more than one.

use minijinja::{
    AutoEscape, Environment, Error, Output, State, Value, context,
    syntax::SyntaxConfig,
    value::{Serde, ValueKind},
};

use crate::{
    analysis::Analysis,
    human::{self, NO_FIGURE, shown},
    plan::Plan,
    record::{campaign::Campaign, sample::Sample},
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
    let warnings = campaign.environment.build_warnings().into_iter();
    warnings
        .map(|(warning, contenders)| context! { warning, contenders => contenders.join(", ") })
        .collect()
}

/// At most this many excluded samples are listed; `samples.csv` has all of them.
const LISTED: usize = 50;

/// How many excluded samples are not listed, and those that are.
pub(super) fn samples_that_do_not_count(campaign: &Campaign) -> (usize, Vec<Value>) {
    let bad: Vec<&Sample> = campaign.samples.iter().filter(|sample| !sample.is_ok()).collect();
    let listed = bad.iter().take(LISTED).map(|sample| Value::from(Serde(*sample))).collect();
    (bad.len().saturating_sub(LISTED), listed)
}

/// The criteria of the decision rule, in words.
pub(super) fn criteria(plan: &Plan) -> Vec<Value> {
    let criteria = plan.rule().criteria.into_iter();
    criteria
        .map(|criterion| {
            context! {
                scenario => criterion.scenario.as_str(),
                metric => criterion.metric.title(),
                weight => human::round(&human::number(criterion.weight)),
            }
        })
        .collect()
}

/// Reports show the pairs of at most this many contenders: 40 make 780 pairs for each scenario,
/// driver and metric, more than a browser or a reader takes. `verdicts.csv` has all.
const COMPARED: usize = 12;

/// The contenders whose pairs the reports show, the best first: all of them, or not the last. Those without a rank
/// come after the others, in the plan's order.
pub(super) fn compared<'a>(plan: &'a Plan, analysis: &Analysis) -> Vec<&'a str> {
    let ranking = &analysis.decision.ranking;
    let rank = |name: &&str| {
        ranking.iter().position(|ranked| ranked.contender == *name).unwrap_or(ranking.len())
    };
    let mut best = plan.contender_names();
    best.sort_by_key(rank);
    best.truncate(COMPARED);
    best
}
