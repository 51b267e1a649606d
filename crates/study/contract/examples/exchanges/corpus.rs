//! The corpus as exchanges: what the scenario `validate` sends.

use contract::Fault;
use serde_json::Value;

use super::{right, validate, written::Line};

const CORPUS: &str = include_str!("../../../../../lua/corpus.tsv");

/// An exchange for each line of the corpus.
pub(crate) fn all() -> Vec<Line> {
    CORPUS.lines().map(line).collect()
}

fn line(line: &str) -> Line {
    let mut parts = line.splitn(3, '\t');
    let mut part = || parts.next().expect("a line has three parts");
    let (status, rules, body) = (part(), part(), part());
    let right = match (status, contract::validate(body.as_bytes())) {
        ("200", Ok(registration)) => {
            let text = String::from_utf8(registration.to_json()).expect("JSON is UTF-8");
            right::registration(&text)
        }
        _ => right::broken(&rules.split(' ').map(fault).collect::<Vec<_>>()),
    };
    validate(body, right)
}

/// `address.city:length` as a fault.
fn fault(text: &str) -> Fault {
    let (field, rule) = text.rsplit_once(':').expect("a field and a rule");
    let rule = serde_json::from_value(Value::from(rule)).expect("a rule");
    Fault::new(field.to_owned(), rule)
}
