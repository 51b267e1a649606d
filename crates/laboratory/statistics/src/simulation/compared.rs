//! Two campaigns, and a duet: what they find and what they claim falsely.

use rand_chacha::ChaCha8Rng;

use super::super::{BeforeAfter, Changes, Relation, Rules, analyse, changes};
use super::figures::percent;
use super::models::{Noise, campaign, normal, rng};

const CELLS: usize = 80;

/// A comparison of two campaigns of 80 cells.
struct Pair {
    rounds: usize,
    /// New over base, of every cell.
    machine: f64,
    /// New over base, of the first cell besides.
    first: f64,
    /// The variation of every fifth cell; the others have 7 %.
    noisy: f64,
}

fn compare(rng: &mut ChaCha8Rng, pair: &Pair) -> Changes {
    let mut side = |machine: f64, first: f64| -> Vec<Vec<f64>> {
        let rounds: Vec<f64> =
            (0..pair.rounds).map(|_| machine * (0.04 * normal(rng)).exp()).collect();
        (0..CELLS)
            .map(|cell| {
                let speed = if cell == 0 { first } else { 1.0 };
                let variation = if cell % 5 == 1 { pair.noisy } else { 0.07 };
                rounds.iter().map(|round| round * speed * (variation * normal(rng)).exp()).collect()
            })
            .collect()
    };
    let (base, new) = (side(1.0, 1.0), side(pair.machine, pair.first));
    let cells = base.iter().zip(&new).map(|(base, new)| BeforeAfter { base, new, kind: 0 });
    changes(&cells.collect::<Vec<_>>(), 0.05, 0.05)
}

fn claims(changes: &Changes, from: usize) -> bool {
    changes.cells[from..].iter().any(|change| {
        matches!(change.relation, Relation::Higher | Relation::Lower)
            || change.above_limit
            || change.below_limit
    })
}

/// Names and figures for 3, 5 and 10 rounds.
pub(super) fn rows(campaigns: u32) -> Vec<(String, Vec<String>)> {
    let campaigns = campaigns / 4;
    let run = |pair: fn(usize) -> Pair, counts: fn(&Changes) -> bool| -> Vec<String> {
        let cell = |rounds: usize| {
            let mut rng = rng(600 + rounds as u64);
            let count =
                (0..campaigns).filter(|_| counts(&compare(&mut rng, &pair(rounds)))).count();
            format!("{:.1}", 100.0 * count as f64 / f64::from(campaigns))
        };
        [3, 5, 10].map(cell).to_vec()
    };
    let same = |rounds| Pair { rounds, machine: 1.0, first: 1.0, noisy: 0.07 };
    let slower = |rounds| Pair { rounds, machine: 0.9, first: 1.0, noisy: 0.07 };
    let noisy = |rounds| Pair { rounds, machine: 0.9, first: 1.0, noisy: 0.2 };
    let lost = |rounds| Pair { rounds, machine: 0.9, first: 0.7, noisy: 0.07 };
    vec![
        (
            "two campaigns, 80 cells alike: a false claim".to_owned(),
            run(same, |all| claims(all, 0)),
        ),
        ("the machine 10 % slower: a false claim".to_owned(), run(slower, |all| claims(all, 0))),
        (
            "the same, 16 cells at 20 % instead of 7 %: a false claim".to_owned(),
            run(noisy, |all| claims(all, 0)),
        ),
        (
            "the same machine: its shift is told".to_owned(),
            run(slower, |all| !all.shifts.is_empty()),
        ),
        (
            "one cell loses 30 % besides: it is a regression".to_owned(),
            run(lost, |all| all.cells[0].below_limit),
        ),
        ("a duet, one loss of 30 %: it is found".to_owned(), duet(campaigns, 0.7)),
        ("a duet, one loss of 10 %: it is found".to_owned(), duet(campaigns, 0.9)),
        ("a duet of equals: a false claim".to_owned(), duet(campaigns, 1.0)),
    ]
}

/// Old and new in the same rounds, at 7 %.
fn duet(campaigns: u32, kept: f64) -> Vec<String> {
    let cell = |rounds: usize| {
        let mut rng = rng(700 + rounds as u64);
        let mut found = 0;
        for _ in 0..campaigns {
            let table = campaign(&mut rng, &[1.0, kept], &[0.07; 2], Noise::Normal, rounds);
            let relation = analyse(&table, Rules::default()).comparisons[0].relation;
            found += u32::from(matches!(relation, Relation::Higher | Relation::Lower));
        }
        format!("{:.1}", percent(found, campaigns))
    };
    [3, 5, 10].map(cell).to_vec()
}
