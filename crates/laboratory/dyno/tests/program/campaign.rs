//! A campaign from end to end, with real servers and the real wrk.

use std::{collections::BTreeSet, fs, path::Path};

use crate::user::{dyno, free_port, leftovers, run, samples, unwrapped};
use tempfile::TempDir;

const REPORTS: [&str; 4] = ["summary.csv", "verdicts.csv", "decision.md", "index.html"];

#[test]
fn a_campaign_measures_every_cell_and_decides() {
    let (port, folder) = (free_port(), TempDir::new().unwrap());
    let out = folder.path().join("campaign");
    let mut command = dyno(&["bench", "--rounds", "1", "--duration", "1s", "--warmup", "1s"]);
    // So few that each is answered within the shortest window, by every server.
    command.args(["--connections", "12", "--threads", "2", "--workers", "2"]);
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
        assert_eq!(sample["processes"], two_workers(&sample["contender"]), "{sample:?}");
        if sample["contender"] == "flask" {
            assert!(number("peak_rss_tree_kb") > 1.3 * number("peak_rss_largest_kb"));
        }
        if sample["contender"] == "axum" {
            let log = fs::read_to_string(trial.join("server.log")).unwrap();
            assert!(log.contains("workers=2"), "{log}");
        }
        if sample["status"] == "ok" && sample["scenario"] == "validate" {
            let share = number("non_2xx") / number("requests");
            assert!((0.4..0.6).contains(&share), "{share} of {sample:?}");
        }
    }
    let document = fs::read_to_string(out.join("decision.md")).unwrap();
    let document = unwrapped(&document);
    let parts = [
        "A single round recommends nobody",
        "Max RAM usage",
        "Requests/sec:",
        "278.06MB read",
        "uvicorn",
    ];
    for part in parts.into_iter().chain(["Each contender has 2 worker processes or threads"]) {
        assert!(document.contains(part), "decision.md does not tell {part:?}");
    }
    reports_are_the_same_from_the_folder_alone(&out, folder.path());
}

/// How many processes a contender of the study has with two workers.
fn two_workers(contender: &str) -> &'static str {
    match contender {
        // Theirs are threads.
        "axum" | "actix-web" => "1",
        // gunicorn's master.
        "aiohttp" | "flask" => "3",
        // uvicorn's, and the tracker of resources that Python starts beside it.
        _ => "4",
    }
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

#[test]
fn the_study_has_a_plan_of_its_own() {
    let ended = run(&mut dyno(&["bench", "--study", "--dry-run", "--seed", "7"]));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    // Five contenders and two scenarios under wrk, once each, for 10 s.
    assert!(ended.stdout.starts_with("10 trials, seed 7, about 1m 55s"), "{ended:?}");
    assert!(ended.stdout.contains("Each contender has 1 worker process or thread"), "{ended:?}");
    assert!(!ended.stdout.contains("/dyno"), "{ended:?}");
    let ended = run(&mut dyno(&["bench", "--study", "--dry-run", "--workers", "2"]));
    assert_eq!(ended.code, Some(2), "{ended:?}");
}

#[test]
fn more_workers_than_processors_are_marked_and_impossible_numbers_refused() {
    let bench = |workers| run(&mut dyno(&["bench", "--dry-run", "--workers", workers]));
    let ended = bench("512");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.contains("512 worker processes or threads, more than"), "{ended:?}");
    for workers in ["0", "513"] {
        assert_eq!(bench(workers).code, Some(9), "{workers}");
    }
}
