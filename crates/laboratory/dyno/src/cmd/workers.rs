//! How many workers contenders get where nobody says so.

use campaign::matrix::Load;

use crate::process::affinity::Processors;

/// What the matrix says, or one for each processor that servers may use.
pub(crate) fn of(load: &Load, pin: bool) -> u32 {
    load.workers.unwrap_or_else(|| {
        u32::try_from(Processors::of_server(pin).count()).unwrap_or(u32::MAX).max(1)
    })
}
