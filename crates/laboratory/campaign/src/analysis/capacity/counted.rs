//! Which probes tell something of the server.

use std::collections::BTreeSet;

use crate::record::{campaign::Campaign, probe::ProbeRow};

/// The probes of a campaign, each with whether it counts. A disturbed one does not, unless its trial is valid and did
/// without a repetition: so it is with `--even-if-busy`. One that failed while the driver was late
/// tells nothing of the server.
pub(super) fn probes(campaign: &Campaign) -> Vec<(&ProbeRow, bool)> {
    let valid = campaign.samples.iter().filter(|sample| sample.is_ok());
    let valid: BTreeSet<&str> = valid.map(|sample| &*sample.folder).collect();
    let mut later: BTreeSet<(&str, u32)> = BTreeSet::new();
    let mut probes = Vec::new();
    // From the last one back, so that a repetition is met before what it repeats.
    for probe in campaign.probes.iter().rev() {
        let is_last = later.insert((&probe.folder, probe.number));
        let quiet = !probe.disturbed || (is_last && valid.contains(&*probe.folder));
        probes.push((probe, quiet && (probe.passed || !probe.driver_late)));
    }
    probes.reverse();
    probes
}
