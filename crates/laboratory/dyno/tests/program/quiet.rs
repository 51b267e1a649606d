//! What can be told only of a window that nothing disturbs: on a machine where tests and people run side by side, it may
//! take more than one.

use std::{collections::BTreeMap, process::Command};

use tempfile::TempDir;

use crate::user::{run, samples};

/// How often a window is measured until nothing disturbs it.
const TRIES: usize = 5;

/// The sample of a campaign of one trial, measured again and again.
pub(crate) fn windows(
    campaign: impl Fn() -> Command,
) -> impl Iterator<Item = BTreeMap<String, String>> {
    (0..TRIES).map(move |_| {
        let folder = TempDir::new().unwrap();
        let out = folder.path().join("campaign");
        let ended = run(campaign().arg("--out").arg(&out));
        assert_eq!(ended.code, Some(0), "{ended:?}");
        samples(&out).remove(0)
    })
}

/// The first of them that is quiet. `None`, which is said, if none is: a test has no power over other guests of the
/// machine.
pub(crate) fn window(campaign: impl Fn() -> Command) -> Option<BTreeMap<String, String>> {
    let mut disturbances = Vec::new();
    for sample in windows(campaign) {
        if sample["disturbed"] == "false" {
            return Some(sample);
        }
        assert_eq!(sample["limiter"], "foreign", "{sample:?}");
        disturbances.push(sample["disturbance"].clone());
    }
    eprintln!("left out: every window was disturbed: {disturbances:#?}");
    None
}
