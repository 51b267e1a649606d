//! The request corpus as cases: what the scenario `validate` sends is what is checked.

use std::collections::BTreeSet;

use contract::Fault;

use super::{case::Case, client::Request, expectation::Expectation};

const CORPUS: &str = include_str!("../../../../../lua/corpus.tsv");

/// A case for each line of the corpus.
pub(super) fn all() -> impl Iterator<Item = Case> {
    CORPUS.lines().filter_map(|line| {
        let mut parts = line.splitn(3, '\t');
        let (status, rules, body) = (parts.next()?, parts.next()?, parts.next()?);
        let expectation = match (status, contract::validate(body.as_bytes())) {
            ("200", Ok(registration)) => Expectation::Registration(registration.to_json()),
            _ => Expectation::Broken(rules.split(' ').filter_map(fault).collect::<BTreeSet<_>>()),
        };
        Some(Case { request: Request::validate(body), expectation })
    })
}

/// `address.city:length` as a fault.
fn fault(text: &str) -> Option<Fault> {
    let (field, rule) = text.rsplit_once(':')?;
    let rule = serde_json::from_value(serde_json::Value::from(rule)).ok()?;
    Some(Fault::new(field.to_owned(), rule))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_corpus_is_a_case_with_its_rules() {
        let cases: Vec<Case> = all().collect();
        assert_eq!(cases.len(), CORPUS.lines().count());
        assert!(cases.iter().all(|case| match &case.expectation {
            Expectation::Broken(faults) => !faults.is_empty(),
            Expectation::Registration(_) => true,
            _ => false,
        }));
    }
}
