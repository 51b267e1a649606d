//! Whatever is missing, every contender is ranked or excluded with a reason.

use super::*;

/// Each metric counts once: with one criterion less there are fewer ways to weigh them, by far.
fn plan_of_few_weightings(contenders: &[&str]) -> Plan {
    let mut plan = plan(contenders);
    plan.decision.criteria.remove(1);
    plan
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
    let plan = plan_of_few_weightings(&names);
    let whole = campaign(3, &contenders);
    // Of every contender one loss, in a number of its rounds from the first or the last on.
    let kinds = LOSSES.len();
    for combination in 0..kinds.pow(3) {
        for rounds in [1, 3] {
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
    let plan = plan_of_few_weightings(&names);
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
    assert_eq!(decision.favoured().is_some(), !decision.ranking.is_empty());
}
