//! The figures that the methods must reach, by simulated campaigns with known truth. Run with `--nocapture` to read
//! them. Each setting has its own seed.

use super::{Looks, PairComparison, PairwiseAnalysis, Relation, Rules, analyse};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal, StudentT};
use std::ops::RangeFrom;
use std::time::{Duration, Instant};

const CAMPAIGNS: u32 = 2_000;
const EVERY_ROUND: Rules = Rules { margin: 0.05, looks: Looks::EveryRound };
const EQUAL: [f64; 5] = [1.0; 5];
/// Two pairs of equals: the hardest case for a step-down procedure, since all else is rejected rightly.
const PAIRS_OF_EQUALS: [f64; 5] = [2.0, 2.0, 1.0, 1.0, 0.5];
const NOISES: [Noise; 3] = [Noise::Normal, Noise::Heavy, Noise::Slowed];

#[derive(Clone, Copy, Debug)]
enum Noise {
    /// Normal on the log scale.
    Normal,
    /// Student's t with 4 degrees of freedom, with the stated variation as its standard deviation.
    Heavy,
    /// Normal, and 4 % of trials slowed by 30 %.
    Slowed,
}

type Table<const N: usize> = Vec<[Option<f64>; N]>;

/// A generator for the next setting.
fn rng(seeds: &mut RangeFrom<u64>) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seeds.next().expect("endless"))
}

/// A campaign on a machine that loses a fifth of its speed on the way and whose rounds vary by 5 % besides.
fn campaign<const N: usize>(
    rng: &mut ChaCha8Rng,
    truth: [f64; N],
    rounds: usize,
    variation: f64,
    noise: Noise,
) -> Table<N> {
    let heavy = StudentT::new(4.0).expect("4 is positive");
    let normal = |rng: &mut ChaCha8Rng| -> f64 { StandardNormal.sample(rng) };
    (0..rounds)
        .map(|round| {
            let drift = 1.0 - 0.2 * round as f64 / rounds as f64;
            let machine = 1e4 * drift * (0.05 * normal(rng)).exp();
            truth.map(|speed| {
                let deviation = match noise {
                    Noise::Normal | Noise::Slowed => normal(rng),
                    Noise::Heavy => heavy.sample(rng) / 2.0f64.sqrt(),
                };
                let slowed = matches!(noise, Noise::Slowed) && rng.random_bool(0.04);
                let kept = if slowed { 0.7 } else { 1.0 };
                Some(machine * speed * kept * (variation * deviation).exp())
            })
        })
        .collect()
}

/// Whether any claim of the analysis is wrong: equals called different, or the slower called faster.
fn false_claim(analysis: &PairwiseAnalysis, truth: &[f64]) -> bool {
    analysis.comparisons.iter().any(|pair| match pair.relation {
        Relation::Higher => truth[pair.a] <= truth[pair.b],
        Relation::Lower => truth[pair.a] >= truth[pair.b],
        Relation::Equivalent | Relation::Inconclusive { .. } => false,
    })
}

/// Whether the interval of a pair covers the truth; `None` if there is no interval.
fn covers(truth: &[f64], pair: &PairComparison) -> Option<bool> {
    let true_ratio = truth[pair.a] / truth[pair.b];
    pair.ratio.map(|ratio| ratio.low <= true_ratio && true_ratio <= ratio.high)
}

/// How many campaigns of [`CAMPAIGNS`] do something, in percent.
fn rate(mut does: impl FnMut() -> bool) -> f64 {
    (0..CAMPAIGNS).map(|_| percent(does().into(), CAMPAIGNS)).sum()
}

fn percent(count: u32, of: u32) -> f64 {
    100.0 * f64::from(count) / f64::from(of)
}

#[test]
#[ignore = "takes minutes"]
fn false_claims_are_rare_and_intervals_cover() {
    let mut seeds = 100..;
    println!("{CAMPAIGNS} campaigns: false claims (all equal / two pairs of equals), coverage");
    for noise in NOISES {
        for variation in [0.07, 0.12] {
            for rounds in [3, 5, 10, 30] {
                let mut wrong = [0; 2];
                let mut covered = 0;
                for (wrong, truth) in wrong.iter_mut().zip([EQUAL, PAIRS_OF_EQUALS]) {
                    let mut rng = rng(&mut seeds);
                    for _ in 0..CAMPAIGNS {
                        let table = campaign(&mut rng, truth, rounds, variation, noise);
                        let analysis = analyse(&table, Rules::default());
                        *wrong += u32::from(false_claim(&analysis, &truth));
                        for pair in &analysis.comparisons {
                            covered += u32::from(covers(&truth, pair).expect("an interval"));
                        }
                    }
                }
                let [equal, pairs] = wrong.map(|count| percent(count, CAMPAIGNS));
                let covered = percent(covered, 2 * 10 * CAMPAIGNS);
                println!(
                    "{noise:?}, {:2.0} %, {rounds:2} rounds: {equal:.1} / {pairs:.1} %, {covered:.1} %",
                    100.0 * variation
                );
                assert!(equal <= 5.0 && pairs <= 5.0);
                assert!((93.0..=97.5).contains(&covered));
            }
        }
    }
}

#[test]
#[ignore = "takes minutes"]
fn a_lead_of_a_quarter_is_found_in_ten_rounds() {
    let mut seeds = 200..;
    println!("{CAMPAIGNS} campaigns, 8 %, 10 rounds: a lead of 25 % proven over all four others");
    for (noise, least) in NOISES.into_iter().zip([95.0, 90.0, 90.0]) {
        let mut rng = rng(&mut seeds);
        let found = rate(|| {
            let table = campaign(&mut rng, [1.25, 1.0, 1.0, 1.0, 1.0], 10, 0.08, noise);
            let analysis = analyse(&table, Rules::default());
            (1..5)
                .all(|other| analysis.pair(0, other).expect("a pair").relation == Relation::Higher)
        });
        println!("{noise:?}: {found:.1} %");
        assert!(found >= least);
    }
}

#[test]
#[ignore = "takes minutes"]
fn looking_after_every_round_does_not_raise_the_error() {
    let mut seeds = 300..;
    println!("{CAMPAIGNS} campaigns, looks after each of 30 rounds: a false claim at any look");
    for noise in NOISES {
        for variation in [0.07, 0.12] {
            let wrong = [EQUAL, PAIRS_OF_EQUALS].map(|truth| {
                let mut rng = rng(&mut seeds);
                rate(|| {
                    let table = campaign(&mut rng, truth, 30, variation, noise);
                    (3..=30).any(|seen| false_claim(&analyse(&table[..seen], EVERY_ROUND), &truth))
                })
            });
            println!("{noise:?}, {:2.0} %: {:.1} / {:.1} %", 100.0 * variation, wrong[0], wrong[1]);
            assert!(wrong.iter().all(|&wrong| wrong <= 5.0));
        }
    }
}

#[test]
fn a_hundred_thousand_samples_take_less_than_a_second() {
    let table = campaign(&mut rng(&mut (400..)), EQUAL, 20_000, 0.08, Noise::Slowed);
    // What else the machine does may slow some of them.
    let taken = (0..5).map(|_| {
        let start = Instant::now();
        assert_eq!(analyse(&table, Rules::default()).comparisons.len(), 10);
        start.elapsed()
    });
    let taken = taken.min().expect("five");
    println!("100,000 samples: {taken:?}");
    assert!(taken < Duration::from_secs(1));
}

#[test]
#[ignore = "takes minutes"]
fn an_erratic_contender_is_allowed_for() {
    let mut seeds = 500..;
    println!("{CAMPAIGNS} campaigns, all equal but in noise: false claims, coverage of worst pair");
    for variations in [
        [0.03, 0.03, 0.03, 0.12, 0.12],
        [0.05, 0.05, 0.05, 0.10, 0.10],
        [0.03, 0.03, 0.03, 0.03, 0.12],
    ] {
        for rounds in [3, 5, 10, 30] {
            let mut rng = rng(&mut seeds);
            let mut wrong = 0;
            let mut covered = [0; 10];
            for _ in 0..CAMPAIGNS {
                let mut table = campaign(&mut rng, EQUAL, rounds, 0.0, Noise::Normal);
                for row in &mut table {
                    for (figure, variation) in row.iter_mut().zip(variations) {
                        let deviation: f64 = StandardNormal.sample(&mut rng);
                        *figure = figure.map(|x| x * (variation * deviation).exp());
                    }
                }
                let analysis = analyse(&table, Rules::default());
                wrong += u32::from(false_claim(&analysis, &EQUAL));
                for (covered, pair) in covered.iter_mut().zip(&analysis.comparisons) {
                    *covered += u32::from(covers(&EQUAL, pair).expect("an interval"));
                }
            }
            let worst = percent(*covered.iter().min().expect("ten pairs"), CAMPAIGNS);
            let wrong = percent(wrong, CAMPAIGNS);
            println!("{variations:?}, {rounds:2} rounds: {wrong:.1} %, {worst:.1} %");
            assert!(wrong <= 5.5 && worst >= 91.5);
        }
    }
}

/// The contender with the highest figure and all that are not shown to lie below it.
fn winners(analysis: &PairwiseAnalysis) -> Vec<usize> {
    let leader = leader(analysis);
    let beaten = |other| {
        analysis.pair(leader, other).is_some_and(|pair| {
            pair.relation == if pair.a == leader { Relation::Higher } else { Relation::Lower }
        })
    };
    (0..5).filter(|&other| other == leader || !beaten(other)).collect()
}

fn leader(analysis: &PairwiseAnalysis) -> usize {
    let figure = |i: usize| analysis.relative[i].expect("measured");
    (0..5).max_by(|&i, &j| figure(i).total_cmp(&figure(j))).expect("five")
}

#[test]
#[ignore = "takes minutes"]
fn until_decided_finds_the_same_winner_in_half_the_rounds() {
    let mut seeds = 600..;
    println!(
        "{CAMPAIGNS} campaigns, 30 rounds or until decided: same leader / winning set, rounds"
    );
    for (truth, variation, decidable) in [
        ([1.25, 1.0, 1.0, 1.0, 1.0], 0.07, true),
        ([1.25, 1.0, 1.0, 1.0, 1.0], 0.12, true),
        ([1.15, 1.0, 1.0, 1.0, 1.0], 0.07, true),
        ([1.25, 1.0, 0.9, 0.5, 0.2], 0.12, true),
        ([1.10, 1.0, 0.9, 0.5, 0.2], 0.07, true),
        // Two equals that 30 rounds can show to be equivalent: which of them is ahead is chance.
        ([1.0, 1.0, 0.5, 0.4, 0.3], 0.02, true),
        // Differences that 30 rounds hardly show: time must run out, without a false winner.
        ([1.10, 1.0, 0.9, 0.5, 0.2], 0.12, false),
    ] {
        let tie = variation < 0.03;
        let rounds = NOISES.map(|noise| {
            let mut rng = rng(&mut seeds);
            let (mut same, mut same_set, mut rounds) = (0, 0, 0);
            for _ in 0..CAMPAIGNS {
                let table = campaign(&mut rng, truth, 30, variation, noise);
                let fixed = analyse(&table, Rules::default());
                let mut seen = 3;
                let mut early = analyse(&table[..seen], EVERY_ROUND);
                while seen < 30 && !early.settled(early.pairs_of(leader(&early))) {
                    seen += 1;
                    early = analyse(&table[..seen], EVERY_ROUND);
                }
                same += u32::from(leader(&early) == leader(&fixed));
                same_set += u32::from(winners(&early) == winners(&fixed));
                rounds += seen;
            }
            let (same, same_set) = (percent(same, CAMPAIGNS), percent(same_set, CAMPAIGNS));
            let rounds = rounds as f64 / f64::from(CAMPAIGNS);
            println!(
                "{truth:?}, {:2.0} %, {noise:?}: {same:.1} / {same_set:.1} %, {rounds:.1}",
                100.0 * variation
            );
            assert!(if tie { same_set } else { same } >= 95.0);
            rounds
        });
        assert!(!decidable || rounds.iter().sum::<f64>() / 3.0 <= 15.0);
    }
}

#[test]
#[ignore = "takes minutes"]
fn any_number_of_contenders_and_gaps_will_do() {
    println!(
        "{CAMPAIGNS} campaigns, all equal, 8 %, a tenth of the trials missing: false claims, coverage"
    );
    any_number::<2>();
    any_number::<3>();
    any_number::<10>();
}

fn any_number<const N: usize>() {
    let mut seeds = 1000 * N as u64..;
    for noise in NOISES {
        for rounds in [3, 5, 10] {
            let mut rng = rng(&mut seeds);
            let (mut wrong, mut covered, mut pairs) = (0, 0, 0);
            for _ in 0..CAMPAIGNS {
                let mut table = campaign(&mut rng, [1.0; N], rounds, 0.08, noise);
                for figure in table.iter_mut().flatten() {
                    *figure = figure.filter(|_| !rng.random_bool(0.1));
                }
                let analysis = analyse(&table, Rules::default());
                wrong += u32::from(false_claim(&analysis, &[1.0; N]));
                for is_covered in
                    analysis.comparisons.iter().filter_map(|pair| covers(&[1.0; N], pair))
                {
                    covered += u32::from(is_covered);
                    pairs += 1;
                }
            }
            let (wrong, covered) = (percent(wrong, CAMPAIGNS), percent(covered, pairs));
            println!(
                "{N:2} contenders, {noise:?}, {rounds:2} rounds: {wrong:.1} %, {covered:.1} %"
            );
            assert!(wrong <= 5.0 && (93.0..=97.5).contains(&covered));
        }
    }
}
