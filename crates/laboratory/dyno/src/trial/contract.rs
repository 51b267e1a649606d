//! The contract of a trial's server, before and after it is loaded.

use super::{Setup, server::Launch};
use crate::verify::{self, Mismatch};

/// How the server differs from all that it must answer.
pub(super) fn mismatches(setup: Setup, launch: Launch) -> anyhow::Result<Vec<Mismatch>> {
    verify::mismatches(launch.listen, &setup.contract.whole, launch.deadlines.contract)
}

/// How the contract is broken after the window: by a wrong answer, or else by none.
pub(super) fn broken_after(setup: Setup, launch: Launch) -> anyhow::Result<Option<Mismatch>> {
    if launch.contender.reference {
        return Ok(None);
    }
    let mismatches = mismatches(setup, launch)?;
    let wrong = mismatches.iter().find(|mismatch| mismatch.is_answer);
    Ok(wrong.or(mismatches.first()).cloned())
}
