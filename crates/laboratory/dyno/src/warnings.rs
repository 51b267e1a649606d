//! What a person is warned of before a campaign, the same by `doctor` and by `bench`.

use campaign::record::{environment::Environment, machine::Machine};

use crate::{
    conditions::foreign,
    disturbance::{self, Disturbance},
    output,
    process::confine,
};

/// What speaks against measuring on this machine with so many connections.
pub(crate) fn of(machine: &Machine, connections: u32) -> Vec<Disturbance> {
    let mut found = disturbance::of(machine, connections);
    if let Some(obstacle) = confine::obstacle() {
        found.push(Disturbance {
            what: format!("contenders could change the campaign's files: {obstacle}"),
            remedy: "use Linux 6.2 or newer, or measure only contenders that you trust",
        });
    }
    found.extend(foreign::unseen().ok().flatten());
    found
}

/// Prints it, a line each.
pub(crate) fn tell(machine: &Machine, connections: u32) {
    for Disturbance { what, remedy } in of(machine, connections) {
        output::warning(&format!("{what}: {remedy}"));
    }
}

/// What contenders say against the way in which they, or what interprets them, were built: a line each.
pub(crate) fn of_builds(environment: &Environment) -> Vec<String> {
    let said = environment.build_warnings().into_iter();
    said.map(|(warning, contenders)| format!("{}: {warning}", contenders.join(", "))).collect()
}
