//! A rule that weighs capacity.

use super::*;
use crate::{
    plan::Extent,
    report::{closed_loop, rule},
};

/// The rule with the capacity in place of the throughput of `validate`.
fn plan_with_objective() -> Plan {
    let mut plan = plan(&["axum", "actix-web"]);
    plan.decision.criteria[0].metric = Metric::CapacityPerS;
    let validate = plan.scenarios.iter_mut().find(|scenario| scenario.name == "validate");
    validate.unwrap().objective = Some("p99 < 50ms".parse().unwrap());
    plan
}

/// The closed loop of a campaign, and beside it what searches found.
fn searched(rounds: u32, capacities: [f64; 2], cpu_us: [f64; 2]) -> Vec<Sample> {
    let names = ["axum", "actix-web"];
    let mut samples = campaign(rounds, &names.map(|name| (name, 10_000.0, 9000)));
    let searches = samples.iter().filter(|sample| sample.scenario == "validate").map(|sample| {
        let at = usize::from(sample.contender != names[0]);
        let noise = sample.requests_per_s.unwrap_or_default() / 10_000.0;
        Sample {
            driver: LoadDriver::Search,
            capacity_per_s: Some(capacities[at] * noise),
            capacity_at_least: Some(false),
            server_cpu_us_per_request: Some(cpu_us[at] / noise),
            ..sample.clone()
        }
    });
    let searches: Vec<Sample> = searches.collect();
    samples.extend(searches);
    samples
}

#[test]
fn capacity_and_the_cpu_time_at_it_are_those_of_the_search() {
    let decision = decide(&plan_with_objective(), &searched(5, [2000.0, 1000.0], [100.0, 50.0]));
    assert_eq!(decision.winner.as_deref(), Some("axum"));
    let [capacity, _, _, cpu, _] = decision.ranking[1].criteria[..] else { panic!("{decision:?}") };
    assert!((0.45..0.55).contains(&capacity), "{capacity}");
    let cpu_of_leader = decision.ranking[0].criteria[3];
    assert!((cpu - 1.0).abs() < 1e-9 && (0.45..0.55).contains(&cpu_of_leader));
    let chosen = decision.drivers.iter().find(|chosen| chosen.scenario == "validate").unwrap();
    assert_eq!(chosen.driver_for(Metric::CapacityPerS), LoadDriver::Search);
    assert_eq!(chosen.driver_for(Metric::ServerCpuUsPerRequest), LoadDriver::Search);
    assert_eq!(chosen.driver_for(Metric::P99Us), LoadDriver::Wrk);
}

#[test]
fn one_search_that_the_driver_ended_makes_the_capacity_a_lower_bound() {
    let mut samples = searched(5, [2000.0, 1000.0], [100.0, 100.0]);
    let bound = |sample: &&mut Sample| {
        sample.contender == "actix-web" && sample.driver == LoadDriver::Search
    };
    samples.iter_mut().find(bound).unwrap().capacity_at_least = Some(true);
    let decision = decide(&plan_with_objective(), &samples);
    assert_eq!(decision.ranking[1].against_leader, Standing::DriverBound);
    assert!(decision.provisional && decision.settlement == Settlement::Settled);
}

#[test]
fn a_contender_that_never_keeps_the_objective_has_no_score() {
    let mut samples = searched(3, [2000.0, 1000.0], [100.0, 100.0]);
    for sample in samples.iter_mut().filter(|sample| sample.contender == "axum") {
        sample.capacity_per_s = None;
        sample.rate = Some(1.0);
    }
    let decision = decide(&plan_with_objective(), &samples);
    assert_eq!(decision.winner.as_deref(), Some("actix-web"));
    let reason = &decision.excluded[0].reason;
    assert!(
        reason.contains(
            "capacity in validate is missing: it missed the objective even at 1 request/s"
        ),
        "{reason}"
    );
}

#[test]
fn searches_that_fail_exclude_like_other_trials() {
    let mut samples = searched(3, [2000.0, 1000.0], [100.0, 100.0]);
    for sample in samples.iter_mut().filter(|sample| sample.contender == "axum") {
        if sample.driver == LoadDriver::Search {
            sample.status = Status::Failed;
            sample.reason = "the server died".to_owned();
        }
    }
    let decision = decide(&plan_with_objective(), &samples);
    assert_eq!(decision.excluded[0].reason, "validate failed in 3 of 3 trials: the server died");
}

#[test]
fn a_plan_without_searches_weighs_throughput_in_place_of_capacity() {
    let mut plan = plan_with_objective();
    assert!(plan.replaced().is_empty() && plan.rule() == plan.decision);
    plan.extent = Extent::ClosedLoop;
    let samples = campaign(3, &[("axum", 50_000.0, 9000), ("actix-web", 20_000.0, 9000)]);
    assert_eq!(decide(&plan, &samples).winner.as_deref(), Some("axum"));
    let said = rule::sentence(&plan).expect("capacity is missing");
    assert!(said.contains("did not search for the capacity in validate: the throughput"), "{said}");
}

#[test]
fn what_no_cell_measures_is_left_out_of_the_rule_and_named() {
    let mut plan = plan(&["axum", "actix-web"]);
    plan.scenarios.retain(|scenario| scenario.name == "static");
    let samples = campaign(3, &[("axum", 50_000.0, 9000), ("actix-web", 20_000.0, 9000)]);
    let decision = decide(&plan, &samples);
    assert_eq!(decision.winner.as_deref(), Some("axum"));
    assert_eq!(decision.ranking[0].criteria.len(), 2);
    let said = rule::sentence(&plan).expect("most is missing");
    assert!(
        said.starts_with("This campaign did not measure the throughput in validate, p99"),
        "{said}"
    );
}

#[test]
fn the_rule_of_the_closed_loop_leads_to_the_same_contender_or_to_one_with_a_reason() {
    let plan = plan_with_objective();
    let closed = plan.in_closed_loop().expect("both are measured");
    let mut samples = searched(5, [2000.0, 1000.0], [100.0, 100.0]);
    for sample in samples.iter_mut().filter(|sample| sample.contender == "actix-web") {
        if sample.driver == LoadDriver::Wrk && sample.scenario == "validate" {
            sample.requests_per_s = sample.requests_per_s.map(|rate| 2.0 * rate);
        }
    }
    let (own, other) = (decide(&plan, &samples), decide(&closed, &samples));
    assert_eq!((own.favoured(), other.favoured()), (Some("axum"), Some("actix-web")));
    let said = closed_loop::compared(&plan, &own, &other).expect("both lead");
    assert!(
        said.contains("actix-web leads: in validate its throughput in the closed loop is"),
        "{said}"
    );
    assert!(said.contains("× as good as axum's, its capacity 0.5"), "{said}");
    let same = closed_loop::compared(&plan, &own, &own).expect("both lead");
    assert!(same.contains("the same contender leads: it scores 1."), "{same}");

    let by_rule = Plan { extent: Extent::Rule, ..plan_with_objective() };
    assert!(by_rule.in_closed_loop().is_some(), "other criteria need the closed loop of validate");
    let mut alone = by_rule;
    alone.decision.criteria.retain(|it| it.scenario != "validate" || it.metric.is_of_search());
    assert!(alone.in_closed_loop().is_none());
}
