//! Rounds that are measured one by one, as on several machines, and merged.

use std::{fs, path::Path};

use tempfile::TempDir;

use crate::user::{Ended, dyno, free_port, leftovers, run, samples};

/// One round of these contenders in `validate`.
fn round(number: &str, port: u16, contenders: &str, words: &[&str], out: &Path) -> Ended {
    let mut command = dyno(&["bench", "--duration", "1s", "--warmup", "0s", "--driver", "dyno"]);
    command.args(["--contenders", contenders, "--scenarios", "validate"]);
    command.args(["--connections", "12", "--threads", "2", "--port", &port.to_string()]);
    run(command.args(["--round", number, "--out"]).arg(out).args(words))
}

fn merge(folders: &[&Path], out: &Path) -> Ended {
    run(dyno(&["merge"]).args(folders).arg("--out").arg(out))
}

#[test]
fn rounds_that_were_measured_apart_are_merged_to_one_campaign() {
    let (port, folder) = (free_port(), TempDir::new().unwrap());
    let [second, third, other, merged] =
        ["second", "third", "other", "merged"].map(|name| folder.path().join(name));
    for (number, out) in [("2", &second), ("3", &third)] {
        let ended = round(number, port, "axum,actix-web", &["--seed", "7"], out);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(ended.stdout.contains(&format!("round {number} of 2 trials")), "{ended:?}");
        let rows = samples(out);
        assert!(rows.len() == 2 && rows.iter().all(|row| row["round"] == *number), "{rows:?}");
    }
    assert_eq!(leftovers(port), [""; 0]);

    fs::create_dir(&other).unwrap();
    for file in ["environment.json", "samples.csv", "plan.json"] {
        let text = fs::read_to_string(third.join(file)).unwrap();
        fs::write(other.join(file), text.replace("\"seed\": 7,", "\"seed\": 8,")).unwrap();
    }
    let apart = merge(&[&second, &other], &merged);
    assert_eq!(apart.code, Some(36), "{apart:?}");
    assert!(apart.error().contains("different seed") && !merged.exists(), "{apart:?}");

    let ended = merge(&[&third, &second], &merged);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let order: Vec<String> = samples(&merged).iter().map(|row| row["round"].clone()).collect();
    assert_eq!(order, ["2", "2", "3", "3"]);
    // One machine was booted once, so that nothing is said of several.
    let decision = fs::read_to_string(merged.join("decision.md")).unwrap();
    assert!(decision.contains("2 rounds.") && !decision.contains("## Machines"), "{decision}");

    let resumed = run(dyno(&["bench", "--resume"]).arg(&merged));
    assert_eq!(resumed.code, Some(14), "{resumed:?}");
    // A folder of one round has nothing left to do.
    let resumed = run(dyno(&["bench", "--resume"]).arg(&second));
    assert_eq!(resumed.code, Some(0), "{resumed:?}");
    assert_eq!(samples(&second).len(), 2);
}

/// A copy of a campaign, without its trials' raw output, one of whose files is changed.
fn changed(folder: &Path, file: &str, what: &str, into: &str, out: &Path) {
    fs::create_dir(out).unwrap();
    for name in ["environment.json", "samples.csv", "plan.json", "parts.json"] {
        let text = fs::read_to_string(folder.join(name)).unwrap();
        assert!(name != file || text.contains(what), "{text}");
        let text = if name == file { text.replace(what, into) } else { text };
        fs::write(out.join(name), text).unwrap();
    }
}

#[test]
fn rounds_at_constant_rates_follow_from_the_others_of_their_machine() {
    let (port, folder) = (free_port(), TempDir::new().unwrap());
    let at = |name: &str| folder.path().join(name);
    let measured = |number: &str, words: &[&str]| {
        let ended = round(
            number,
            port,
            "axum",
            &[&["--seed", "7", "--latency"], words].concat(),
            &at(number),
        );
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(ended.stdout.contains(&format!("round {number} of ")), "{ended:?}");
        samples(&at(number))
    };
    let per_s = ["1", "2"].map(|number| {
        let rows = measured(number, &[]);
        assert!(rows.len() == 1 && rows[0]["driver"] == "dyno", "{rows:?}");
        rows[0]["requests_per_s"].parse::<f64>().unwrap()
    });
    let first = at("first");
    assert_eq!(merge(&[&at("1"), &at("2")], &first).code, Some(0));

    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    let elsewhere = at("elsewhere");
    changed(&first, "parts.json", boot.trim(), "another", &elsewhere);
    let replaced = at("replaced");
    changed(
        &first,
        "environment.json",
        "\"programs\": {",
        "\"programs\": { \"other\": \"0\",",
        &replaced,
    );
    let refusals = [
        ("2", "7", &first, "number this one from 3 on"),
        ("3", "8", &first, "they have different seed"),
        ("3", "7", &elsewhere, "no valid throughput of this machine since that was booted"),
        ("3", "7", &replaced, "they differ in the program of other"),
    ];
    for (number, seed, basis, why) in refusals {
        let basis = basis.display().to_string();
        let words = ["--seed", seed, "--latency", "--rates-of", &basis];
        let ended = round(number, port, "axum", &words, &at("refused"));
        assert_eq!(ended.code, Some(32), "{ended:?}");
        assert!(ended.error().contains(why) && !at("refused").exists(), "{ended:?}");
    }

    let basis = first.display().to_string();
    let rows = measured("3", &["--rates-of", &basis]);
    assert_eq!(rows.len(), 3, "{rows:?}");
    for row in rows {
        let percent: f64 = row["driver"].strip_prefix("dyno-").unwrap().parse().unwrap();
        let rate: f64 = row["rate"].parse().unwrap();
        let due = f64::midpoint(per_s[0], per_s[1]) * percent / 100.0;
        assert!((rate - due).abs() < 0.01, "{row:?}");
    }
    assert_eq!(leftovers(port), [""; 0]);
    // It has kept the rates, and nothing is left to do.
    let resumed = run(dyno(&["bench", "--resume"]).arg(at("3")));
    assert_eq!(resumed.code, Some(0), "{resumed:?}");

    let lonely = merge(&[&at("3")], &at("refused"));
    assert!(lonely.error().contains("no round of its machine says"), "{lonely:?}");
    let incomplete = merge(&[&at("1"), &at("3")], &at("refused"));
    assert!(incomplete.error().contains("all of them and no others"), "{incomplete:?}");
    assert_eq!((lonely.code, incomplete.code), (Some(36), Some(36)));
    assert!(!at("refused").exists());
    let (one, other) = (at("one"), at("other"));
    let ended = merge(&[&at("3"), &first], &one);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(merge(&[&at("2"), &at("3"), &at("1")], &other).code, Some(0));
    for file in
        ["plan.json", "parts.json", "samples.csv", "summary.csv", "decision.md", "index.html"]
    {
        assert!(fs::read(one.join(file)).unwrap() == fs::read(other.join(file)).unwrap(), "{file}");
    }
    let decision = fs::read_to_string(one.join("decision.md")).unwrap();
    assert!(
        decision.contains("Every contender at ") && decision.contains("2 rounds."),
        "{decision}"
    );
}

#[test]
fn a_round_is_laid_out_as_in_its_whole_campaign() {
    let shown =
        |words: &[&str]| run(dyno(&["bench", "--dry-run", "--seed", "7"]).args(words)).stdout;
    let line =
        |stdout: &str| stdout.lines().find(|line| line.starts_with("round 4:")).map(str::to_owned);
    let (whole, one) = (shown(&["--rounds", "5"]), shown(&["--round", "4"]));
    assert!(line(&whole).is_some() && line(&whole) == line(&one), "{whole}\n{one}");
    assert_eq!(one.matches("\nround ").count(), 1, "{one}");
    let no_seed = run(&mut dyno(&["bench", "--round", "4", "--dry-run"]));
    assert_eq!(no_seed.code, Some(2), "{no_seed:?}");
}
