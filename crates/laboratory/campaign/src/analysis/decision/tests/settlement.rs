//! When measuring may end.

use super::*;

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
