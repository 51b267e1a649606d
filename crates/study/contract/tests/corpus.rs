//! The committed corpus is what its seed gives, and the contract agrees with each of its lines.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    process::Command,
};

use contract::Refusal;

const COMMITTED: &str = include_str!("../../../../lua/corpus.tsv");

fn lines() -> impl Iterator<Item = (u16, BTreeSet<String>, &'static str)> {
    COMMITTED.lines().map(|line| {
        let mut parts = line.splitn(3, '\t');
        let mut part = || parts.next().expect("three parts");
        let status = part().parse().expect("a status");
        (status, part().split_whitespace().map(str::to_owned).collect(), part())
    })
}

#[test]
fn the_corpus_is_what_its_seed_gives() {
    // Examples lie beside the folder of this test's own program.
    let tests = env::current_exe().expect("this program has a path");
    let built = tests.ancestors().nth(2).expect("it lies in target/debug/deps");
    let generated = Command::new(built.join("examples/corpus")).output();
    let generated = generated.expect("cargo test builds the example").stdout;
    assert!(generated == COMMITTED.as_bytes(), "make it again as examples/corpus.rs says");
}

#[test]
fn each_line_is_answered_as_it_says() {
    for (status, rules, body) in lines() {
        match contract::validate(body.as_bytes()) {
            Ok(_) => assert_eq!(status, 200, "{body}"),
            Err(Refusal::Broken(faults)) => {
                let found: BTreeSet<String> = faults
                    .iter()
                    .map(|fault| {
                        format!("{}:{}", fault.field, format!("{:?}", fault.rule).to_lowercase())
                    })
                    .collect();
                assert_eq!(status, 422, "{body}");
                assert!(
                    !found.is_empty() && found.is_subset(&rules),
                    "{found:?} of {rules:?}: {body}"
                );
            }
            Err(refusal) => panic!("{refusal:?}: {body}"),
        }
    }
}

#[test]
fn half_of_the_lines_are_valid_in_every_pair() {
    let statuses: Vec<u16> = lines().map(|(status, ..)| status).collect();
    assert!(statuses.len() >= 300);
    for pair in statuses.chunks(2) {
        assert!(matches!(pair, [200, 422] | [422, 200]), "{pair:?}");
    }
    let first_of_pairs = statuses.iter().step_by(2).filter(|&&status| status == 200).count();
    assert!((40..=60).contains(&(first_of_pairs * 200 / statuses.len())), "{first_of_pairs}");
}

#[test]
fn each_rule_is_broken_by_several_lines() {
    let mut counts = BTreeMap::new();
    for (_, rules, _) in lines() {
        for fault in rules {
            let rule = fault.rsplit(':').next().expect("a rule").to_owned();
            *counts.entry(rule).or_insert(0) += 1;
        }
    }
    for rule in ["required", "type", "length", "range", "format", "unknown"] {
        assert!(counts.get(rule).is_some_and(|&count| count >= 5), "{rule}: {counts:?}");
    }
}

#[test]
fn sizes_go_from_150_bytes_to_2_kib() {
    let sizes: Vec<usize> = lines().map(|(.., body)| body.len()).collect();
    assert!(sizes.iter().all(|size| (150..=2048).contains(size)));
    assert!(sizes.iter().any(|&size| size < 200) && sizes.iter().any(|&size| size > 1500));
}
