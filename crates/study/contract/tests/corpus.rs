//! The corpus makes the load that it is meant to.

#![allow(clippy::unwrap_used, reason = "what goes wrong here is what the test is to tell")]

use std::{collections::BTreeMap, path::Path, sync::LazyLock};

use contract::{Refusal, validate};
use exchange::{Exchange, MadeFiles};

static CORPUS: LazyLock<Vec<Exchange>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../contract");
    exchange::read(&folder, "validate.jsonl".as_ref(), &MadeFiles::new()).unwrap().exchanges
});

#[test]
fn half_of_the_exchanges_are_valid_in_every_pair() {
    let statuses: Vec<u16> = CORPUS.iter().map(|one| one.statuses().next().unwrap()).collect();
    assert!(statuses.len() >= 300);
    for pair in statuses.chunks(2) {
        assert!(matches!(pair, [200, 422] | [422, 200]), "{pair:?}");
    }
    let first_of_pairs = statuses.iter().step_by(2).filter(|&&status| status == 200).count();
    assert!((40..=60).contains(&(first_of_pairs * 200 / statuses.len())), "{first_of_pairs}");
}

#[test]
fn each_rule_is_broken_by_several_exchanges() {
    let mut counts = BTreeMap::new();
    for exchange in &*CORPUS {
        if let Err(Refusal::Broken(faults)) = validate(&exchange.request.body) {
            for fault in faults {
                *counts.entry(format!("{:?}", fault.rule)).or_insert(0) += 1;
            }
        }
    }
    for rule in ["Required", "Type", "Length", "Range", "Format", "Unknown"] {
        assert!(counts.get(rule).is_some_and(|&count| count >= 5), "{rule}: {counts:?}");
    }
}

#[test]
fn sizes_go_from_150_bytes_to_2_kib() {
    let sizes: Vec<usize> = CORPUS.iter().map(|one| one.request.body.len()).collect();
    assert!(sizes.iter().all(|size| (150..=2048).contains(size)));
    assert!(sizes.iter().any(|&size| size < 200) && sizes.iter().any(|&size| size > 1500));
}
