//! What the terminal shows of a campaign with searches.

use campaign::{
    analysis::analyse,
    load_driver::LoadDriver,
    report::terminal::{WIDEST, brief, evidence},
};

use crate::measured;

fn shown(width: u16) -> String {
    let (_fixture, campaign) = measured();
    evidence(&campaign, &analyse(&campaign), width)
}

fn widest(text: &str) -> usize {
    text.lines().map(|line| line.chars().count()).max().unwrap()
}

#[test]
fn a_capacity_stands_in_the_table_with_its_mark_and_its_ratio_to_the_best() {
    let text = shown(WIDEST);
    let row = |contender: &str| {
        let table = text.split("validate, capacity in requests/s within p99 ≤ 50 ms").nth(1);
        let row = table.unwrap().lines().find(|line| line.contains(contender)).unwrap();
        row.trim_matches('│').split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(row("fast").starts_with("fast 8,9"), "{text}");
    assert!(row("unknown").starts_with("unknown ≥ 3,98"), "{text}");
    assert!(row("unknown").contains("≥ 0.446×"), "{text}");
    assert!(row("slow").starts_with("slow 908"), "{text}");
    assert!(row("slow").contains("0.102×"), "{text}");
}

#[test]
fn contenders_stand_in_the_order_of_their_rank() {
    let text = shown(WIDEST);
    let table = text.split("static, dyno\n").nth(1).unwrap().split('└').next().unwrap();
    let place = |contender: &str| table.find(contender).unwrap();
    assert!(place("fast") < place("unknown") && place("unknown") < place("slow"), "{text}");
}

#[test]
fn latency_at_constant_rates_is_one_table_with_a_column_for_each_rate() {
    let (_fixture, mut campaign) = measured();
    for sample in &mut campaign.samples {
        if let LoadDriver::DynoAt(percent) = sample.driver {
            sample.rate = Some(f64::from(percent) * 9.0);
            sample.latency_censored = percent == 90 && sample.contender == "slow";
        }
    }
    let text = evidence(&campaign, &analyse(&campaign), WIDEST);
    assert!(!text.contains("dyno-"), "{text}");
    let table = text.split("static, p99 at constant rates in requests/s\n").nth(1).unwrap();
    let table = table.split('└').next().unwrap();
    for rate in ["at 450 ", "at 630 ", "at 810 "] {
        assert!(table.contains(rate), "{text}");
    }
    let slow = table.lines().find(|line| line.contains("slow")).unwrap();
    assert_eq!(slow.matches(" ms").count(), 2, "late answers are missing at the last rate: {text}");
    assert!(slow.contains("censored"), "{text}");
    assert!(widest(&text) <= usize::from(WIDEST), "{text}");
}

#[test]
fn nothing_is_wider_than_the_terminal_and_what_is_needed_most_stays() {
    for width in [WIDEST, 60, 40] {
        let text = shown(width);
        assert!(widest(&text) <= usize::from(width), "{width}:\n{text}");
        assert!(text.contains("contender") && text.contains("capacity"), "{width}:\n{text}");
    }
    assert!(shown(WIDEST).contains("CPU/request"));
    assert!(!shown(40).contains("CPU/request"));
}

#[test]
fn the_conclusion_is_five_lines_of_which_none_is_wider_than_eighty_columns() {
    let (_fixture, campaign) = measured();
    let [which, how_far, changes, measured, evidence] = brief(&campaign, &analyse(&campaign));
    assert_eq!(which, "fast is recommended provisionally.");
    assert_eq!(how_far, "It ties on score with unknown: ≤ 2.24× (95 % CI 0.111–2.26).");
    assert!(changes.contains("a faster driver"), "{changes}");
    let on = " on 2 × AMD EPYC";
    assert!(measured.starts_with("Measured 20") && measured.contains(on), "{measured}");
    assert!(measured.ends_with("4 rounds of 9 trials."), "{measured}");
    assert!(evidence.ends_with("campaign/index.html"), "{evidence}");
    for line in [which, how_far, changes, measured] {
        assert!(widest(&line) <= usize::from(WIDEST), "{line}");
    }
}
