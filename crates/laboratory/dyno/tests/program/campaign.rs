//! A campaign from end to end, with real servers and the real wrk.

use std::{collections::BTreeSet, fs, path::Path};

use crate::user::{dyno, free_port, leftovers, run, samples};
use tempfile::TempDir;

const REPORTS: [&str; 4] = ["summary.csv", "verdicts.csv", "decision.md", "index.html"];

#[test]
fn a_campaign_measures_every_cell_and_decides() {
    let (port, folder) = (free_port(), TempDir::new().unwrap());
    let out = folder.path().join("campaign");
    let mut command = dyno(&["bench", "--rounds", "1", "--duration", "1s", "--warmup", "1s"]);
    // So few that each is answered within the shortest window, by every server.
    command.args(["--connections", "12", "--threads", "2"]);
    let ended = run(command.args(["--port", &port.to_string(), "--out"]).arg(&out));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(leftovers(port), [""; 0]);

    let samples = samples(&out);
    let valid: BTreeSet<(&str, &str, &str)> = samples
        .iter()
        .filter(|sample| sample["status"] == "ok")
        .map(|sample| ["contender", "scenario", "driver"].map(|column| sample[column].as_str()))
        .map(|[contender, scenario, driver]| (contender, scenario, driver))
        .collect();
    assert_eq!(valid.len(), 20, "{valid:?}");
    for sample in &samples {
        let number = |column: &str| sample[column].parse::<f64>().unwrap();
        let trial = out.join(&sample["folder"]);
        let own = ["txt", "json"].map(|ending| format!("{}.{ending}", sample["driver"]));
        for file in
            own.iter().map(String::as_str).chain(["time.txt", "server.log", "processes.json"])
        {
            assert!(trial.join(file).is_file(), "{} has no {file}", trial.display());
        }
        assert!(number("peak_rss_tree_kb") >= 0.9 * number("peak_rss_largest_kb"));
        if sample["contender"] == "flask" {
            assert_eq!(sample["processes"], "2", "gunicorn's master and its worker");
            assert!(number("peak_rss_tree_kb") > 1.3 * number("peak_rss_largest_kb"));
        }
        if sample["status"] == "ok" && sample["scenario"] == "validate" {
            let share = number("non_2xx") / number("requests");
            assert!((0.4..0.6).contains(&share), "{share} of {sample:?}");
        }
    }
    let document = fs::read_to_string(out.join("decision.md")).unwrap();
    for part in ["is recommended", "Max RAM usage", "Requests/sec:", "278.06MB read", "uvicorn"] {
        assert!(document.contains(part), "decision.md does not tell {part:?}");
    }
    reports_are_the_same_from_the_folder_alone(&out, folder.path());
}

fn reports_are_the_same_from_the_folder_alone(campaign: &Path, elsewhere: &Path) {
    let read = |folder: &Path| REPORTS.map(|name| fs::read(folder.join(name)).unwrap());
    let first = read(campaign);
    let moved = elsewhere.join("moved");
    fs::rename(campaign, &moved).unwrap();
    for name in REPORTS {
        fs::remove_file(moved.join(name)).unwrap();
    }
    let ended = run(dyno(&["report", "."]).current_dir(&moved));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(read(&moved) == first, "the reports differ when they are made again");
}

/// How many rounds a dry run shows.
fn rounds(shown: &str) -> usize {
    shown.lines().filter(|line| line.starts_with("round ")).count()
}

#[test]
fn a_quick_campaign_has_one_round_of_short_windows() {
    let ended = run(&mut dyno(&["bench", "--quick", "--dry-run", "--seed", "7"]));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.starts_with("20 trials, seed 7, about 1m "), "{ended:?}");
    assert_eq!(rounds(&ended.stdout), 1, "{ended:?}");
    assert!(ended.stdout.contains("aiohttp, version: "), "{ended:?}");
}

#[test]
fn a_dry_run_shows_the_plan_and_touches_nothing() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("campaign");
    let ended = run(dyno(&["bench", "--dry-run", "--seed", "7", "--out"]).arg(&out));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.starts_with("100 trials, seed 7, about "), "{ended:?}");
    assert_eq!(rounds(&ended.stdout), 5, "{ended:?}");
    assert!(!out.exists());
}
