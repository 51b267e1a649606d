//! Whether a measurement can be trusted, and if not, why.

use std::time::Duration;

use campaign::{
    driver_output::Measurement,
    matrix::{Load, Scenario},
    record::outcome::Validity,
};

/// The longest window that a slow server is given, in seconds.
const LONGEST_S: f64 = 60.0;

/// How late a driver may notice that its window has ended, in seconds: wrk looks ten times a second, and writes its
/// result after that.
const LATE_S: f64 = 1.0;

/// By how much two clocks may differ over a window if nobody sets them, in seconds.
const CLOCK_SLACK_S: f64 = 0.05;

/// Whether a window's figures may be used: how the contract was broken beside it, whether it was too short, and what is
/// wrong with it for itself. A wrong answer comes first, since a longer window does not undo it.
pub(crate) fn judged(
    broken: Option<String>,
    short: Option<String>,
    fault: Option<Validity>,
) -> Validity {
    let is_wrong = |fault: &Validity| matches!(fault, Validity::Wrong(_));
    let wrong = broken.map(Validity::Wrong).or_else(|| fault.clone().filter(is_wrong));
    wrong.or(short.map(Validity::Invalid)).or(fault).unwrap_or(Validity::Ok)
}

/// Why a window cannot enter a summary or a decision; `None` when it can. A broken connection may be
/// chance; a wrong answer is the contender's own.
pub(crate) fn fault(
    measurement: &Measurement,
    scenario: &Scenario,
    load: &Load,
) -> Option<Validity> {
    let errors = measurement.errors;
    if measurement.requests == 0 {
        return Some(Validity::Invalid("no request finished in the window".to_owned()));
    }
    if let Some(wrong) = measurement.wrong_responses(false) {
        return Some(Validity::Wrong(wrong));
    }
    if errors.connect + errors.read + errors.write > 0 {
        return Some(Validity::Invalid(format!(
            "socket errors: connect {}, read {}, write {}",
            errors.connect, errors.read, errors.write
        )));
    }
    share_fault(measurement, scenario, load)
        .or_else(|| size_fault(measurement, scenario, load))
        .map(Validity::Wrong)
}

/// Why a window's length cannot be trusted: wrk takes it from the system clock, which may be set
/// meanwhile. By the monotonic clock it lasted as long as requested, and no longer than its driver
/// ran.
pub(crate) fn clock_fault(measurement: &Measurement, asked: Duration) -> Option<String> {
    let (asked, elapsed) = (asked.as_secs_f64(), measurement.elapsed_s?);
    let possible = asked - CLOCK_SLACK_S..=elapsed.min(asked + LATE_S) + CLOCK_SLACK_S;
    (!possible.contains(&measurement.duration_s)).then(|| {
        format!(
            "the driver reports a window of {:.2} s, but {asked:.0} s were requested and it ran for {elapsed:.2} s: the clock was set meanwhile",
            measurement.duration_s
        )
    })
}

/// Threads walk the requests from different places, and any stretch of them has its share of
/// refusals, but for the scenario's slack: only that, and requests in flight at the edges of the
/// window, can move the share.
fn share_fault(measurement: &Measurement, scenario: &Scenario, load: &Load) -> Option<String> {
    let share = scenario.refused_share();
    let expected = share * measurement.requests as f64;
    let edges = if share > 0.0 && share < 1.0 {
        f64::from(load.connections) + (f64::from(load.threads) * scenario.non_2xx_slack).ceil()
    } else {
        0.0
    };
    let off = (measurement.non_2xx as f64 - expected).abs();
    (off > edges).then(|| {
        format!(
            "{} of {} responses are non-2xx; the requests should give {:.0} ± {edges}",
            measurement.non_2xx, measurement.requests, expected
        )
    })
}

/// Whole bodies were read: at least one per response, and no more than was in flight besides.
fn size_fault(measurement: &Measurement, scenario: &Scenario, load: &Load) -> Option<String> {
    let body = scenario.body_bytes?;
    let least = measurement.requests * body;
    // Heads are far below 1 KiB.
    let most = (measurement.requests + u64::from(load.connections)) * (body + 1024);
    (!(least..=most).contains(&measurement.bytes)).then(|| {
        format!(
            "{} bytes were read for {} responses of {body} bytes each",
            measurement.bytes, measurement.requests
        )
    })
}

/// Whether the window was too short for the server: fewer responses than connections. At a constant
/// rate there are as many as were due.
pub(crate) fn is_too_short(measurement: &Measurement, load: &Load) -> bool {
    measurement.pace.is_none() && measurement.requests < u64::from(load.connections)
}

/// How long the window must be for every connection to get a response, judging by what was read so
/// far; whole seconds. `None` where that is no longer than the window of the load: measuring the
/// same once more would not help.
pub(crate) fn longer_window(
    measurement: &Measurement,
    scenario: &Scenario,
    load: &Load,
) -> Option<Duration> {
    let wanted = f64::from(load.connections);
    let seconds = measurement.duration_s.max(1.0);
    let answered_per_s = match scenario.body_bytes {
        Some(body) => measurement.bytes as f64 / body as f64 / seconds,
        None => measurement.requests as f64 / seconds,
    };
    // Half as long again, since connections are not served in turn.
    let needed = if answered_per_s > 0.0 { 1.5 * wanted / answered_per_s } else { LONGEST_S };
    let longer = Duration::from_secs_f64(needed.min(LONGEST_S).ceil());
    (longer > load.duration).then_some(longer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use campaign::driver_output::Errors;

    fn scenario(non_2xx_share: f64, body_bytes: Option<u64>) -> Scenario {
        Scenario {
            name: "any".to_owned().try_into().unwrap(),
            endpoint: String::new(),
            exchanges: None,
            script: Some("any.lua".into()),
            non_2xx_share: Some(non_2xx_share),
            non_2xx_slack: 1.0,
            body_bytes,
            objective: None,
            arrivals: None,
        }
    }

    fn load() -> Load {
        let duration = Duration::from_secs(10);
        Load { connections: 120, threads: 12, workers: None, duration, warmup: duration, rounds: 1 }
    }

    fn window(requests: u64, non_2xx: u64, bytes: u64) -> Measurement {
        Measurement { duration_s: 10.0, requests, bytes, non_2xx, ..Measurement::default() }
    }

    #[test]
    fn the_share_may_be_off_by_what_was_under_way_and_no_more() {
        let fault = |non_2xx| fault(&window(1000, non_2xx, 0), &scenario(0.5, None), &load());
        assert_eq!(fault(500), None);
        assert_eq!(fault(632), None);
        assert!(matches!(fault(633), Some(Validity::Wrong(why)) if why.contains("non-2xx")));
        assert!(fault(0).is_some());
    }

    #[test]
    fn a_single_refusal_is_a_fault_where_none_is_expected() {
        assert!(fault(&window(1000, 1, 0), &scenario(0.0, None), &load()).is_some());
    }

    #[test]
    fn bodies_must_be_whole() {
        let scenario = scenario(0.0, Some(1000));
        assert_eq!(fault(&window(200, 0, 200 * 1100), &scenario, &load()), None);
        assert!(fault(&window(200, 0, 200 * 999), &scenario, &load()).is_some());
    }

    #[test]
    fn socket_errors_and_silence_are_faults() {
        let mut errors = window(1000, 0, 0);
        errors.errors = Errors { read: 1, ..Errors::default() };
        let fault_of_errors = fault(&errors, &scenario(0.0, None), &load());
        assert!(matches!(fault_of_errors, Some(Validity::Invalid(why)) if why.contains("read 1")));
        assert!(fault(&window(0, 0, 99), &scenario(0.0, None), &load()).is_some());
    }

    #[test]
    fn a_single_wrong_answer_is_a_fault() {
        let wrong = Some((1, "status 500 instead of 200".to_owned()));
        let window = Measurement { wrong_answers: wrong, ..window(1000, 0, 0) };
        let fault = fault(&window, &scenario(0.0, None), &load()).unwrap();
        let why = "1 wrong responses, first: status 500 instead of 200".to_owned();
        assert_eq!(fault, Validity::Wrong(why));
    }

    #[test]
    fn a_wrong_answer_in_a_window_that_was_too_short_stays_one() {
        let some = |text: &str| Some(text.to_owned());
        let wrong = || Validity::Wrong("wrong".to_owned());
        let invalid = |text: &str| Validity::Invalid(text.to_owned());
        assert_eq!(judged(None, None, None), Validity::Ok);
        assert_eq!(judged(None, some("short"), Some(wrong())), wrong());
        assert_eq!(judged(some("wrong"), some("short"), None), wrong());
        assert_eq!(judged(None, some("short"), Some(invalid("none"))), invalid("short"));
        assert_eq!(judged(None, None, Some(invalid("none"))), invalid("none"));
    }

    #[test]
    fn timeouts_alone_leave_the_throughput_valid() {
        let mut timeouts = window(1000, 0, 0);
        timeouts.errors.timeout = 3;
        assert_eq!(fault(&timeouts, &scenario(0.0, None), &load()), None);
    }

    #[test]
    fn the_longer_window_is_what_the_bytes_foretell() {
        let scenario = scenario(0.0, Some(1000));
        // 60 bodies in 10 s: 120 need 20 s, half as long again is 30 s.
        let longer = |bytes| longer_window(&window(0, 0, bytes), &scenario, &load());
        assert_eq!(longer(60_000), Some(Duration::from_secs(30)));
        assert_eq!(longer(0), Some(Duration::from_mins(1)));
    }

    #[test]
    fn a_window_is_not_measured_again_where_the_next_would_be_no_longer() {
        let scenario = scenario(0.0, Some(1000));
        assert_eq!(longer_window(&window(119, 0, 9_000_000), &scenario, &load()), None);
        for seconds in [60, 90] {
            let load = Load { duration: Duration::from_secs(seconds), ..load() };
            assert_eq!(longer_window(&window(0, 0, 0), &scenario, &load), None, "{seconds} s");
        }
    }
}
