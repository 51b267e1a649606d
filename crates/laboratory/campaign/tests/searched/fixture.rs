//! A small campaign, written as dyno writes one, of servers whose capacity is arithmetic.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use campaign::{
    driver_output::{Latency, Measurement, Pace},
    load_driver::LoadDriver,
    matrix::Matrix,
    plan::{Cell, Plan, PlanOptions},
    record::{
        conditions::Conditions,
        environment::Environment,
        outcome::{Found, TreeUsage, TrialOutcome, Validity},
        probe::ProbeOutcome,
        processes::ProcessReading,
        sample::TrialId,
        writer::Writer,
    },
};
use search::{Probe, Seen};
use tempfile::TempDir;

/// CPU time of a server in a window, in seconds.
const CPU_S: f64 = 1.2;
const MATRIX: &str = r#"
[decision]
objective = "Choose."
margin = 0.05
tie_breaker = "peak_rss_tree_kb"
criterion = [{ scenario = "validate", metric = "capacity_per_s", weight = 1 }]

[load]
connections = 10
threads = 1
duration = "1s"
warmup = "1s"
rounds = 4

[[scenario]]
name = "static"
script = "load.lua"
non_2xx_share = 0

[[scenario]]
name = "validate"
script = "load.lua"
non_2xx_share = 0
objective = { p99 = "50ms" }
"#;

/// A server whose p99 is 5 ms / (1 - load) until it is overloaded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Server {
    pub(crate) name: &'static str,
    /// What it answers at most, in requests per second.
    pub(crate) limit: f64,
    /// The driver is late before the server is.
    pub(crate) driver_gives_up: bool,
}

/// Loads that are probed; the last one confirms.
const LOADS: [f64; 7] = [0.2, 0.4, 0.6, 1.2, 0.8, 0.92, 0.9];
/// Requests of each window.
const DUE: u64 = 2000;

impl Server {
    /// The probes of a search in a round, with a little noise.
    pub(crate) fn probes(&self, round: u32) -> Vec<ProbeOutcome> {
        let highest = if self.driver_gives_up { 0.8 } else { 2.0 };
        let loads = LOADS.into_iter().filter(|&load| load <= highest);
        let noise = self.noise(round);
        (1..).zip(loads).map(|(number, load)| self.probe(number, load, noise)).collect()
    }

    fn noise(&self, round: u32) -> f64 {
        1.0 + 0.01 * (f64::from(round) * 12.9 + self.limit).sin()
    }

    fn probe(&self, number: u32, load: f64, noise: f64) -> ProbeOutcome {
        let rate = load * self.limit * noise;
        let us = if load < 0.99 { 5000.0 / (1.0 - load) } else { 3e6 };
        let passed = us <= 50_001.0;
        ProbeOutcome {
            probe: Probe {
                number,
                rate,
                lead_in: Duration::from_millis(250),
                duration: Duration::from_secs_f64(DUE as f64 / rate),
                confirms: LOADS.last() == Some(&load),
            },
            seen: Seen {
                due: DUE,
                beyond: vec![if passed { 0 } else { DUE / 2 }],
                fault: None,
                driver_late: false,
            },
            passed,
            window: window(rate, us),
            server_cpu_s: Some(CPU_S),
            conditions: Conditions { foreign_share: Some(0.0), ..Conditions::default() },
        }
    }

    fn found(&self, round: u32) -> TrialOutcome {
        let probes = self.probes(round);
        // A server that could do much more is mostly idle.
        let cpu_s = if self.driver_gives_up { 0.1 } else { CPU_S };
        let last = probes.iter().rfind(|probe| probe.passed).unwrap();
        TrialOutcome {
            window: Some(last.window.clone()),
            found: Some(Found {
                capacity_per_s: Some(last.probe.rate),
                at_least: self.driver_gives_up,
                idle_cpu_share: Some(0.001),
            }),
            ..measured(cpu_s)
        }
    }

    fn closed(&self) -> TrialOutcome {
        let window = window(self.limit, 9000.0);
        TrialOutcome { window: Some(Measurement { pace: None, ..window }), ..measured(CPU_S) }
    }
}

fn window(rate: f64, us: f64) -> Measurement {
    let at = |share: f64| Some((us * share).round());
    Measurement {
        duration_s: DUE as f64 / rate,
        requests: DUE,
        bytes: 200 * DUE,
        latency: Latency {
            mean: at(0.3),
            p50: at(0.2),
            p90: at(0.6),
            p99: at(1.0),
            max: at(2.0),
            ..Latency::default()
        },
        cpu_s: Some(0.2),
        peak_connections: Some(7),
        pace: Some(Pace { rate, ..Pace::default() }),
        ..Measurement::default()
    }
}

fn measured(window_cpu_s: f64) -> TrialOutcome {
    TrialOutcome {
        validity: Validity::Ok,
        driver_processors: 2,
        checked_answers: 5,
        tree: Some(TreeUsage {
            window_cpu_s,
            busiest_thread_s: Some(0.9),
            throttled_share: None,
            major_faults: 0,
            processors: 2,
            processes: vec![ProcessReading {
                pid: 1,
                name: "server".to_owned(),
                peak_rss_kb: 9000,
                cpu_s: window_cpu_s,
            }],
        }),
        ..TrialOutcome::failed(String::new(), jiff::Timestamp::UNIX_EPOCH)
    }
}

/// The campaign's folder and its plan.
pub(crate) struct Fixture {
    scratch: TempDir,
    pub(crate) plan: Plan,
    servers: Vec<Server>,
    folder: PathBuf,
}

impl Fixture {
    pub(crate) fn new(servers: &[Server]) -> Self {
        let scratch = TempDir::new().unwrap();
        let contenders = servers.iter().map(|server| {
            format!("[[contender]]\nname = \"{}\"\nstack = \"-\"\nrun = [\"true\"]\n", server.name)
        });
        let file = scratch.path().join("dyno.toml");
        fs::write(&file, MATRIX.to_owned() + &contenders.collect::<String>()).unwrap();
        fs::write(scratch.path().join("load.lua"), "").unwrap();
        let matrix = Matrix::read(&file).unwrap();
        let options = PlanOptions {
            latency: true,
            ..PlanOptions::new(matrix.load.clone(), vec![LoadDriver::Dyno])
        };
        let plan = Plan::new(&matrix, options).unwrap();
        let folder = scratch.path().join("campaign");
        Self { scratch, plan, servers: servers.to_vec(), folder }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// An empty campaign.
    pub(crate) fn begun(&self) -> Writer {
        assert!(self.scratch.path().is_dir());
        let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../reports/reference");
        let environment = fs::read_to_string(reference.join("environment.json")).unwrap();
        let environment: Environment = serde_json::from_str(&environment).unwrap();
        Writer::create(&self.folder, &self.plan, &environment).unwrap()
    }

    /// The cell of a search.
    pub(crate) fn search(&self, contender: &str) -> Cell {
        let mut cells = self.plan.round(1).into_iter();
        let own = |it: &Cell| it.contender == contender && it.driver == LoadDriver::Search;
        cells.find(own).unwrap()
    }

    /// Measures one round, and nothing at constant rates.
    pub(crate) fn measure_round(&self, round: u32) {
        let mut writer = self.begun();
        for (order, cell) in (1..).zip(&self.plan.round(round)) {
            self.trial(&mut writer, TrialId { round, order, attempt: 1, cell });
        }
    }

    /// Measures whole rounds, and as many at constant rates.
    pub(crate) fn measure(&self, rounds: u32) {
        let mut writer = self.begun();
        for round in 1..=2 * rounds {
            let cells = match round.checked_sub(rounds) {
                None | Some(0) => self.plan.round(round),
                Some(_) => self.plan.latency_round(round),
            };
            for (order, cell) in (1..).zip(&cells) {
                self.trial(&mut writer, TrialId { round, order, attempt: 1, cell });
            }
        }
    }

    fn trial(&self, writer: &mut Writer, id: TrialId) {
        let server = self.servers.iter().find(|server| id.cell.contender == server.name).unwrap();
        writer.trial_folder(&id.folder()).unwrap();
        let outcome = match id.cell.driver {
            LoadDriver::Search => {
                for probe in server.probes(id.round) {
                    writer.append_probe(id, &probe).unwrap();
                }
                server.found(id.round)
            }
            LoadDriver::DynoAt(_) => {
                TrialOutcome { window: Some(window(90.0, 5000.0)), ..measured(CPU_S) }
            }
            LoadDriver::Wrk | LoadDriver::Dyno => server.closed(),
        };
        writer.append(&self.plan, id, &outcome).unwrap();
    }
}
