//! The rounds of the committed campaign, taken apart and merged again.

use std::{fs, os::unix::fs::symlink};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::{
    analysis,
    matrix::Metric,
    record::{probe::ProbeRow, sample::Sample},
    report,
};

fn reference() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../reports/reference")
}

/// A folder for each of its rounds.
fn rounds(folder: &Path) -> Vec<PathBuf> {
    let whole = Campaign::read_record(&reference()).unwrap();
    let round = |number: u32| {
        let part = folder.join(format!("round-{number}"));
        fs::create_dir(&part).unwrap();
        for file in [PLAN, ENVIRONMENT] {
            fs::copy(reference().join(file), part.join(file)).unwrap();
        }
        let samples = whole.samples.iter().filter(|sample| sample.round == number);
        let samples: Vec<&Sample> = samples.collect();
        write_whole(&part.join(SAMPLES), &table::written(&samples, true).unwrap()).unwrap();
        let probes = whole.probes.iter().filter(|probe| probe.round == number);
        let probes: Vec<&ProbeRow> = probes.collect();
        write_whole(&part.join(PROBES), &table::written(&probes, true).unwrap()).unwrap();
        copy(&reference(), &part, samples.iter().map(|sample| &*sample.folder)).unwrap();
        part
    };
    (1..=whole.plan.load.rounds).map(round).collect()
}

/// Every file below a folder with what it holds.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for path in fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                open.push(path);
            } else {
                files
                    .insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(path).unwrap());
            }
        }
    }
    files
}

/// Changes a JSON file.
fn change(file: &Path, change: impl Fn(&mut Value)) {
    let mut value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    change(&mut value);
    fs::write(file, value.to_string()).unwrap();
}

fn merge(folders: &[PathBuf], out: &Path) -> anyhow::Result<Merged> {
    super::merge(read(folders)?, out)
}

fn refused(folders: &[PathBuf]) -> String {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("merged");
    let error = merge(folders, &out).unwrap_err();
    assert!(!out.exists(), "{error}");
    error.to_string()
}

#[test]
fn merged_rounds_are_the_campaign_that_they_are_of_whatever_their_order() {
    let folder = TempDir::new().unwrap();
    let parts = rounds(folder.path());
    let merged = |name: &str, parts: &[PathBuf]| {
        let out = folder.path().join(name);
        merge(parts, &out).unwrap();
        (files(&out), out)
    };
    let (one, out) = merged("one", &parts);
    let backwards: Vec<PathBuf> = parts.iter().rev().cloned().collect();
    assert!(merged("other", &backwards).0 == one, "the order of the folders shows");
    let (_, half) = merged("half", &parts[3..]);
    let again = [half, parts[1].clone(), parts[2].clone(), parts[0].clone()];
    assert!(merged("again", &again).0 == one, "merging twice is not merging once");

    let whole = files(&reference());
    let raw = |files: &BTreeMap<PathBuf, Vec<u8>>| -> BTreeMap<PathBuf, Vec<u8>> {
        let trials = files.iter().filter(|(path, _)| path.starts_with("trials"));
        trials.map(|(path, content)| (path.clone(), content.clone())).collect()
    };
    assert!(raw(&one) == raw(&whole), "a raw file is missing or another one");
    let reports = |folder: &Path| {
        let (mut campaign, made) = (Campaign::read(folder).unwrap(), TempDir::new().unwrap());
        campaign.folder = made.path().to_owned();
        report::write(&campaign, &analysis::analyse(&campaign)).unwrap();
        files(made.path())
    };
    assert!(reports(&out) == reports(&reference()), "the reports differ");
}

#[test]
fn each_round_keeps_where_it_was_measured() {
    let folder = TempDir::new().unwrap();
    let parts = rounds(folder.path());
    for (part, boot) in parts.iter().zip(["a", "b", "a", "b", "a"]) {
        change(&part.join(ENVIRONMENT), |it| it["machine"]["boot_id"] = boot.into());
    }
    let out = folder.path().join("merged");
    merge(&parts, &out).unwrap();
    let campaign = Campaign::read(&out).unwrap();
    let boots = campaign.parts().into_iter().map(|part| part.environment.machine.boot_id.unwrap());
    assert_eq!(boots.collect::<String>(), "ababa");
    let machines = analysis::analyse(&campaign).machines.unwrap();
    let rounds: Vec<_> = machines.machines.into_iter().map(|one| one.rounds).collect();
    assert_eq!(rounds, [[1, 3, 5].into(), [2, 4].into()]);
    assert!(campaign.is_merged() && campaign.plan.load.rounds == 5);
}

#[test]
fn a_winner_that_depends_on_the_machine_is_named() {
    let folder = TempDir::new().unwrap();
    let whole = Campaign::read_record(&reference()).unwrap();
    // In these rounds everything was measured.
    let is_complete = |round: &u32| {
        let own = whole.samples.iter().filter(|it| it.round == *round);
        own.filter(|it| it.is_ok()).count() == whole.plan.trials_per_round() as usize
    };
    let complete: Vec<u32> = (1..=whole.plan.load.rounds).filter(is_complete).collect();
    let mut parts = Vec::new();
    for (number, like) in (1..=6).zip(complete.into_iter().cycle()) {
        let part = folder.path().join(number.to_string());
        fs::create_dir(&part).unwrap();
        for file in [PLAN, ENVIRONMENT] {
            fs::copy(reference().join(file), part.join(file)).unwrap();
        }
        change(&part.join(PLAN), |it| it["latency"] = false.into());
        // On every other machine the best and the worst change places.
        let swaps = number % 2 == 0;
        change(&part.join(ENVIRONMENT), |it| it["machine"]["boot_id"] = swaps.to_string().into());
        let named = |name: &str| -> String {
            match name {
                "axum" if swaps => "flask",
                "flask" if swaps => "axum",
                other => other,
            }
            .to_owned()
        };
        let of_round = whole.samples.iter().filter(|it| it.round == like);
        let samples: Vec<Sample> = of_round
            .map(|sample| {
                let contender = named(&sample.contender).try_into().unwrap();
                let mut sample = Sample { contender, round: number, ..sample.clone() };
                let Sample { round, order, attempt, .. } = sample;
                sample.folder = TrialId { round, order, attempt, cell: &sample.cell() }.folder();
                sample
            })
            .collect();
        write_whole(&part.join(SAMPLES), &table::written(&samples, true).unwrap()).unwrap();
        parts.push(part);
    }
    let out = folder.path().join("merged");
    merge(&parts, &out).unwrap();
    let analysis = analysis::analyse(&Campaign::read(&out).unwrap());
    let said = report::machines::sentence(&analysis).unwrap();
    let winners = "the winner depends on the machine: axum on machine 1 and flask on machine 2";
    assert!(said.contains(winners), "{said}");
    let machines = analysis.machines.unwrap();
    let memory = machines
        .agreements
        .iter()
        .filter(|one| one.of.as_ref().is_some_and(|of| of.metric == Metric::PeakRssTreeKb));
    // Of these two it is smaller on the one machine for axum, and on the other for flask.
    let pairs: Vec<&[Option<f64>]> = memory
        .flat_map(|one| &one.depends)
        .filter(|pair| (pair.a.as_str(), pair.b.as_str()) == ("axum", "flask"))
        .map(|pair| pair.ratios.as_slice())
        .collect();
    assert!(!pairs.is_empty());
    for ratios in pairs {
        assert!(
            matches!(ratios, [Some(one), Some(other)] if *one < 1.0 && *other > 1.0),
            "{ratios:?}"
        );
    }
}

#[test]
fn what_does_not_belong_together_is_refused_with_what_differs() {
    type Change = fn(&mut Value);
    let cases: [(&str, Change, &str); 7] = [
        (PLAN, |it| it["seed"] = 1.into(), "different seed"),
        (PLAN, |it| it["matrix_sha256"] = "0".into(), "different dyno.toml"),
        (
            PLAN,
            |it| it["scripts_sha256"] = json!([["load.lua", "0"]]),
            "different scripts or corpora",
        ),
        (PLAN, |it| it["load"]["duration"] = "1s".into(), "different loads"),
        (PLAN, |it| it["contenders"][0]["run"][0] = "other".into(), "different contenders"),
        (
            ENVIRONMENT,
            |it| it["programs"]["axum"] = "0".into(),
            "they differ in the program of axum",
        ),
        (
            ENVIRONMENT,
            |it| it["contenders"]["flask"] = "0".into(),
            "they differ in the versions of flask",
        ),
    ];
    let folder = TempDir::new().unwrap();
    let mut parts = rounds(folder.path());
    for (file, how, words) in cases {
        let file = parts[1].join(file);
        let before = fs::read(&file).unwrap();
        change(&file, how);
        let error = refused(&parts);
        assert!(error.contains(words) && error.contains("round-2"), "{error}");
        fs::write(file, before).unwrap();
    }
    // What may differ from machine to machine.
    change(&parts[1].join(PLAN), |it| {
        it["listen"] = "127.0.0.1:1".into();
        it["arguments"] = Value::Array(Vec::new());
        it["load"]["rounds"] = 1.into();
        it["one_round"] = 2.into();
    });
    change(&parts[1].join(ENVIRONMENT), |it| it["machine"]["kernel"] = "another".into());
    merge(&parts, &folder.path().join("merged")).unwrap();
    parts.push(parts[0].clone());
    assert!(refused(&parts).contains("both hold round 1"));
}

#[test]
fn a_strangers_round_leads_nowhere() {
    let folder = TempDir::new().unwrap();
    let parts = rounds(folder.path());
    let out = folder.path().join("merged");
    let samples = parts[0].join(SAMPLES);
    let before = fs::read_to_string(&samples).unwrap();
    // A row that claims the folder of another round's trial, and one that stands there twice.
    fs::write(&samples, before.replace("trials/r001-01-", "trials/r002-01-")).unwrap();
    assert!(refused(&parts).contains("is damaged"));
    let last = before.lines().last().unwrap();
    fs::write(&samples, format!("{before}{last}\n")).unwrap();
    assert!(refused(&parts).contains("is damaged"));
    fs::write(&samples, before.lines().next().unwrap()).unwrap();
    assert!(refused(&parts).contains("has no sample"));
    fs::write(&samples, &before).unwrap();
    // A trial's file that lies elsewhere.
    let campaign = Campaign::read_record(&parts[0]).unwrap();
    let trial = parts[0].join(&*campaign.samples[0].folder);
    symlink("/etc/passwd", trial.join("secret")).unwrap();
    let error = merge(&parts, &out).unwrap_err().to_string();
    assert!(error.contains("secret is a symbolic link"), "{error}");
    assert!(!out.join(SAMPLES).exists(), "it looks like a campaign");
    fs::remove_dir_all(&trial).unwrap();
    symlink("/etc", &trial).unwrap();
    let error = merge(&parts, &folder.path().join("again")).unwrap_err().to_string();
    assert!(error.contains("a symbolic link leads to it"), "{error}");
    assert!(merge(&parts, &parts[1]).unwrap_err().to_string().contains("is not empty"));
}
