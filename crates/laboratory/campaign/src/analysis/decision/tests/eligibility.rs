//! Who may be recommended.

use super::*;

#[test]
fn a_contender_with_an_invalid_cell_is_never_recommended() {
    let contenders = [("axum", 50_000.0, 9000), ("flask", 400.0, 60_000)];
    let mut samples = campaign(5, &contenders);
    samples[0].status = Status::Invalid;
    samples[0].reason = "socket errors".to_owned();
    let decision = decide(&plan(&["axum", "flask"]), &samples);
    assert_eq!(decision.winner.as_deref(), Some("flask"));
    assert_eq!(decision.excluded.len(), 1);
    assert_eq!(decision.excluded[0].reason, "static is invalid: socket errors");
}

#[test]
fn one_broken_connection_in_thirty_rounds_excludes_nobody_but_one_wrong_answer_does() {
    let contenders = [("axum", 50_000.0, 9000), ("flask", 400.0, 60_000)];
    let mut samples = campaign(30, &contenders);
    samples[0].status = Status::Invalid;
    samples[0].answered_wrongly = Some(false);
    assert_eq!(decide(&plan(&["axum", "flask"]), &samples).excluded, []);
    samples[0].answered_wrongly = Some(true);
    let decision = decide(&plan(&["axum", "flask"]), &samples);
    assert_eq!(decision.excluded[0].contender, "axum");
}

#[test]
fn a_contender_whose_tail_was_censored_is_excluded_with_that_reason() {
    let mut samples = campaign(5, &[("axum", 50_000.0, 9000), ("flask", 400.0, 60_000)]);
    for sample in samples.iter_mut().filter(|sample| sample.contender == "axum") {
        sample.latency_censored = true;
    }
    let decision = decide(&plan(&["axum", "flask"]), &samples);
    let reason = "no score, because p99 latency in validate is missing: answers that came too late to be counted make it \
                  a lower bound";
    let expected = Excluded { contender: "axum".to_owned(), reason: reason.to_owned() };
    assert_eq!(decision.excluded, [expected]);
}

#[test]
fn a_percentile_of_too_few_answers_is_no_figure() {
    let mut samples = campaign(5, &[("axum", 50_000.0, 9000), ("flask", 400.0, 60_000)]);
    for sample in samples.iter_mut().filter(|sample| sample.contender == "flask") {
        sample.requests = Some(499);
    }
    let decision = decide(&plan(&["axum", "flask"]), &samples);
    assert!(decision.excluded[0].reason.contains("it takes 500 answers"), "{decision:?}");
    for sample in &mut samples {
        sample.requests = Some(500);
    }
    assert_eq!(decide(&plan(&["axum", "flask"]), &samples).excluded, []);
}

#[test]
fn a_failed_trial_of_many_does_not_exclude_but_half_of_them_do() {
    let contenders = [("axum", 50_000.0, 9000), ("flask", 400.0, 60_000)];
    let mut samples = campaign(4, &contenders);
    samples[0].status = Status::Failed;
    assert_eq!(decide(&plan(&["axum", "flask"]), &samples).winner.as_deref(), Some("axum"));
    samples[4].status = Status::Failed;
    let decision = decide(&plan(&["axum", "flask"]), &samples);
    assert_eq!(decision.winner.as_deref(), Some("flask"));
}

#[test]
fn a_lost_trial_is_not_held_against_the_contender() {
    let contenders = [("axum", 50_000.0, 9000), ("flask", 400.0, 60_000)];
    let mut samples = campaign(4, &contenders);
    samples[0].status = Status::Lost;
    samples[0].reason = "the clock was set".to_owned();
    let decision = decide(&plan(&["axum", "flask"]), &samples);
    assert_eq!(decision.winner.as_deref(), Some("axum"));
    assert!(decision.excluded.is_empty());
}

#[test]
fn what_was_measured_again_counts_by_its_last_attempt() {
    let contenders = [("axum", 50_000.0, 9000), ("flask", 400.0, 60_000)];
    let mut samples = campaign(3, &contenders);
    let again = Sample { attempt: 2, ..samples[0].clone() };
    samples[0].status = Status::Invalid;
    samples[0].next_window_s = Some(60);
    samples.push(again);
    assert_eq!(decide(&plan(&["axum", "flask"]), &samples).winner.as_deref(), Some("axum"));
}

#[test]
fn a_wrong_answer_excludes_though_a_longer_window_was_right() {
    let contenders = [("axum", 50_000.0, 9000), ("flask", 400.0, 60_000)];
    let mut samples = campaign(3, &contenders);
    let again = Sample { attempt: 2, ..samples[0].clone() };
    samples[0].status = Status::Invalid;
    samples[0].next_window_s = Some(60);
    samples[0].answered_wrongly = Some(true);
    samples[0].reason = "1 wrong responses".to_owned();
    samples.push(again);
    let decision = decide(&plan(&["axum", "flask"]), &samples);
    assert_eq!(decision.winner.as_deref(), Some("flask"));
    assert_eq!(decision.excluded[0].reason, "static is invalid: 1 wrong responses");
}

#[test]
fn nothing_valid_is_no_decision() {
    let mut samples = campaign(3, &[("axum", 50_000.0, 9000)]);
    for sample in &mut samples {
        sample.status = Status::Failed;
    }
    let decision = decide(&plan(&["axum"]), &samples);
    assert_eq!((decision.winner, decision.excluded.len()), (None, 1));
    assert_eq!(decide(&plan(&["axum"]), &[]).winner, None);
}

#[test]
fn a_reference_is_never_recommended_however_fast_it_is() {
    let decision = decided(5, &[("axum", 50_000.0, 9000), ("nginx", 90_000.0, 7000)]);
    assert_eq!(decision.winner.as_deref(), Some("axum"));
    assert_eq!(decision.excluded[0].contender, "nginx");
    assert!(plan(&[]).contender_names().iter().all(|&name| name != "nginx"));
}
