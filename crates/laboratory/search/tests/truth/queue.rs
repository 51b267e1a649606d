//! Capacities by queueing theory, and by long simulations.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::server::Server;

/// The rate at which this share of requests is in an M/D/1 system for longer than a limit, by the
/// exact distribution: one worker, `service` seconds for each request, Poisson arrivals.
pub(crate) fn one_worker(service: f64, limit: f64, share: f64) -> f64 {
    bisect(0.0, 1.0 / service, |rate| waits_longer(rate * service, limit / service - 1.0) > share)
}

/// The probability that a request waits for longer than `time` services before its own begins,
/// where the worker is busy for `load` of the time.
///
/// Franx (2001), A simple solution for the M/D/c waiting time distribution, Operations Research
/// Letters 29: with k services more than the time, and Q(m) the probability of at most m in the
/// queue, P(wait ≤ time) is the sum over j < k of Q(k − 1 − j) times the Poisson probability of j
/// arrivals in what is left of k services after the time. All terms are positive.
fn waits_longer(load: f64, time: f64) -> f64 {
    let services = time.floor() + 1.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count")]
    let count = services as usize;
    let queued = queue_lengths(load, count);
    let mean = load * (services - time);
    let mut arrivals = (-mean).exp();
    let mut waits_less = 0.0;
    for (number, at_most) in queued[..count].iter().rev().enumerate() {
        waits_less += at_most * arrivals;
        arrivals *= mean / (number + 1) as f64;
    }
    1.0 - waits_less
}

/// The probabilities of at most 0, 1, 2 … requests in the queue, without the one that is served.
///
/// The number in the system after a service is a Markov chain: it grows by those who came in a
/// service. Its probabilities follow from each other without a difference (Ramaswami 1988).
fn queue_lengths(load: f64, count: usize) -> Vec<f64> {
    // more[n]: the probability that more than n come in a service.
    let mut more = Vec::with_capacity(count + 2);
    let (mut exactly, mut rest) = ((-load).exp(), 1.0);
    let none = exactly;
    for number in 0..count + 2 {
        rest -= exactly;
        more.push(if number < 40 { f64::max(rest, 0.0) } else { 0.0 });
        exactly *= load / (number + 1) as f64;
    }
    let mut system = vec![1.0 - load];
    for length in 0..=count {
        let reached = 1.max(length.saturating_sub(40));
        let from_others: f64 =
            (reached..=length).map(|from| system[from] * more[length + 1 - from]).sum();
        system.push((system[0] * more[length] + from_others) / none);
    }
    let mut sum = system[0];
    system[1..]
        .iter()
        .map(|probability| {
            sum += probability;
            sum
        })
        .collect()
}

/// The same for several workers, by a simulation of a million requests.
pub(crate) fn workers(workers: usize, service: f64, limit: f64, share: f64) -> f64 {
    simulated(&Server::new(workers, service), workers as f64 / service, limit, share)
}

/// The same for any server that serves at most `most` requests a second.
pub(crate) fn simulated(server: &Server, most: f64, limit: f64, share: f64) -> f64 {
    const REQUESTS: u32 = 1_000_000;
    bisect(0.0, most, |rate| {
        // The same requests at every rate.
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut server = server.clone();
        let (mut now, mut late) = (0.0, 0);
        for _ in 0..REQUESTS {
            now -= (1.0 - rng.random::<f64>()).ln() / rate;
            let answered = server.answer(now);
            late += u32::from(answered.is_some_and(|at| at - now > limit));
        }
        f64::from(late) > share * f64::from(REQUESTS)
    })
}

/// The same for one worker with exponential service times, M/M/1: the time in the system is
/// exponential as well.
pub(crate) fn random_service(service: f64, limit: f64, share: f64) -> f64 {
    1.0 / service + share.ln() / limit
}

/// Where something that is false below becomes true.
fn bisect(mut low: f64, mut high: f64, is_above: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..14 {
        let middle = f64::midpoint(low, high);
        if is_above(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    f64::midpoint(low, high)
}

#[test]
fn the_distribution_of_waiting_times_is_that_of_the_tables() {
    // Those wait who find the worker busy.
    for load in [0.1, 0.5, 0.9] {
        assert!((waits_longer(load, 0.0) - load).abs() < 1e-12, "{load}");
    }
    // In heavy traffic: e^(−2 (1 − load) time / load), nearly.
    let (load, time) = (0.98_f64, 100.0);
    let nearly = (-2.0 * (1.0 - load) * time / load).exp();
    assert!((waits_longer(load, time) / nearly - 1.0).abs() < 0.1, "{}", waits_longer(load, time));
}
