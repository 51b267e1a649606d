//! What can be told only of a window that nothing disturbs: on a machine where tests and people run side by side, it may
//! take more than one.

use std::{collections::BTreeMap, process::Command};

use tempfile::TempDir;

use crate::user::{run, samples};

/// How often a window is measured until nothing disturbs it.
const TRIES: usize = 5;

/// The sample of a campaign of one trial, measured again until its window is quiet.
pub(crate) fn sample(campaign: impl Fn() -> Command) -> BTreeMap<String, String> {
    let mut disturbance = String::new();
    for _ in 0..TRIES {
        let folder = TempDir::new().unwrap();
        let out = folder.path().join("campaign");
        let ended = run(campaign().arg("--out").arg(&out));
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let sample = samples(&out).remove(0);
        if sample["disturbed"] == "false" {
            return sample;
        }
        assert_eq!(sample["limiter"], "foreign", "{sample:?}");
        disturbance.clone_from(&sample["disturbance"]);
    }
    panic!("each of {TRIES} windows was disturbed: run this on a quiet machine ({disturbance})");
}
