//! Searches in virtual time.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use search::{Answer, Objective, Probe, Search, Seen, Settings, Step};

use crate::server::Server;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrivals {
    Even,
    Poisson,
}

/// What a search has found, and what it took.
pub(crate) struct Found {
    pub(crate) answer: Answer,
    /// The time of all probes, in seconds.
    pub(crate) took: f64,
    pub(crate) server: Server,
}

/// Searches until the end.
pub(crate) fn search(
    mut server: Server,
    objective: &Objective,
    arrivals: Arrivals,
    hint: Option<f64>,
    seed: u64,
) -> Found {
    server = server.seeded(seed);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut search = Search::new(
        objective,
        Settings { hint, even: arrivals == Arrivals::Even, ..Settings::default() },
    );
    // Searches begin at any moment of a second.
    let mut now = rng.random::<f64>();
    let mut took = 0.0;
    loop {
        match search.step() {
            Step::Done(answer) => return Found { answer, took, server },
            Step::Probe(probe) => {
                assert!(probe.number < 60, "the search does not end");
                let (outcome, ended) =
                    measure(&mut server, &probe, objective, arrivals, now, &mut rng);
                took += ended - now;
                now = ended.max(server.drained()) + 0.01;
                search.saw(probe, outcome);
            }
        }
    }
}

/// What a driver sees in a probe that begins now, and when it ended.
fn measure(
    server: &mut Server,
    probe: &Probe,
    objective: &Objective,
    arrivals: Arrivals,
    now: f64,
    rng: &mut ChaCha8Rng,
) -> (Seen, f64) {
    let counted_from = now + probe.lead_in.as_secs_f64();
    let end = counted_from + probe.duration.as_secs_f64();
    let limits = objective.limits();
    let overload = Seen::overload(objective, probe.duration.as_secs_f64() * probe.rate);
    let mut seen = Seen { due: 0, beyond: vec![0; limits.len()], fault: None, driver_late: false };
    let mut due = now;
    loop {
        due += match arrivals {
            Arrivals::Even => 1.0 / probe.rate,
            Arrivals::Poisson => -(1.0 - rng.random::<f64>()).ln() / probe.rate,
        };
        let late = seen.beyond[limits.len() - 1] >= overload;
        if due >= end || late {
            return (seen, due.min(end));
        }
        let answered = server.answer(due);
        if due < counted_from {
            continue;
        }
        seen.due += 1;
        match answered {
            None => seen.fault = Some("refused".to_owned()),
            Some(at) => {
                for (beyond, limit) in seen.beyond.iter_mut().zip(limits) {
                    *beyond += u64::from(at - due > limit.within.as_secs_f64());
                }
            }
        }
    }
}
