//! Whether two campaigns are of one plan, and of the same programs.

use std::{collections::BTreeMap, path::PathBuf};

use serde_json::Value;

use crate::{plan::Plan, record::environment::Environment};

/// Keys of a plan that have a better name.
const TITLES: [(&str, &str); 5] = [
    ("matrix_sha256", "dyno.toml"),
    ("scripts_sha256", "scripts or corpora"),
    ("exchanges_sha256", "exchanges or contracts"),
    ("decision", "decision rules"),
    ("load", "loads"),
];

/// Why rounds of two plans do not belong together, and what to do about it; `None` if they do.
#[must_use]
pub fn plans_differ(one: &Plan, other: &Plan) -> Option<String> {
    let key = match (comparable(one), comparable(other)) {
        (Ok(one), Ok(other)) => different(&one, &other)?.to_owned(),
        (Err(error), _) | (_, Err(error)) => format!("plans ({error})"),
    };
    let title = TITLES.iter().find(|(name, _)| *name == key).map_or(&*key, |(_, title)| title);
    Some(format!(
        "they have different {title}; measure all rounds with the same dyno.toml, options and seed"
    ))
}

/// Why rounds of one plan do not belong together, and what to do about it; `None` if they do.
#[must_use]
pub fn programs_differ(one: &Environment, other: &Environment) -> Option<String> {
    let what = programs(one, other)?;
    Some(format!(
        "they differ in {what}; measure all rounds with the same programs: copy the folder in which they were built, or use \
         the flake"
    ))
}

/// The plan without what may differ from round to round.
fn comparable(plan: &Plan) -> serde_json::Result<BTreeMap<String, Value>> {
    let mut plan = Plan { one_round: None, sustained_per_s: None, ..plan.clone() };
    plan.arguments.clear();
    plan.load.rounds = 0;
    // Where an earlier build lies.
    plan.contenders.iter_mut().filter_map(|one| one.folder.as_mut()).for_each(PathBuf::clear);
    plan.listen.set_port(0);
    serde_json::from_value(serde_json::to_value(plan)?)
}

/// In what the programs differ. The machines may differ, too.
fn programs(one: &Environment, other: &Environment) -> Option<String> {
    if (&one.dyno, &one.revision) != (&other.dyno, &other.revision) {
        return Some("dyno or its revision".to_owned());
    }
    different(&one.programs, &other.programs)
        .map(|name| format!("the program of {name}"))
        .or_else(|| {
            let (one, other) = (one.contender_files.as_ref(), other.contender_files.as_ref());
            let name = different(one?, other?)?;
            Some(format!("the files that {name} runs"))
        })
        .or_else(|| {
            let name = different(&one.contenders, &other.contenders)?;
            Some(format!("the versions of {name}"))
        })
        .or_else(|| {
            let name = different(&one.build_info, &other.build_info)?;
            Some(format!("the build of {name}"))
        })
}

/// The first name of which two maps say different things.
fn different<'a, V: PartialEq>(
    one: &'a BTreeMap<String, V>,
    other: &'a BTreeMap<String, V>,
) -> Option<&'a str> {
    let names = one.keys().chain(other.keys());
    names.map(String::as_str).find(|&name| one.get(name) != other.get(name))
}
