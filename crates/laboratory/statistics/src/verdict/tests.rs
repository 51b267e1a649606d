use super::super::boundary::Looks;
use super::*;

/// Zero stands for a gap.
fn table(rows: &[&[f64]]) -> Vec<Vec<Option<f64>>> {
    rows.iter().map(|row| row.iter().map(|&x| (x > 0.0).then_some(x)).collect()).collect()
}

#[test]
fn a_drifting_machine_cancels_out() {
    // Each round is a third slower than the last; within a round the second contender is 20 to 21 % slower.
    let rows = [[900.0, 750.0], [600.0, 497.0], [400.0, 332.0], [266.0, 221.0]];
    let analysis = analyse(&rows.map(|row| row.map(Some)), Rules::default());
    let pair = analysis.comparisons[0];
    let ratio = pair.ratio.expect("four rounds");
    assert_eq!(pair.relation, Relation::Higher);
    assert!(ratio.low < 1.2 && ratio.high > 1.2 && ratio.high - ratio.low < 0.02);
    assert!((ratio.inverse().inverse().low - ratio.low).abs() < 1e-12);
    assert!((analysis.relative[0].expect("measured").powi(2) - ratio.estimate).abs() < 1e-9);
}

#[test]
fn too_few_rounds_say_so() {
    let rows = [[900.0, 100.0, 500.0]; 2].map(|row| row.map(Some));
    for rounds in 0..=2 {
        for pair in analyse(&rows[..rounds], Rules::default()).comparisons {
            assert_eq!(pair.ratio, None);
            assert_eq!(pair.relation, Relation::Inconclusive { more_rounds: Some(3 - rounds) });
        }
    }
}

#[test]
fn figures_without_noise_are_taken_at_their_word() {
    let rows = [[7.0, 7.0, 14.0]; 3].map(|row| row.map(Some));
    let analysis = analyse(&rows, Rules::default());
    let verdicts: Vec<Relation> = analysis.comparisons.iter().map(|pair| pair.relation).collect();
    assert_eq!(verdicts, [Relation::Equivalent, Relation::Lower, Relation::Lower]);
}

#[test]
fn a_contender_that_failed_spoils_nothing_for_the_others() {
    let whole = table(&[&[9.0, 8.0, 5.0], &[6.0, 5.2, 3.1], &[7.0, 6.5, 4.1], &[8.0, 7.1, 4.2]]);
    let mut gone = whole.clone();
    for row in &mut gone {
        row.insert(1, None);
    }
    let (whole, gone) = (analyse(&whole, Rules::default()), analyse(&gone, Rules::default()));
    assert_eq!(gone.relative[1], None);
    assert_eq!(
        gone.pair(0, 1).map(|pair| pair.relation),
        Some(Relation::Inconclusive { more_rounds: None })
    );
    for (one, other) in [((0, 1), (0, 2)), ((0, 2), (0, 3)), ((1, 2), (2, 3))] {
        let (one, other) = (whole.pair(one.0, one.1), gone.pair(other.1, other.0));
        assert_eq!(one.map(|pair| pair.relation), other.map(|pair| pair.relation));
        let estimate = |pair: Option<&PairComparison>| {
            pair.and_then(|pair| pair.ratio).map(|ratio| ratio.estimate)
        };
        assert!((estimate(one).unwrap() - estimate(other).unwrap()).abs() < 1e-9);
    }
}

#[test]
fn columns_may_be_exchanged() {
    let rows = table(&[
        &[9.0, 8.0, 5.0],
        &[6.0, 0.0, 3.1],
        &[7.0, 6.5, 4.1],
        &[8.0, 7.1, 4.2],
        &[8.5, 7.0, 4.0],
    ]);
    let turned: Vec<Vec<Option<f64>>> =
        rows.iter().map(|row| row.iter().rev().copied().collect()).collect();
    let (one, other) = (analyse(&rows, Rules::default()), analyse(&turned, Rules::default()));
    let ratio = |analysis: &PairwiseAnalysis, a, b| analysis.pair(a, b).unwrap().ratio.unwrap();
    assert!((ratio(&one, 0, 1).low - ratio(&other, 1, 2).inverse().low).abs() < 1e-9);
    assert_eq!(one.pair(0, 2).unwrap().relation, Relation::Higher);
    assert_eq!(other.pair(0, 2).unwrap().relation, Relation::Lower);
}

#[test]
fn settled_asks_only_for_the_pairs_that_matter() {
    let rows = table(&[
        &[90.0, 50.0, 51.0],
        &[60.0, 33.0, 30.0],
        &[70.0, 38.0, 41.0],
        &[80.0, 47.0, 44.0],
    ]);
    let analysis = analyse(&rows, Rules::default());
    assert!(analysis.settled(analysis.pairs_of(0)));
    assert!(!analysis.settled(analysis.pairs_of(1)));
    let Relation::Inconclusive { more_rounds: Some(more) } = analysis.pair(1, 2).unwrap().relation
    else {
        panic!("two near equals after four rounds: {analysis:?}");
    };
    assert!((5..500).contains(&more), "{more}");
}

#[test]
fn an_erratic_contender_is_judged_by_its_own_noise() {
    let calm = |round: usize| 100.0 + [0.3, -0.2, 0.1, -0.4, 0.2][round % 5];
    let wild = |round: usize| 100.0 + [30.0, -25.0, 10.0, -15.0][round % 4];
    let rows: Vec<[Option<f64>; 3]> =
        (0..20).map(|r| [Some(calm(r)), Some(calm(r + 2) * 1.06), Some(wild(r))]).collect();
    let analysis = analyse(&rows, Rules::default());
    assert_eq!(analysis.pair(0, 1).unwrap().relation, Relation::Lower);
    assert!(matches!(analysis.pair(0, 2).unwrap().relation, Relation::Inconclusive { .. }));
}

#[test]
fn servers_that_answer_in_waves_are_not_equivalent_because_their_counts_agree() {
    // 2.0 and 2.9 waves in a window both count as two, round after round.
    let rows = [[Some(Figure::counted(24.0, 240.0, 120.0)); 2]; 10];
    let pair = analyse(&rows, Rules::default()).comparisons[0];
    assert!(pair.coarse);
    assert_eq!(pair.relation, Relation::Inconclusive { more_rounds: None });
    let ratio = pair.ratio.expect("ten rounds");
    assert!(ratio.low <= 1.0 / 1.45 && ratio.high >= 1.45, "{ratio:?}");

    // 300 answers a connection leave less than the margin open.
    let rows = [[Some(Figure::counted(24.0, 36e3, 120.0)); 2]; 10];
    let pair = analyse(&rows, Rules::default()).comparisons[0];
    assert_eq!((pair.relation, pair.coarse), (Relation::Equivalent, false));
}

#[test]
fn a_difference_within_what_the_counts_leave_open_is_not_claimed() {
    let verdict = |answers: [f64; 2]| {
        let figure = |count: f64| Some(Figure::counted(count, count, 120.0));
        analyse(&[answers.map(figure); 10], Rules::default()).comparisons[0].relation
    };
    assert!(matches!(verdict([360.0, 240.0]), Relation::Inconclusive { .. }));
    assert_eq!(verdict([3600.0, 2400.0]), Relation::Higher);
    // Even of a single wave it is known that it was not a hundred.
    assert_eq!(verdict([12_000.0, 120.0]), Relation::Higher);
}

#[test]
fn a_hundred_contenders_are_analysed_as_quickly_as_few() {
    // By partitions it would take longer than there is time.
    let figure = |round: usize, i: usize| Some(1.0 + 0.001 * ((round * 37 + i * 11) % 101) as f64);
    let rows: Vec<Vec<_>> =
        (0..10).map(|round| (0..100).map(|i| figure(round, i)).collect()).collect();
    for looks in [Looks::Once, Looks::EveryRound] {
        let analysis = analyse(&rows, Rules { looks, ..Rules::default() });
        assert_eq!(analysis.comparisons.len(), 4950);
        assert_eq!(analysis.pair(98, 97).map(|pair| (pair.a, pair.b)), Some((97, 98)));
    }
}

#[test]
fn two_erratic_equals_among_calm_contenders_are_rarely_told_apart() {
    // A thousand campaigns of three rounds: 3, 3, 3, 12 and 12 % of noise, and only the last two are equal.
    use rand::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(11);
    let mut claims = 0;
    for _ in 0..1000 {
        let rows = [[(1.0, 0.03), (2.0, 0.03), (4.0, 0.03), (8.0, 0.12), (8.0, 0.12)]; 3];
        let table = rows.map(|row| {
            row.map(|(truth, noise): (f64, f64)| {
                let deviation: f64 = StandardNormal.sample(&mut rng);
                Some(truth * (noise * deviation).exp())
            })
        });
        let relation = analyse(&table, Rules::default()).pair(3, 4).expect("a pair").relation;
        claims += u32::from(matches!(relation, Relation::Higher | Relation::Lower));
    }
    assert!(claims <= 55, "{claims} of 1000");
}
