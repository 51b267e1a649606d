//! Whose figures count.

use super::*;

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

/// Five rounds of two contenders, one at half the speed of the other; the driver held back those that
/// are named.
fn half_as_fast(held_back: &[&str]) -> Decision {
    let mut samples = campaign(5, &[("axum", 50_000.0, 9000), ("actix-web", 25_000.0, 9000)]);
    for sample in &mut samples {
        sample.driver_bound = held_back.iter().any(|name| sample.contender == *name);
    }
    decide(&plan(&["axum", "actix-web"]), &samples)
}

#[test]
fn a_contender_that_the_driver_held_back_is_not_called_behind_and_no_further_round_changes_that() {
    for held_back in [&["axum", "actix-web"][..], &["actix-web"]] {
        let decision = half_as_fast(held_back);
        assert_eq!(decision.ranking[1].against_leader, Standing::DriverBound);
        assert!(decision.provisional && decision.settlement == Settlement::Settled);
        assert_eq!(decision.ranking[1].lead.map(|lead| lead.high), None);
    }
}

#[test]
fn a_contender_that_all_of_its_cpus_would_not_make_the_leader_is_behind_though_the_driver_held_it_back()
 {
    let standing = |rate, share| {
        let mut samples = campaign(5, &[("axum", 50_000.0, 9000), ("actix-web", rate, 9000)]);
        for sample in samples.iter_mut().filter(|sample| sample.contender == "actix-web") {
            sample.driver_bound = true;
            sample.server_share = Some(share);
        }
        let decision = decide(&plan(&["axum", "actix-web"]), &samples);
        assert!(decision.ranking[1].at_least);
        (decision.ranking[1].against_leader, decision.provisional)
    };
    assert_eq!(standing(5_000.0, 0.8), (Standing::Behind, false));
    assert_eq!(standing(5_000.0, 0.001), (Standing::DriverBound, true));
    assert_eq!(standing(40_000.0, 0.8), (Standing::DriverBound, true));
}

#[test]
fn a_leader_that_the_driver_held_back_leads_nevertheless() {
    let decision = half_as_fast(&["axum"]);
    assert_eq!(decision.ranking[1].against_leader, Standing::Behind);
    assert!(!decision.provisional && decision.ranking[0].lead.is_some_and(|lead| lead.low > 1.0));
}

#[test]
fn two_rounds_settle_nothing_though_the_driver_held_all_back() {
    let mut samples = campaign(2, &[("axum", 50_000.0, 9000), ("actix-web", 25_000.0, 9000)]);
    for sample in &mut samples {
        sample.driver_bound = true;
    }
    let decision = decide(&plan(&["axum", "actix-web"]), &samples);
    assert_eq!(decision.settlement, Settlement::Open);
}
