//! Rounds that are measured one by one, as on several machines, and merged.

use std::{fs, path::Path};

use tempfile::TempDir;

use crate::user::{Ended, dyno, free_port, leftovers, run, samples};

/// One round of axum and actix-web in `validate`.
fn round(number: &str, port: u16, out: &Path) -> Ended {
    let mut command = dyno(&["bench", "--duration", "1s", "--warmup", "0s", "--driver", "dyno"]);
    command.args(["--contenders", "axum,actix-web", "--scenarios", "validate"]);
    command.args(["--connections", "12", "--threads", "2", "--port", &port.to_string()]);
    run(command.args(["--round", number, "--seed", "7", "--out"]).arg(out))
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
        let ended = round(number, port, out);
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
