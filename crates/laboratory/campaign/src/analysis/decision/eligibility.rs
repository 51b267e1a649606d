//! Which contenders may be recommended, and why the others may not.

use super::super::{
    rounds::{ByRound, CellName, FEWEST_ROUNDS},
    score::{Rule, score},
};
use crate::record::sample::{Sample, Status};

/// A contender that failed in more than one in this many of its trials is not eligible.
const MISSES_ONE_IN: usize = 3;

/// Why a contender cannot be recommended.
#[derive(Debug)]
pub(super) struct Exclusion {
    /// The reason, as a sentence without its subject.
    pub(super) reason: String,
    /// Whether no further round can change it.
    pub(super) for_good: bool,
}

/// Why a contender cannot be recommended; `None` for one that has a score.
///
/// A server that answered wrongly once may do so again, under any driver. What else went wrong is
/// held against it in proportion, and what the laboratory lost is not held against it at all.
pub(super) fn exclusion(rule: Rule, rounds: &ByRound, contender: &str) -> Option<Exclusion> {
    if rule.plan.contenders.iter().any(|one| one.name == contender && one.reference) {
        let reason = "it is a reference, measured only for comparison".to_owned();
        return Some(Exclusion { reason, for_good: true });
    }
    if rule.plan.contenders.iter().any(|one| one.name == contender && one.earlier_of().is_some()) {
        let reason = "it is an earlier build, measured only for comparison".to_owned();
        return Some(Exclusion { reason, for_good: true });
    }
    wrong(rounds, contender)
        .or_else(|| misses(rule, rounds, contender))
        .or_else(|| lacks_figures(rule, rounds, contender))
}

fn wrong(rounds: &ByRound, contender: &str) -> Option<Exclusion> {
    let wrong = rounds.attempts(contender).find(|sample| sample.is_wrong())?;
    let reason = format!("{} is invalid: {}", &*wrong.scenario, wrong.reason);
    Some(Exclusion { reason, for_good: true })
}

fn misses(rule: Rule, rounds: &ByRound, contender: &str) -> Option<Exclusion> {
    rule.cells(contender).find_map(|cell| {
        let samples = rounds.cell(cell);
        let own: Vec<&Sample> =
            samples.into_iter().filter(|sample| sample.status != Status::Lost).collect();
        let missed: Vec<&Sample> = own.iter().copied().filter(|sample| !sample.is_ok()).collect();
        if missed.len() * MISSES_ONE_IN <= own.len() {
            return None;
        }
        Some(Exclusion {
            reason: format!(
                "{} failed in {} of {} trials: {}",
                cell.1,
                missed.len(),
                own.len(),
                missed[0].reason
            ),
            for_good: missed.len() == own.len() && own.len() >= FEWEST_ROUNDS,
        })
    })
}

/// A contender without a whole score in any round: which figure is missing most, and why.
fn lacks_figures(rule: Rule, rounds: &ByRound, contender: &str) -> Option<Exclusion> {
    let scores = rounds.table(&[contender], |round, contender| score(rule, round, contender));
    if !scores.is_empty() {
        return None;
    }
    let has = |cell: CellName, metric| {
        rounds.cell(cell).iter().filter(|sample| sample.figure(metric).is_some()).count()
    };
    let criterion = rule
        .criteria()
        .iter()
        .min_by_key(|criterion| has(rule.criterion_cell(contender, criterion), criterion.metric))?;
    let cell = rule.criterion_cell(contender, criterion);
    let samples = rounds.cell(cell);
    let (metric, scenario) = (criterion.metric, &criterion.scenario);
    let lacking = samples.iter().find(|sample| sample.figure(metric).is_none());
    let why = lacking.map_or("it was not measured".to_owned(), |sample| sample.lacks(metric));
    let all = lacking.is_some() && has(cell, metric) == 0;
    Some(Exclusion {
        reason: format!("no score, because {} in {scenario} is missing: {why}", metric.title()),
        for_good: all && samples.len() >= FEWEST_ROUNDS,
    })
}
