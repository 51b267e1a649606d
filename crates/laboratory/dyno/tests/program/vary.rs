//! A campaign that varies its load: each point is compared within itself, and shown beside the others.

use std::{collections::BTreeSet, fs, path::Path};

use tempfile::TempDir;

use crate::user::{Ended, dyno, free_port, leftovers, run, samples, unwrapped};

fn vary(what: &str, port: u16, out: &Path) -> Ended {
    let mut command = dyno(&["bench", "--rounds", "1", "--duration", "1s", "--warmup", "0s"]);
    command.args(["--contenders", "axum,actix-web", "--scenarios", "validate"]);
    command.args(["--driver", "dyno", "--vary", what, "--port", &port.to_string()]);
    run(command.arg("--out").arg(out))
}

#[test]
fn every_cell_is_measured_at_every_point_and_compared_within_it() {
    let (port, folder) = (free_port(), TempDir::new().unwrap());
    let out = folder.path().join("campaign");
    let ended = vary("connections=4,12", port, &out);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(leftovers(port), [""; 0]);
    let samples = samples(&out);
    let closed = samples.iter().filter(|sample| sample["driver"] == "dyno");
    let cells: BTreeSet<_> =
        closed.map(|sample| ["contender", "connections", "point"].map(|it| &*sample[it])).collect();
    let expected = [
        ["actix-web", "12", "connections=12"],
        ["actix-web", "4", "connections=4"],
        ["axum", "12", "connections=12"],
        ["axum", "4", "connections=4"],
    ];
    assert_eq!(cells, expected.into());
    let read = |name: &str| fs::read_to_string(out.join(name)).unwrap();
    for name in ["summary.csv", "verdicts.csv"] {
        for point in ["connections=4", "connections=12"] {
            assert!(read(name).contains(point), "{name} lacks {point}");
        }
    }
    // Neither is the plan's own load, so that the last one decides.
    for part in ["## Over connections", "| contender | 4 | 12 |", "is at connections=12"] {
        assert!(unwrapped(&read("decision.md")).contains(part), "decision.md lacks {part:?}");
    }
    let decision = read("decision.md");
    let (_, pairs) = decision.split_once("| pair | 4 | 12 |").expect("the pairs at every point");
    let pair = pairs.lines().nth(2).unwrap_or_default();
    let verdicts = pair.matches("inconclusive").count() + pair.matches("no verdict").count();
    assert_eq!(verdicts, 2, "a single round tells no one apart: {pair}");
    let page = read("index.html");
    for part in [
        "throughput of every contender over connections",
        "The better contender at each number of connections",
    ] {
        assert!(page.contains(part), "index.html lacks {part:?}");
    }
}

#[test]
fn points_that_cannot_be_measured_are_refused_before_anything_is() {
    let folder = TempDir::new().unwrap();
    for (what, code) in
        [("workers=2", 2), ("threads=1,2", 2), ("workers=0,1", 9), ("connections=0,4", 9)]
    {
        let ended = vary(what, free_port(), &folder.path().join("campaign"));
        assert_eq!(ended.code, Some(code), "{what}: {ended:?}");
    }
    assert!(!folder.path().join("campaign").exists());
}
