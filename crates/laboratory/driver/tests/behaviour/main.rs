//! The driver against servers of every kind, well-behaved and not.

#![allow(clippy::unwrap_used, reason = "what goes wrong here is what the test is to tell")]

mod checks;
mod pool;
mod probe;
mod rate;
mod robust;
mod scripts;

use std::{net::SocketAddr, time::Duration};

use driver::{Arrivals, Outcome, Run, Target};

/// A short run on a few connections.
fn run(address: SocketAddr) -> Run {
    Run {
        target: Target::parse(&format!("http://{address}/path")).unwrap(),
        script: None,
        arguments: Vec::new(),
        headers: Vec::new(),
        connections: 4,
        threads: 2,
        duration: Duration::from_millis(300),
        timeout: Duration::from_millis(150),
        rate: None,
        arrivals: Arrivals::Even,
        lead_in: Duration::ZERO,
        give_up: None,
        overtime: Duration::ZERO,
        sample_every: 10,
        validator: None,
    }
}

fn drive(address: SocketAddr) -> Outcome {
    driver::drive(&run(address)).unwrap()
}
