//! Who is recommended.

use super::*;

#[test]
fn the_contender_that_is_better_in_everything_is_recommended_under_every_weighting() {
    let decision = decided(
        5,
        &[("axum", 50_000.0, 9000), ("flask", 400.0, 60_000), ("aiohttp", 4000.0, 40_000)],
    );
    assert_eq!(decision.winner.as_deref(), Some("axum"));
    assert!(decision.settlement == Settlement::Settled && !decision.by_tie_breaker);
    assert!(!decision.provisional);
    let order: Vec<&str> =
        decision.ranking.iter().map(|ranked| ranked.contender.as_str()).collect();
    assert_eq!(order, ["axum", "aiohttp", "flask"]);
    let first = &decision.ranking[0];
    assert!(first.on_pareto_front && (first.weightings_won - 1.0).abs() < 1e-9);
    assert!(decision.ranking[1..].iter().all(|ranked| !ranked.on_pareto_front));
    let lead = decision.ranking[0].lead.unwrap();
    assert!(lead.low < lead.ratio && lead.ratio < lead.high && lead.low > 5.0, "{lead:?}");
}

#[test]
fn among_equals_the_tie_breaker_chooses() {
    // A little faster; that makes up for a little more memory.
    let decision = decided(10, &[("axum", 51_000.0, 11_000), ("actix-web", 50_000.0, 10_000)]);
    assert_eq!(decision.ranking[0].contender, "axum");
    assert!(decision.by_tie_breaker && !decision.provisional, "{decision:?}");
    assert_eq!(decision.winner.as_deref(), Some("actix-web"));
    let decision = decided(10, &[("axum", 50_000.0, 10_000), ("actix-web", 51_000.0, 11_000)]);
    assert_eq!(decision.winner.as_deref(), Some("axum"));
}

#[test]
fn among_equals_that_do_not_differ_in_the_tie_breaker_either_the_choice_is_provisional() {
    let decision = decided(10, &[("axum", 50_000.0, 10_000), ("actix-web", 50_000.0, 10_000)]);
    assert_eq!(decision.settlement, Settlement::Settled);
    assert!(decision.provisional && !decision.by_tie_breaker, "{decision:?}");
    assert_eq!(decision.winner, Some(decision.ranking[0].contender.clone()));
}

#[test]
fn the_tie_breaker_does_not_choose_a_contender_that_may_be_behind() {
    // 3 % behind on average, far better in the tie-breaker, and noise that leaves it open.
    let mut samples = campaign(3, &[("axum", 50_000.0, 20_000), ("actix-web", 50_000.0, 10_000)]);
    for sample in samples.iter_mut().filter(|sample| sample.contender == "actix-web") {
        let slowed = [0.30, 0.45, 0.60][sample.round as usize - 1];
        sample.requests_per_s = sample.requests_per_s.map(|rate| rate * slowed);
    }
    let decision = decide(&plan(&["axum", "actix-web"]), &samples);
    assert!(decision.provisional && !decision.by_tie_breaker, "{decision:?}");
    assert_eq!(decision.winner, Some(decision.ranking[0].contender.clone()));
}

#[test]
fn fewer_than_three_rounds_recommend_nobody_and_lean_towards_the_first() {
    for (rounds, said) in [
        (1, "A single round recommends nobody: it leans towards axum, which scores "),
        (2, "2 rounds recommend nobody: they lean towards axum, which scores "),
    ] {
        let contenders = [("axum", 50_000.0, 9000), ("flask", 400.0, 60_000)];
        let decision = decided(rounds, &contenders);
        let leaning = decision.leaning.as_ref().expect("one that is ahead");
        assert_eq!((leaning.contender.as_str(), leaning.rounds), ("axum", rounds as usize));
        assert_eq!((&decision.winner, decision.favoured()), (&None, Some("axum")));
        assert!(decision.settlement == Settlement::Open && decision.provisional);
        assert!(matches!(decision.ranking[1].against_leader, Standing::BehindByEstimate { .. }));
        assert!(decision.ranking[1].lead.is_none());
        let sentence = sentence::decision(&decision, &plan(&["axum", "flask"]).rule());
        assert!(sentence.starts_with(said), "{sentence}");
        let more = if rounds == 1 { "about 2 more rounds." } else { "about 1 more round." };
        assert!(sentence.ends_with(more), "{sentence}");
    }
    let decision = decided(3, &[("axum", 50_000.0, 9000), ("flask", 400.0, 60_000)]);
    assert!(decision.leaning.is_none() && decision.winner.is_some());
}

#[test]
fn a_tie_is_not_told_apart_whatever_its_ratio_is() {
    let names = ["axum", "flask"];
    let mut samples = campaign(3, &names.map(|name| (name, 50_000.0, 9000)));
    for sample in samples.iter_mut().filter(|sample| sample.contender == "flask") {
        let noise = [0.9, 1.12, 1.0][sample.round as usize - 1];
        sample.requests_per_s = sample.requests_per_s.map(|rate| rate * noise);
    }
    let decision = decide(&plan(&names), &samples);
    assert!(matches!(decision.ranking[1].against_leader, Standing::NotToldApart { .. }));
    for ranked in &decision.ranking {
        let advantage = sentence::advantage(&decision, ranked).expect("three rounds");
        assert!(advantage.starts_with("not told apart (95 % CI "), "{advantage}");
    }
    let once = decided(1, &[("axum", 50_300.0, 9000), ("flask", 50_000.0, 9000)]);
    let sentence = sentence::decision(&once, &plan(&["axum", "flask"]).rule());
    assert!(sentence.contains(", not told apart from ") && !sentence.contains('×'), "{sentence}");
}

#[test]
fn servers_that_answer_in_two_waves_a_window_are_never_called_equivalent() {
    let mut samples = campaign(10, &[("axum", 48.0, 9000), ("actix-web", 48.0, 9000)]);
    for sample in &mut samples {
        (sample.requests, sample.connections) = (Some(240), 120);
        // All waves are alike, whatever the servers' true speeds are.
        sample.requests_per_s = Some(48.0);
        sample.p99_us = Some(2.5e6);
        sample.server_cpu_us_per_request = Some(1000.0);
    }
    let plan = plan(&["axum", "actix-web"]);
    let verdicts = verdicts::all(&plan, &samples);
    let throughput = |pair: &&PairwiseResult| {
        pair.metric == Metric::RequestsPerS && pair.driver == LoadDriver::Wrk
    };
    for pair in verdicts.iter().filter(throughput) {
        assert!(pair.verdict == Verdict::Inconclusive && pair.coarse, "{pair:?}");
    }
    assert!(verdicts.iter().filter(throughput).count() > 0);
}
