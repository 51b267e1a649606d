//! Whether two campaigns are of one plan, and of the same programs.

use std::{collections::BTreeMap, path::PathBuf};

use serde_json::{Map, Value};

use crate::{
    Error,
    plan::Plan,
    record::{campaign::Campaign, environment::Environment},
};

/// Keys of a plan that have a better name.
const TITLES: [(&str, &str); 5] = [
    ("matrix_sha256", "dyno.toml"),
    ("scripts_sha256", "scripts or corpora"),
    ("exchanges_sha256", "exchanges or contracts"),
    ("decision", "decision rules"),
    ("load", "loads"),
];

/// Why a campaign does not belong to another one, and what to do about it; `None` if it does.
pub(super) fn apart(one: &Campaign, other: &Campaign) -> Result<Option<String>, Error> {
    let plans = [plan(one)?, plan(other)?];
    let planned = differing(&plans[0], &plans[1]).map(|key| {
        let title = TITLES.iter().find(|(name, _)| *name == key).map_or(key, |(_, title)| title);
        format!("they have different {title}; measure all rounds with the same dyno.toml, options and seed")
    });
    let run = || {
        let what = programs(&one.environment, &other.environment)?;
        Some(format!(
            "they differ in {what}; measure all rounds with the same programs: copy the folder in which they were built, \
             or use the flake"
        ))
    };
    Ok(planned.or_else(run))
}

/// The plan without what may differ from round to round.
fn plan(campaign: &Campaign) -> Result<Map<String, Value>, Error> {
    let mut plan = campaign.plan.clone();
    let Plan { one_round, arguments, load, contenders, .. } = &mut plan;
    *one_round = None;
    arguments.clear();
    load.rounds = 0;
    // Where an earlier build lies.
    contenders.iter_mut().filter_map(|one| one.folder.as_mut()).for_each(PathBuf::clear);
    plan.listen.set_port(0);
    let failure = |message| Error::Folder { folder: campaign.folder.clone(), message };
    match serde_json::to_value(plan) {
        Ok(Value::Object(keys)) => Ok(keys),
        Ok(_) => Err(failure("has no plan".to_owned())),
        Err(error) => Err(failure(error.to_string())),
    }
}

/// The first key that two maps do not share with its value.
fn differing<'a>(one: &'a Map<String, Value>, other: &'a Map<String, Value>) -> Option<&'a str> {
    let keys = one.keys().chain(other.keys());
    keys.map(String::as_str).find(|&key| one.get(key) != other.get(key))
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
