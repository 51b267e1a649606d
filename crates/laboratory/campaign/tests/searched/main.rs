//! A campaign with searches, from its first row to the reports.

#![allow(clippy::unwrap_used, reason = "what goes wrong here is what the test is to tell")]

mod fixture;
mod page;
mod terminal;

use std::{
    fs,
    path::{Path, PathBuf},
};

use campaign::{
    analysis::{
        analyse,
        bound::Bound,
        capacity::{Capacity, Searched, Source},
        comparison::{CellOutcome, Row, compare},
        decision::{Settlement, Standing},
        verdicts::Verdict,
    },
    load_driver::LoadDriver,
    matrix::{Arrivals, Metric, Scenario},
    plan::Point,
    record::{
        campaign::Campaign,
        merge,
        probe::ProbeRow,
        sample::{Sample, TrialId},
        writer::Writer,
    },
    report,
};

use fixture::{Fixture, Server};

/// The queue of each is as long as it should be for a p99 of 50 ms at nine tenths of what it can do.
const SERVERS: [Server; 3] = [
    Server { name: "fast", limit: 10_000.0, driver_gives_up: false },
    Server { name: "slow", limit: 1000.0, driver_gives_up: false },
    Server { name: "unknown", limit: 5000.0, driver_gives_up: true },
];

fn measured() -> (Fixture, Campaign) {
    let fixture = Fixture::new(&SERVERS);
    fixture.measure(4);
    let campaign = Campaign::read(fixture.folder()).unwrap();
    (fixture, campaign)
}

fn of<'a>(capacities: &'a [&Capacity], contender: &str, objective: &str) -> &'a Capacity {
    let own = |it: &&&Capacity| it.contender == contender && it.objective == objective;
    capacities.iter().find(own).unwrap()
}

#[test]
fn every_round_searches_where_there_is_an_objective_and_nowhere_else() {
    let fixture = Fixture::new(&SERVERS);
    let round = fixture.plan.round(1);
    let searched: Vec<_> = round.iter().filter(|it| it.driver == LoadDriver::Search).collect();
    assert_eq!(searched.len(), SERVERS.len());
    assert!(searched.iter().all(|cell| cell.scenario == "validate"));
    // Two scenarios in a closed loop.
    assert_eq!(round.len(), 3 * SERVERS.len());
    assert_eq!(fixture.plan.trials_per_round(), 9);
}

#[test]
fn a_capacity_is_compared_and_decides_and_a_lower_bound_is_never_the_worse_one() {
    let (_fixture, campaign) = measured();
    let analysis = analyse(&campaign);
    let verdict = |a: &str, b: &str| {
        let pair = analysis
            .verdicts
            .iter()
            .find(|pair| pair.metric == Metric::CapacityPerS && pair.a == a && pair.b == b);
        pair.unwrap().verdict
    };
    assert_eq!(verdict("fast", "slow"), Verdict::ABetter);
    assert_eq!(verdict("fast", "unknown"), Verdict::DriverBound);
    assert_eq!(verdict("slow", "unknown"), Verdict::BBetter);
    let decision = &analysis.decision;
    assert!(decision.counts("validate", LoadDriver::Search));
    assert!(!decision.counts("static", LoadDriver::Search));
    assert_eq!(decision.settlement, Settlement::Settled);
    assert_eq!(decision.winner.as_deref(), Some("fast"));
    let standings: Vec<_> = decision.ranking.iter().map(|it| it.against_leader).collect();
    assert_eq!(standings, [Standing::Leader, Standing::DriverBound, Standing::Behind]);
}

#[test]
fn other_objectives_are_read_off_the_probes() {
    let (_fixture, campaign) = measured();
    let analysis = analyse(&campaign);
    let rows: Vec<&Capacity> = analysis.capacities.iter().flat_map(Searched::rows).collect();
    let searched = of(&rows, "slow", "p99 ≤ 50 ms");
    assert_eq!(searched.source, Source::Searched);
    assert!(!searched.at_least && searched.low < searched.capacity_per_s);
    assert!((searched.capacity_per_s.unwrap() / 900.0 - 1.0).abs() < 0.03);
    // The queue is 5 ms / (1 - load): 20 ms at three quarters, 10 ms at half of what it can do.
    for (objective, truth) in [("p99 ≤ 20 ms", 750.0), ("p99 ≤ 10 ms", 500.0)] {
        let read_off = of(&rows, "slow", objective);
        assert_eq!(read_off.source, Source::Interpolated);
        let figure = read_off.capacity_per_s.unwrap();
        assert!((figure / truth - 1.0).abs() < 0.08, "{objective}: {figure}");
        assert!(!read_off.at_least);
    }
    // The driver gave up before any rate was too high.
    let bound = of(&rows, "unknown", "p99 ≤ 100 ms");
    assert!(bound.at_least && bound.capacity_per_s.is_some());
    assert!(of(&rows, "unknown", "p99 ≤ 50 ms").at_least);
}

#[test]
fn a_disturbed_probe_counts_only_where_it_was_not_repeated() {
    let fixture = Fixture::new(&SERVERS);
    fixture.measure(1);
    let mut campaign = Campaign::read(fixture.folder()).unwrap();
    let points = |campaign: &Campaign| {
        let slow = analyse(campaign).capacities.into_iter().find(|it| it.contender == "slow");
        slow.unwrap().line.len()
    };
    let all = points(&campaign);
    let slow = campaign.probes.iter().position(|probe| probe.contender == "slow").unwrap();
    campaign.probes[slow].disturbed = true;
    // As with --even-if-busy.
    assert_eq!(points(&campaign), all);
    let mut disturbed = campaign.probes[slow].clone();
    campaign.probes[slow].disturbed = false;
    disturbed.rate *= 0.9;
    campaign.probes.insert(slow, disturbed);
    assert_eq!(points(&campaign), all);
}

#[test]
fn reports_are_the_same_bytes_again_and_say_capacity_lower_bounds_and_curve() {
    let (fixture, campaign) = measured();
    let read = |name: &str| fs::read_to_string(fixture.folder().join(name)).unwrap();
    let names =
        [report::SUMMARY, report::VERDICTS, report::CAPACITY, report::DECISION, report::PAGE];
    report::write(&campaign, &analyse(&campaign)).unwrap();
    let first = names.map(read);
    let again = Campaign::read(fixture.folder()).unwrap();
    report::write(&again, &analyse(&again)).unwrap();
    assert_eq!(names.map(read), first);
    let [summary, _, capacity, decision, page] = first;
    assert!(summary.contains("fast,validate,search,,4,0,0,0,"), "{summary}");
    assert!(capacity.contains("validate,fast,,p99 ≤ 50 ms,searched,"), "{capacity}");
    // Prose is wrapped.
    let decision = decision.replace('\n', " ");
    let answer = "one instance of fast answers";
    for text in [&decision, &page] {
        assert!(text.contains(answer) && text.contains("within p99 ≤ 50 ms"), "{text}");
        assert!(text.contains("no verdict: driver-bound") && text.contains("≥ "), "{text}");
    }
    assert!(page.contains("p99 of every contender over rate in validate"));
    assert!(decision.contains("dyno drive -c10 --capacity 'p99 ≤ 50 ms' --arrivals=poisson -s"));
    // A rate that all get is little for some.
    assert!(page.contains("validate at 90 requests/s") && !decision.contains("At 900"));
    for text in [&decision, &page] {
        assert!(text.contains("fast 1.01 %, slow 9.91 %, unknown at most 2.26 %"), "{text}");
    }
}

#[test]
fn a_campaign_without_searches_has_no_file_of_them() {
    let (fixture, _) = measured();
    fs::remove_file(fixture.folder().join("probes.csv")).unwrap();
    let mut before = Campaign::read(fixture.folder()).unwrap();
    assert!(before.probes.is_empty());
    before.plan.scenarios.iter_mut().for_each(|scenario| scenario.objective = None);
    assert!(analyse(&before).capacities.is_empty());
}

#[test]
fn a_damaged_file_of_probes_is_named_with_what_to_do() {
    let (fixture, campaign) = measured();
    let file = fixture.folder().join("probes.csv");
    let text = fs::read_to_string(&file).unwrap();
    let rate = campaign.probes[0].rate.to_string();
    let cases = [
        (text.replacen(&format!(",{rate},"), ",-1.0,", 1), "rate is -1"),
        (text.replacen("fast", "../fast", 1), "probes.csv cannot be read"),
        (text.replacen(",lead_in_s,", ",led_in_s,", 1), "led_in_s"),
    ];
    for (damaged, named) in cases {
        assert_ne!(damaged, text, "{named}");
        fs::write(&file, damaged).unwrap();
        let refused = Campaign::read(fixture.folder()).unwrap_err().to_string();
        assert!(refused.contains("probes.csv") && refused.contains(named), "{refused}");
        assert!(refused.contains("restore the file, or delete it"), "{refused}");
    }
}

#[test]
fn a_search_that_was_cut_short_goes_on_behind_its_last_whole_probe() {
    let fixture = Fixture::new(&SERVERS);
    let mut writer = fixture.begun();
    let cell = fixture.search("slow");
    let id = TrialId { round: 1, order: 1, attempt: 1, cell: &cell };
    let folder = writer.trial_folder(&id.folder()).unwrap();
    fs::write(folder.join("probe-01.hlog"), "").unwrap();
    let probes = SERVERS[1].probes(1);
    for probe in &probes[..2] {
        writer.append_probe(id, probe).unwrap();
    }
    drop(writer);
    let file = fixture.folder().join("probes.csv");
    let whole = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{whole}1,1,1,slow,val")).unwrap();

    let mut writer = Writer::resume(fixture.folder()).unwrap();
    let kept = writer.probes(&id.folder()).unwrap();
    assert_eq!(kept.len(), 2);
    for (row, probe) in kept.iter().zip(&probes) {
        assert_eq!(row.replayed().unwrap(), (probe.probe, probe.seen.clone()));
    }
    assert!(folder == writer.trial_folder(&id.folder()).unwrap());
    assert!(folder.join("probe-01.hlog").exists(), "the probes' output is still there");
    writer.append_probe(id, &probes[2]).unwrap();
    let campaign = Campaign::read_record(fixture.folder()).unwrap();
    assert_eq!(campaign.probes.len(), 3);
    // Another attempt is another trial.
    let again = TrialId { attempt: 2, ..id };
    assert_eq!(writer.probes(&again.folder()).unwrap(), []);
}

#[test]
fn merged_rounds_keep_their_probes_and_find_what_one_campaign_finds() {
    let (whole, campaign) = measured();
    let rounds = [3, 1, 4, 2].map(|round| {
        let fixture = Fixture::new(&SERVERS);
        fixture.measure_round(round);
        fixture
    });
    let folders: Vec<PathBuf> = rounds.iter().map(|one| one.folder().to_owned()).collect();
    let out = whole.folder().with_file_name("merged");
    merge::merge(merge::read(&folders).unwrap(), &out).unwrap();
    let merged = Campaign::read(&out).unwrap();
    assert_eq!(merged.probes.len(), campaign.probes.len());
    let found = |campaign: &Campaign| {
        let analysis = analyse(campaign);
        let found = analysis.capacities.into_iter();
        found.map(|one| (one.capacity, one.others, one.line)).collect::<Vec<_>>()
    };
    assert_eq!(found(&merged), found(&campaign));
    let raw = |folder: &Path| fs::read_dir(folder.join("trials")).unwrap().count();
    let paces = campaign.samples.iter().filter(|sample| sample.driver.comes_after()).count();
    assert_eq!(raw(&out), raw(whole.folder()) - paces);
}

#[test]
fn campaigns_that_searched_for_something_else_are_not_comparable() {
    let (_fixture, base) = measured();
    let obstacles = |change: fn(&mut Scenario)| {
        let (_fixture, mut new) = measured();
        new.plan.scenarios.iter_mut().filter(|one| one.name == "validate").for_each(change);
        compare(&base, &new, 0.05).obstacles
    };
    assert_eq!(obstacles(|_| ()), [""; 0]);
    let objective = obstacles(|one| one.objective = Some("p99 < 20ms".parse().unwrap()));
    assert_eq!(objective, ["different objectives"]);
    let arrivals = obstacles(|one| one.arrivals = Some(Arrivals::Even));
    assert_eq!(arrivals, ["different arrivals of requests"]);
    // One that searched for nothing has nothing to compare there.
    assert_eq!(obstacles(|one| one.objective = None), [""; 0]);
}

#[test]
fn a_lower_bound_has_no_verdict_against_another_one() {
    let ((_one, base), (_other, new)) = (measured(), measured());
    let rows = compare(&base, &new, 0.05).rows;
    let of = |contender: &str| {
        let own = |row: &&Row| row.metric == Metric::CapacityPerS && row.contender == contender;
        rows.iter().find(own).unwrap()
    };
    assert_eq!(of("fast").bound, Bound::Estimate);
    assert_ne!(of("fast").outcome, CellOutcome::DriverBound);
    assert_eq!(
        (of("unknown").bound, of("unknown").outcome),
        (Bound::Unknown, CellOutcome::DriverBound)
    );
}

#[test]
fn capacities_are_told_of_every_point() {
    let (fixture, mut campaign) = measured();
    let points = [Point::Connections(10), Point::Connections(20)];
    let (samples, probes) = (campaign.samples, campaign.probes);
    let at = |point| {
        let samples = samples.iter().cloned().map(move |it| Sample { point: Some(point), ..it });
        let probes = probes.iter().cloned().map(move |it| ProbeRow { point: Some(point), ..it });
        (samples, probes)
    };
    campaign.samples = points.into_iter().flat_map(|point| at(point).0).collect();
    campaign.probes = points.into_iter().flat_map(|point| at(point).1).collect();
    campaign.plan.points = points.to_vec();
    let campaign = campaign.by_point();
    report::write(&campaign, &analyse(&campaign)).unwrap();
    let rows = fs::read_to_string(fixture.folder().join(report::CAPACITY)).unwrap();
    for point in points {
        let own = rows.lines().filter(|row| row.contains(&format!(",{point},")));
        assert_eq!(own.count(), 4 * SERVERS.len(), "{rows}");
    }
}
