//! Servers whose capacity is arithmetic, and what is asked of them.

use crate::{measure::Arrivals, queue, server::Server};

/// A server, what is asked of it, and the rate that is right.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) server: Server,
    pub(crate) objective: &'static str,
    pub(crate) arrivals: Arrivals,
    /// The capacity, in requests per second; none where it is what the server can do in the end.
    pub(crate) truth: Option<f64>,
    /// How close 95 of 100 searches come, as a share of it.
    pub(crate) within: f64,
}

/// Requests come evenly: nothing is left to chance but when in a second a search begins.
pub(crate) fn even(service: f64) -> Vec<Case> {
    let case = |name, server, objective, truth, within| Case {
        name,
        server,
        objective,
        arrivals: Arrivals::Even,
        truth,
        within,
    };
    let server = Server::new(1, service);
    let (stalling, refusing) = (server.clone().stalling(0.1), 0.6 / service);
    // A twentieth slower after the requests of a search.
    let growing = server.clone().growing(0.05 * service / 20.0);
    // A request that comes t after a stall began waits for what is left of it, and for those who
    // came before: 0.1 − t + load · t. It is too late in a tenth of each second at this load.
    let late_in_a_tenth = 0.8 - 10.0 * service;
    vec![
        case("one worker", server.clone(), "p99 < 50ms", Some(1.0 / service), 0.05),
        case("stalls", stalling.clone(), "p99 < 150ms", Some(0.9 / service), 0.05),
        case("stalls, p90", stalling, "p90 < 80ms", Some(late_in_a_tenth / service), 0.05),
        case("refuses", server.refusing_above(refusing), "p99 < 50ms", Some(refusing), 0.05),
        case("grows slower", growing, "p99 < 50ms", None, 0.05),
    ]
}

/// Requests come at random; `within` is that of one worker, of two, and of one whose service times
/// are random.
pub(crate) fn poisson(service: f64, within: [f64; 3]) -> Vec<Case> {
    let (limit, share) = (0.05, 0.01);
    let case = |name, server, truth, within| Case {
        name,
        server,
        objective: "p99 < 50ms",
        arrivals: Arrivals::Poisson,
        truth: Some(truth),
        within,
    };
    let one = Server::new(1, service);
    let random = queue::random_service(service, limit, share);
    let workers = queue::workers(2, service, limit, share);
    vec![
        case("M/D/1", one.clone(), queue::one_worker(service, limit, share), within[0]),
        case("M/D/2", Server::new(2, service), workers, within[1]),
        case("M/M/1", one.random(), random, within[2]),
    ]
}

/// Requests come at random to a server that stalls. No search can be asked to find this: where the
/// share beyond rises as gently as at p90, chance in the requests decides.
pub(crate) fn stalling(service: f64) -> Vec<Case> {
    let server = Server::new(1, service).stalling(0.1);
    let case = |name, objective, [limit, share]: [f64; 2]| Case {
        name,
        server: server.clone(),
        objective,
        arrivals: Arrivals::Poisson,
        truth: Some(queue::simulated(&server, 0.9 / service, limit, share)),
        within: 0.05,
    };
    vec![
        case("stalls, random", "p99 < 150ms", [0.15, 0.01]),
        case("stalls, random, p90 80 ms", "p90 < 80ms", [0.08, 0.1]),
        case("stalls, random, p90 50 ms", "p90 < 50ms", [0.05, 0.1]),
    ]
}
