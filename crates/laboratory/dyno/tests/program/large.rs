//! Campaigns larger than any that was measured, made of the committed one: how long their reports take.
//! These tests only tell; what they tell depends on the machine.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use csv::StringRecord;
use serde_json::Value;
use tempfile::TempDir;
use wait4::Wait4;

use crate::{
    reference::{copy, original},
    user::root,
};

/// The committed samples, and the place of a column.
struct Samples {
    header: StringRecord,
    rows: Vec<StringRecord>,
}

impl Samples {
    fn read(campaign: &Path) -> Self {
        let mut samples = csv::Reader::from_path(campaign.join("samples.csv")).unwrap();
        let header = samples.headers().unwrap().clone();
        Self { header, rows: samples.records().map(Result::unwrap).collect() }
    }

    fn place(&self, column: &str) -> usize {
        self.header.iter().position(|name| name == column).unwrap()
    }

    /// A row with other words in some columns.
    fn changed(&self, row: &StringRecord, words: &[(&str, String)]) -> StringRecord {
        let mut row: Vec<String> = row.iter().map(str::to_owned).collect();
        for (column, word) in words {
            row[self.place(column)].clone_from(word);
        }
        row.into()
    }

    fn write(&self, campaign: &Path, rows: impl Iterator<Item = StringRecord>) {
        let mut file = csv::Writer::from_path(campaign.join("samples.csv")).unwrap();
        file.write_record(&self.header).unwrap();
        rows.for_each(|row| file.write_record(&row).unwrap());
        file.flush().unwrap();
    }
}

/// The committed rounds over and over, each trial with files of its own.
fn long(least: usize) -> (TempDir, PathBuf) {
    let (folder, campaign) = copy();
    let samples = Samples::read(&campaign);
    let (round, trial) = (samples.place("round"), samples.place("folder"));
    let number = |row: &StringRecord| row[round].parse::<usize>().unwrap();
    let rounds = samples.rows.iter().map(number).max().unwrap();
    let again = |copy: usize, row: &StringRecord| {
        let there = format!("trials/{copy}/{}", row[trial].trim_start_matches("trials/"));
        fs::create_dir_all(campaign.join(&there)).unwrap();
        for file in fs::read_dir(campaign.join(&row[trial])).unwrap().map(Result::unwrap) {
            fs::hard_link(file.path(), campaign.join(&there).join(file.file_name())).unwrap();
        }
        let number = (number(row) + copy * rounds).to_string();
        samples.changed(row, &[("round", number), ("folder", there)])
    };
    let copies = least.div_ceil(samples.rows.len());
    let all = (0..copies).flat_map(|copy| samples.rows.iter().map(move |row| (copy, row)));
    samples.write(&campaign, all.map(|(copy, row)| again(copy, row)));
    (folder, campaign)
}

/// Forty contenders in three scenarios, ten rounds.
pub(crate) fn wide() -> (TempDir, PathBuf) {
    let (folder, campaign) = copy();
    let names: Vec<String> = (0..40).map(|at| format!("server-{at}")).collect();
    let scenarios = ["static", "validate", "third"];
    let file = campaign.join("plan.json");
    let mut plan: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    plan["latency"] = false.into();
    let called = |one: &Value, name: &str| {
        let mut one = one.clone();
        one["name"] = name.into();
        one
    };
    plan["contenders"] = names.iter().map(|name| called(&plan["contenders"][0], name)).collect();
    plan["scenarios"] = scenarios.map(|name| called(&plan["scenarios"][0], name)).to_vec().into();
    fs::write(&file, plan.to_string()).unwrap();

    let samples = Samples::read(&campaign);
    let (scenario, driver) = (samples.place("scenario"), samples.place("driver"));
    let mut rows = Vec::new();
    for name in scenarios {
        let fits = |row: &&StringRecord| &row[scenario] == "static" && &row[driver] == "dyno";
        // The figures of one cell follow those of another.
        let mut figures = samples.rows.iter().filter(fits).cycle();
        for contender in &names {
            for round in 1..=10 {
                let round = ("round", round.to_string());
                let words =
                    [round, ("contender", contender.clone()), ("scenario", name.to_owned())];
                rows.push(samples.changed(figures.next().unwrap(), &words));
            }
        }
    }
    samples.write(&campaign, rows.into_iter());
    (folder, campaign)
}

/// The release build, if there is one.
fn program() -> PathBuf {
    let release = root().join("target/release/dyno");
    let tests = PathBuf::from(env!("CARGO_BIN_EXE_dyno"));
    if release.is_file() { release } else { tests }
}

/// Makes the reports of a campaign, and tells how long that takes.
fn report(campaign: &Path) {
    timed(Command::new(program()).arg("report").arg(campaign), campaign);
}

/// Runs a command that leaves a campaign with its reports, and tells how long it takes.
fn timed(command: &mut Command, campaign: &Path) {
    let started = Instant::now();
    let ended = command.stdout(Stdio::null()).spawn().unwrap().wait4().unwrap();
    assert!(ended.status.success());
    let rows = fs::read_to_string(campaign.join("samples.csv")).unwrap().lines().count() - 1;
    println!(
        "{}: {rows} samples in {:.1} s, {:.1} s of CPU time, {} MiB",
        command.get_program().display(),
        started.elapsed().as_secs_f64(),
        (ended.rusage.utime + ended.rusage.stime).as_secs_f64(),
        ended.rusage.maxrss >> 20,
    );
}

#[test]
#[ignore = "makes 100,000 trials: tells how long their reports take"]
fn reports_of_a_hundred_thousand_trials_take_seconds() {
    for samples in [25_000, 50_000, 100_000] {
        let (_folder, campaign) = long(samples);
        // The second run finds the files in the page cache.
        report(&campaign);
        report(&campaign);
    }
}

/// Campaigns of one round with 60 trials each, after the committed one; of each trial one file.
fn one_by_one(folder: &Path, rounds: usize) -> Vec<PathBuf> {
    let original = original();
    let samples = Samples::read(&original);
    let rows: Vec<&StringRecord> = samples.rows.iter().cycle().take(60).collect();
    let name = |row: &StringRecord, column: &str| row[samples.place(column)].to_owned();
    let round = |round: usize| {
        let campaign = folder.join(round.to_string());
        fs::create_dir(&campaign).unwrap();
        for file in ["plan.json", "environment.json"] {
            fs::copy(original.join(file), campaign.join(file)).unwrap();
        }
        let trial = |(order, row): (usize, &&StringRecord)| {
            let [contender, scenario, driver] =
                ["contender", "scenario", "driver"].map(|column| name(row, column));
            let there = format!("trials/r{round:03}-{order:02}-{contender}-{scenario}-{driver}");
            fs::create_dir_all(campaign.join(&there)).unwrap();
            fs::write(campaign.join(&there).join("server.log"), "ready").unwrap();
            let numbers = [("round", round.to_string()), ("order", order.to_string())];
            let words = [("attempt", "1".to_owned()), ("folder", there)];
            samples.changed(row, &[numbers, words].concat())
        };
        samples.write(&campaign, (1..).zip(&rows).map(trial));
        campaign
    };
    (1..=rounds).map(round).collect()
}

#[test]
#[ignore = "makes 60,000 trials: tells how long merging them takes"]
fn a_thousand_rounds_are_merged_in_seconds() {
    // ext4 passes over files that were deleted a short time ago for each one that it makes: no folder is
    // removed before all are measured.
    let folders = [250, 500, 1000].map(|rounds| (rounds, TempDir::new().unwrap()));
    for (rounds, folder) in &folders {
        let parts = one_by_one(folder.path(), *rounds);
        for out in ["first", "second"] {
            let out = folder.path().join(out);
            timed(Command::new(program()).arg("merge").args(&parts).arg("--out").arg(&out), &out);
        }
    }
}

#[test]
#[ignore = "tells how long the reports of forty contenders take"]
fn reports_of_forty_contenders_take_seconds() {
    let (_folder, campaign) = wide();
    report(&campaign);
}
