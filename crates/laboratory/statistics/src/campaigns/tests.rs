use super::*;

fn cell<'a>(base: &'a [f64], new: &'a [f64]) -> BeforeAfter<'a> {
    BeforeAfter { base, new, kind: 0 }
}

#[test]
fn fewer_than_three_figures_say_nothing() {
    let change = changes(&[cell(&[1.0, 1.0], &[9.0, 9.0, 9.0])], 0.05, 0.05).cells[0];
    assert_eq!((change.ratio, change.above_limit), (None, false));
}

#[test]
fn figures_without_noise_are_taken_at_their_word() {
    let (base, new) = ([5.0; 3], [6.0; 4]);
    let changes = changes(&[cell(&base, &new), cell(&base, &base)], 0.05, 0.05).cells;
    assert_eq!(changes[0].relation, Relation::Higher);
    assert!(changes[0].above_limit && !changes[0].below_limit);
    assert_eq!(changes[1].relation, Relation::Equivalent);
}

#[test]
fn a_slower_machine_is_a_common_shift_and_no_regression() {
    // Twenty cells, 10 % slower give or take a few; the last has lost a third besides. Another metric stays as it was.
    let noise = |at: usize| 1.0 + 0.01 * ((at * at * 7 % 23) as f64 - 11.0) / 2.0;
    let figures =
        |kept: f64, from: usize| [0, 1, 2].map(|round| 100.0 * kept * noise(from + round));
    let figures: Vec<_> = (0..20)
        .map(|cell| {
            let kept = if cell == 19 { 0.6 } else { 0.9 };
            (figures(1.0, 3 * cell), figures(kept, 5 * cell + 1), figures(1.0, 7 * cell + 2))
        })
        .collect();
    let slower = figures.iter().map(|(base, new, _)| cell(base, new));
    let same = figures.iter().map(|(base, _, same)| BeforeAfter { base, new: same, kind: 1 });
    let changes = changes(&slower.chain(same).collect::<Vec<_>>(), 0.05, 0.05);
    let [shift] = changes.shifts[..] else { panic!("{:?}", changes.shifts) };
    assert_eq!(shift.kind, 0);
    assert!((shift.ratio.estimate - 0.9).abs() < 0.02 && shift.ratio.high < 1.0, "{shift:?}");
    let lost: Vec<usize> = (0..40).filter(|&at| changes.cells[at].below_limit).collect();
    assert_eq!(lost, [19]);
    let ratio = changes.cells[0].ratio.expect("three rounds");
    assert!(ratio.low < 0.9 && ratio.high > 0.9, "the cell's own ratio keeps the shift: {ratio:?}");
}
