//! Whether a load can be generated as it is asked for.

use crate::{
    Error,
    load_driver::LoadDriver,
    matrix::{Exchanges, Load, Scenario},
};

/// The most workers of a contender: more serve no one, and actix-server takes no more.
const MOST_WORKERS: u32 = 512;
/// The most rounds of a plan.
const MOST_ROUNDS: u32 = 100_000;

/// Refuses a load that wrk would change or reject, with the nearest that works.
pub(super) fn load(load: &Load) -> Result<(), Error> {
    let Load { connections, threads, workers, duration, warmup, rounds } = load;
    if *threads == 0 || *connections == 0 || *rounds == 0 {
        return Err(Error::Load("connections, threads and rounds must be at least 1".to_owned()));
    }
    if connections % threads != 0 {
        let fewer = connections - connections % threads;
        let more = fewer + threads;
        let choose = if fewer == 0 { more.to_string() } else { format!("{fewer} or {more}") };
        return Err(Error::Load(format!(
            "wrk gives each of {threads} threads the same number of connections and drops the rest, so {connections} connections are impossible: ask for {choose} connections"
        )));
    }
    if let Some(workers) = workers.filter(|workers| !(1..=MOST_WORKERS).contains(workers)) {
        return Err(Error::Load(format!(
            "{workers} workers are impossible: ask for 1 to {MOST_WORKERS}"
        )));
    }
    if *rounds > MOST_ROUNDS {
        return Err(Error::Load(format!(
            "{rounds} rounds are too many: ask for at most {MOST_ROUNDS}"
        )));
    }
    for (name, time, least) in [("duration", duration, 1), ("warmup", warmup, 0)] {
        if time.subsec_nanos() != 0 || time.as_secs() < least {
            return Err(Error::Load(format!(
                "the {name} {time:?} must be a whole number of seconds, at least {least}: wrk accepts nothing else"
            )));
        }
    }
    Ok(())
}

/// Refuses HEAD under wrk, which would wait for the body that such a response has not.
pub(super) fn drivers(
    drivers: &[LoadDriver],
    scenarios: &[Scenario],
    exchanges: &Exchanges,
) -> Result<(), Error> {
    if !drivers.contains(&LoadDriver::Wrk) {
        return Ok(());
    }
    let mut played = scenarios.iter().filter(|scenario| scenario.script.is_none());
    let head = played.find_map(|scenario| {
        exchanges.of(scenario).iter().find(|exchange| exchange.request.method == "HEAD")
    });
    head.map_or(Ok(()), |exchange| {
        Err(Error::Load(format!(
            "wrk cannot send {exchange}, whose response has no body: measure with --driver dyno"
        )))
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn of(connections: u32, threads: u32) -> Load {
        let duration = Duration::from_secs(1);
        Load { connections, threads, workers: None, duration, warmup: duration, rounds: 1 }
    }

    #[test]
    fn connections_that_wrk_would_drop_are_refused_with_the_nearest_that_work() {
        assert!(load(&of(120, 12)).is_ok());
        let refused = load(&of(100, 16)).unwrap_err().to_string();
        assert!(refused.contains("ask for 96 or 112 connections"), "{refused}");
        let refused = load(&of(1, 2)).unwrap_err().to_string();
        assert!(refused.contains("ask for 2 connections"), "{refused}");
    }

    #[test]
    fn workers_are_from_one_to_what_every_server_takes() {
        for (workers, is_possible) in [(0, false), (1, true), (512, true), (513, false)] {
            let load = super::load(&Load { workers: Some(workers), ..of(1, 1) });
            assert_eq!(load.is_ok(), is_possible, "{load:?}");
        }
    }

    #[test]
    fn windows_that_wrk_cannot_run_are_refused() {
        let mut half = of(1, 1);
        half.duration = Duration::from_millis(1500);
        assert!(load(&half).is_err());
        half.duration = Duration::ZERO;
        assert!(load(&half).is_err());
    }
}
