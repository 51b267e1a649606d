//! The page of a campaign with searches.

use campaign::{
    analysis::analyse, load_driver::LoadDriver, plan::Extent, record::sample::Status,
    report::page::page,
};

use crate::measured;

#[test]
fn only_what_the_rule_weighs_is_said_to_count_and_a_section_without_figures_is_left_out() {
    let (_fixture, mut campaign) = measured();
    let has = |page: &str, section: &str| page.contains(&format!(r#"<section id="{section}""#));
    let all = page(&campaign, &analyse(&campaign)).unwrap();
    // The rule weighs the capacity alone, though the search has other figures too.
    assert_eq!(all.matches("counts for the decision").count(), 1);
    assert!(has(&all, "throughput") && has(&all, "latency"));
    let latency = all.split_once(r#"<section id="latency""#).unwrap().1;
    let (curve, fold) =
        (latency.find("latency-validate-search"), latency.find("<details class=\"fold\""));
    assert!(curve.unwrap() < fold.unwrap(), "the curve leads");

    campaign.plan.scenarios.retain(|scenario| scenario.objective.is_some());
    campaign.plan.extent = Extent::Rule;
    campaign.plan.latency = false;
    let searched = page(&campaign, &analyse(&campaign)).unwrap();
    assert!(!has(&searched, "throughput") && !searched.contains(r##"href="#throughput""##));
    assert!(has(&searched, "latency") && has(&searched, "memory") && has(&searched, "cpu"));
}

#[test]
fn what_was_disturbed_excluded_or_lost_has_a_shape_of_its_own_and_a_note_that_explains_it() {
    let (_fixture, mut campaign) = measured();
    let shapes = ["0 1 0 64 0a", "l70 70M", "h70M"];
    let notes = ["○ Disturbed samples", "× Excluded samples", "+ Lost samples"];
    let quiet = page(&campaign, &analyse(&campaign)).unwrap();
    for absent in shapes.iter().chain(&notes) {
        assert!(!quiet.contains(absent), "{absent}");
    }
    let closed =
        campaign.samples.iter_mut().filter(|sample| sample.driver == LoadDriver::Dyno).take(3);
    for (at, sample) in closed.enumerate() {
        match at {
            0 => sample.disturbed = true,
            1 => sample.status = Status::Invalid,
            _ => sample.status = Status::Lost,
        }
    }
    let marked = page(&campaign, &analyse(&campaign)).unwrap();
    for present in shapes.iter().chain(&notes) {
        assert!(marked.contains(present), "{present}");
    }
}
