use std::path::Path;

use serde_json::json;

use super::*;
use crate::{
    analysis::verdicts::{self, PairwiseResult, Verdict},
    matrix::{Matrix, Metric},
    plan::PlanOptions,
    record::sample::Status,
};

/// The project's own matrix with these contenders.
fn plan(contenders: &[&str]) -> Plan {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../dyno.toml");
    let matrix = Matrix::read(&file).unwrap();
    let options = PlanOptions {
        contenders: contenders.iter().map(|&name| name.to_owned()).collect(),
        scenarios: Vec::new(),
        load: matrix.load.clone(),
        drivers: vec![LoadDriver::Wrk, LoadDriver::Dyno],
        latency: false,
        until_decided: None,
        pin: false,
        seed: 1,
        port: 5000,
        arguments: Vec::new(),
    };
    Plan::new(&matrix, options).unwrap()
}

/// Both cells of a contender in a round: so many requests a second, and so much memory.
fn cells(round: u32, contender: &str, rate: f64, memory_kb: u64) -> Vec<Sample> {
    // Noise of about two percent that differs from round to round and contender to contender.
    let seed = f64::from(round) * 12.9 + f64::from(contender.as_bytes()[0]) * 78.2;
    let rate = rate * (1.0 + 0.02 * seed.sin());
    ["static", "validate"]
        .map(|scenario| {
            serde_json::from_value(json!({
                "round": round, "order": 1, "attempt": 1, "contender": contender, "scenario": scenario,
                "status": "ok", "reason": "", "started_at": "2026-01-01T00:00:00.000Z", "driver": "wrk", "threads": 1, "connections": 1,
                "requests_per_s": rate, "p99_us": 1e9 / rate, "server_cpu_us_per_request": 1e6 / rate,
                "peak_rss_tree_kb": memory_kb, "latency_censored": false, "checked_answers": 9, "driver_bound": false,
                "disturbed": false, "folder": "",
            }))
            .unwrap()
        })
        .to_vec()
}

/// So many rounds of contenders with their rates and memory.
fn campaign(rounds: u32, contenders: &[(&str, f64, u64)]) -> Vec<Sample> {
    (1..=rounds)
        .flat_map(|round| {
            contenders
                .iter()
                .flat_map(move |&(name, rate, memory)| cells(round, name, rate, memory))
        })
        .collect()
}

fn decided(rounds: u32, contenders: &[(&str, f64, u64)]) -> Decision {
    let names: Vec<&str> = contenders.iter().map(|contender| contender.0).collect();
    decide(&plan(&names), &campaign(rounds, contenders))
}

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
fn one_failure_in_the_first_round_settles_nothing() {
    let contenders = [("axum", 50_000.0, 9000), ("flask", 400.0, 60_000)];
    let mut samples = campaign(1, &contenders);
    samples[0].status = Status::Failed;
    let decision = decide(&plan(&["axum", "flask"]), &samples);
    assert_eq!(decision.settlement, Settlement::Open);
    let mut samples = campaign(2, &contenders);
    assert_eq!(decide(&plan(&["axum", "flask"]), &samples).settlement, Settlement::Open);
    for sample in &mut samples {
        sample.status = Status::Failed;
    }
    assert_eq!(decide(&plan(&["axum", "flask"]), &samples).settlement, Settlement::Open);
}

#[test]
fn with_fewer_than_two_contenders_left_there_is_nothing_to_decide() {
    let contenders = [("axum", 50_000.0, 9000), ("flask", 400.0, 60_000)];
    let mut samples = campaign(3, &contenders);
    assert_eq!(decide(&plan(&["axum", "flask"]), &samples).settlement, Settlement::Settled);
    for sample in samples.iter_mut().filter(|sample| sample.contender == "axum") {
        sample.status = Status::Failed;
    }
    let decision = decide(&plan(&["axum", "flask"]), &samples);
    assert_eq!(decision.settlement, Settlement::NothingToDecide);
    assert_eq!(decided(3, &contenders[..1]).settlement, Settlement::NothingToDecide);
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

/// Takes something from a sample.
type Loss = fn(&mut Sample);

/// Everything that a sample may lack.
const LOSSES: [Loss; 8] = [
    |_| {},
    |sample| sample.status = Status::Invalid,
    |sample| sample.status = Status::Failed,
    |sample| sample.status = Status::Lost,
    |sample| sample.latency_censored = true,
    |sample| sample.requests_per_s = None,
    |sample| sample.peak_rss_tree_kb = None,
    |sample| sample.server_cpu_us_per_request = Some(0.0),
];

#[test]
fn every_contender_is_ranked_or_excluded_with_a_reason_whatever_figures_are_missing() {
    let contenders =
        [("axum", 50_000.0, 9000), ("flask", 400.0, 60_000), ("aiohttp", 4000.0, 40_000)];
    let names = ["axum", "flask", "aiohttp"];
    let plan = plan(&names);
    let whole = campaign(3, &contenders);
    // Of every contender one loss, in a number of its rounds from the first or the last on.
    let kinds = LOSSES.len();
    for combination in 0..kinds.pow(3) {
        for rounds in [1, 2, 3] {
            let mut samples = whole.clone();
            for (at, name) in names.into_iter().enumerate() {
                let loss = LOSSES[combination / [1, kinds, kinds * kinds][at] % kinds];
                let struck =
                    |round: u32| if at == 0 { round <= rounds } else { round > 3 - rounds };
                let own = samples.iter_mut().filter(|sample| sample.contender == name);
                own.filter(|sample| struck(sample.round)).for_each(loss);
            }
            all_are_there(&decide(&plan, &samples), &names);
        }
    }
}

#[test]
fn every_contender_is_ranked_or_excluded_with_a_reason_whatever_trials_are_missing() {
    let contenders =
        [("axum", 50_000.0, 9000), ("flask", 400.0, 60_000), ("aiohttp", 4000.0, 40_000)];
    let names = ["axum", "flask", "aiohttp"];
    let plan = plan(&names);
    let whole = campaign(3, &contenders);
    for missing in 0..1 << 9 {
        let there = |sample: &&Sample| {
            let column = names.iter().position(|name| sample.contender == *name).unwrap();
            missing >> (3 * (sample.round as usize - 1) + column) & 1 == 0
        };
        let samples: Vec<Sample> = whole.iter().filter(there).cloned().collect();
        all_are_there(&decide(&plan, &samples), &names);
    }
}

fn all_are_there(decision: &Decision, names: &[&str]) {
    let ranked = decision.ranking.iter().map(|ranked| ranked.contender.as_str());
    let excluded = decision.excluded.iter().map(|excluded| excluded.contender.as_str());
    let mut there: Vec<&str> = ranked.chain(excluded).collect();
    let mut names = names.to_vec();
    there.sort_unstable();
    names.sort_unstable();
    assert_eq!(there, names, "{decision:?}");
    assert!(decision.excluded.iter().all(|excluded| !excluded.reason.is_empty()));
    assert_eq!(decision.winner.is_some(), !decision.ranking.is_empty());
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
    samples.push(again);
    assert_eq!(decide(&plan(&["axum", "flask"]), &samples).winner.as_deref(), Some("axum"));
}

#[test]
fn too_few_rounds_decide_provisionally_by_the_estimates() {
    let decision = decided(1, &[("axum", 50_000.0, 9000), ("flask", 400.0, 60_000)]);
    assert_eq!(decision.winner.as_deref(), Some("axum"));
    assert!(decision.settlement == Settlement::Open && decision.provisional);
    assert!(matches!(decision.ranking[1].against_leader, Standing::BehindByEstimate { .. }));
    assert!(decision.ranking[1].lead.is_none());
}

/// The same rounds under the other driver, which took so little processor time that it was no bottleneck.
fn driven_by_dyno(samples: &[Sample], faster: f64) -> Vec<Sample> {
    let again = |sample: &Sample| Sample {
        driver: LoadDriver::Dyno,
        driver_cpu_s: Some(1.0),
        server_cpu_s: Some(9.0),
        requests_per_s: sample.requests_per_s.map(|rate| rate * faster),
        ..sample.clone()
    };
    samples.iter().map(again).collect()
}

#[test]
fn the_driver_that_was_not_the_bottleneck_counts_scenario_by_scenario() {
    let wrk_sees = campaign(5, &[("axum", 500.0, 9000), ("actix-web", 500.0, 9000)])
        .into_iter()
        .map(|one| Sample { driver_cpu_s: Some(7.0), server_cpu_s: Some(3.0), ..one });
    let mut samples: Vec<Sample> = wrk_sees.collect();
    let of = |name| -> Vec<Sample> {
        let all = samples.iter().filter(|sample| sample.contender == name);
        all.filter(|sample| sample.scenario == "static").cloned().collect()
    };
    let (axum, actix) = (of("axum"), of("actix-web"));
    samples.extend(driven_by_dyno(&axum, 4.0));
    samples.extend(driven_by_dyno(&actix, 2.0));
    let decision = decide(&plan(&["axum", "actix-web"]), &samples);
    let drivers: Vec<_> =
        decision.drivers.iter().map(|one| (one.scenario.as_str(), one.driver)).collect();
    assert_eq!(drivers, [("static", LoadDriver::Dyno), ("validate", LoadDriver::Wrk)]);
    assert_eq!(
        decision.drivers[0].parts,
        [(LoadDriver::Wrk, Some(0.7)), (LoadDriver::Dyno, Some(0.1))]
    );
    assert_eq!(decision.winner.as_deref(), Some("axum"));
    assert!(!decision.by_tie_breaker);
}

#[test]
fn a_wrong_answer_under_either_driver_excludes() {
    let mut samples = campaign(3, &[("axum", 500.0, 9000)]);
    let mut wrong = driven_by_dyno(&samples, 1.0);
    wrong[0].status = Status::Invalid;
    samples[0].driver_cpu_s = Some(0.1);
    samples.extend(wrong);
    assert_eq!(decide(&plan(&["axum"]), &samples).winner, None);
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
