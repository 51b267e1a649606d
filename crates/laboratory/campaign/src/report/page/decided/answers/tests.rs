//! What the page says of each kind of decision.

use super::*;
use crate::analysis::decision::{
    Lead, Leaning,
    reasons::{
        reasons,
        tests::{Contender, decided},
    },
};

/// What the page says where the second contender has this standing.
fn said(weights: &[f64], field: &[Contender], standing: Standing) -> [String; 3] {
    let (decision, rule) = decided(weights, field);
    said_of(decision, &rule, standing)
}

fn said_of(mut decision: Decision, rule: &DecisionRule, standing: Standing) -> [String; 3] {
    decision.ranking[1].against_leader = standing;
    let reasons = reasons(&decision, rule).unwrap();
    let pair = Pair::new(&decision, rule, &reasons).unwrap();
    [format!("{} {}", pair.lead(), pair.certainty()), pair.changes().join(" "), pair.why()]
}

#[test]
fn a_single_round_tells_no_interval_and_no_best_case() {
    let field: [Contender; 2] = [("axum", &[1.0], None), ("flask", &[0.5], None)];
    let standing = Standing::BehindByEstimate { more_rounds: Some(2) };
    let (mut decision, rule) = decided(&[1.0], &field);
    decision.winner = None;
    decision.leaning = Some(Leaning { contender: "axum".to_owned(), rounds: 1, more_rounds: 2 });
    let [lead, changes, _] = said_of(decision, &rule, standing);
    assert!(lead.starts_with("about 2.00× the score of flask, by estimate alone"), "{lead}");
    assert!(changes.contains("unknown before three rounds"), "{changes}");
    assert!(changes.contains("About 2 more rounds make a recommendation"), "{changes}");
}

#[test]
fn a_tie_has_no_ratio() {
    let field: [Contender; 2] = [("axum", &[1.0], None), ("actix-web", &[0.99], None)];
    let not_told_apart = Standing::NotToldApart { more_rounds: None };
    for standing in [Standing::Equivalent, Standing::DriverBound, not_told_apart] {
        let [lead, ..] = said(&[1.0], &field, standing);
        assert!(lead.starts_with("not told apart from actix-web"), "{lead}");
        assert!(!lead.contains('×'), "{lead}");
    }
}

#[test]
fn the_largest_gap_decides_and_small_ones_are_not_named() {
    let field: [Contender; 2] = [("axum", &[1.0; 3], None), ("b", &[0.999, 0.5, 0.8], None)];
    let [.., why] = said(&[3.0, 2.0, 1.0], &field, Standing::Behind);
    assert_eq!(why, "Throughput in two decides; the other gap is throughput in three.");
}

#[test]
fn what_speaks_for_the_runner_up_is_named() {
    let field: [Contender; 2] = [("axum", &[1.0, 0.8], None), ("b", &[0.4, 1.0], None)];
    let [_, changes, why] = said(&[1.0, 1.0], &field, Standing::Behind);
    assert_eq!(why, "Throughput in one decides; throughput in two speaks for b.");
    assert!(changes.is_empty(), "one weighting was tried: {changes}");
}

#[test]
fn the_best_case_of_the_runner_up_wins_or_does_not() {
    let interval = |low| Some(Lead { ratio: 1.2, low, high: 1.5 });
    for (low, words) in [
        (1.1, "Even in its best case (95 %) b scores 0.909× axum and does not win."),
        (1.0, "Even in its best case (95 %) b scores no more than axum."),
        (0.8, "In its best case (95 %) b scores 1.25× the best of the others and wins."),
    ] {
        let field: [Contender; 2] = [("axum", &[1.0], None), ("b", &[0.8], interval(low))];
        let [_, changes, _] = said(&[1.0], &field, Standing::Behind);
        assert_eq!(changes, words);
    }
}

#[test]
fn who_is_held_back_by_the_driver_is_behind_by_so_much_at_most_and_a_faster_driver_would_tell() {
    let lead = Lead { ratio: 1.25, low: 0.8, high: 1.5 };
    let field: [Contender; 2] = [("axum", &[1.0], None), ("b", &[0.8], Some(lead))];
    let (mut decision, rule) = decided(&[1.0], &field);
    decision.ranking[0].lead = Some(lead);
    decision.ranking[1].at_least = true;
    let [lead, changes, _] = said_of(decision, &rule, Standing::DriverBound);
    assert_eq!(
        lead,
        "not told apart from b: the driver held it back, so that axum scores at most 1.25× as much \
         (95 % CI 0.800–1.50)."
    );
    assert_eq!(
        changes,
        "In its best case (95 %) b scores 1.25× the best of the others and wins; a faster driver would tell."
    );
}
