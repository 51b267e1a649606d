//! How long what dyno waits for may take.

use std::time::Duration;

use serde::Deserialize;

use crate::seconds;

/// How long each kind of wait may last. How long a server may take until it is ready is the contender's `ready_within`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Deadlines {
    /// The build of one contender.
    #[serde(with = "seconds")]
    pub build: Duration,
    /// A command that prints a version or how a contender was built.
    #[serde(with = "seconds")]
    pub version: Duration,
    /// One check of the whole contract.
    #[serde(with = "seconds")]
    pub contract: Duration,
    /// The end of a server after SIGTERM.
    #[serde(with = "seconds")]
    pub stop: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            build: Duration::from_hours(1),
            version: Duration::from_secs(30),
            contract: Duration::from_mins(2),
            stop: Duration::from_secs(5),
        }
    }
}

impl Deadlines {
    /// The name of one that leaves no time at all.
    pub(super) fn nothing(&self) -> Option<&'static str> {
        let all = [
            ("build", self.build),
            ("version", self.version),
            ("contract", self.contract),
            ("stop", self.stop),
        ];
        all.into_iter().find(|(_, time)| time.is_zero()).map(|(name, _)| name)
    }
}
