//! A scenario: what contenders are asked under load.

use std::path::{Path, PathBuf};

use exchange::mix::Mix;
use search::Objective;
use serde::{Deserialize, Serialize};

use super::Exchanges;
use crate::{Error, name::Name};

/// The folder of a campaign in which the scripts are that were written for exchanges.
pub const LOAD: &str = "load";

/// A kind of request. Exchanges say all of it; with a script, they judge what the script asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Part of file names.
    pub name: Name,
    /// What it asks for, in words: `GET /static`. Exchanges say it.
    #[serde(default)]
    pub endpoint: String,
    /// The file of exchanges: what is asked, and what is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchanges: Option<PathBuf>,
    /// The wrk script that asks, for what needs a program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<PathBuf>,
    /// The share of responses that must be neither 2xx nor 3xx, 0 to 1. Exchanges say it.
    pub non_2xx_share: Option<f64>,
    /// By how many of them any stretch of the requests of a thread differs from that share, at most.
    #[serde(default = "one")]
    pub non_2xx_slack: f64,
    /// The size of every response's body in bytes, if they are all the same. Exchanges say it.
    pub body_bytes: Option<u64>,
    /// The latency limit within which contenders are asked for their capacity; without one, they are
    /// not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objective: Option<Objective>,
    /// When requests are due at a constant rate. A matrix that does not say has `poisson`, a plan
    /// from before there was a choice `even`: see [`Scenario::arrivals`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrivals: Option<Arrivals>,
}

/// When the requests of a constant rate are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Arrivals {
    /// At equal distances.
    Even,
    /// Independently of each other, as from many users: the distances are exponential.
    Poisson,
}

impl Arrivals {
    /// The seed of random arrivals; none for even ones, which need no chance.
    #[must_use]
    pub fn random(self, seed: u64) -> Option<u64> {
        (self == Self::Poisson).then_some(seed)
    }
}

/// As where a valid request and a refused one take turns.
fn one() -> f64 {
    1.0
}

impl Scenario {
    /// Fills in what follows from its exchanges and is not said.
    pub(super) fn complete(&mut self, exchanges: &Exchanges) -> Result<(), Error> {
        self.arrivals.get_or_insert(Arrivals::Poisson);
        let own = exchanges.of(self);
        if own.is_empty() {
            return Ok(());
        }
        let mix = Mix::new(own)?;
        if self.endpoint.is_empty() {
            self.endpoint = mix.endpoint;
        }
        if self.non_2xx_share.is_none() {
            self.non_2xx_share = Some(mix.refused_share);
            self.non_2xx_slack = mix.refused_slack;
        }
        self.body_bytes = self.body_bytes.or(mix.body_bytes);
        Ok(())
    }

    /// The script that asks: its own, beside the matrix, or the one that is written for its
    /// exchanges, in the campaign's folder.
    #[must_use]
    pub fn script_in(&self, matrix: &Path, campaign: &Path) -> PathBuf {
        match &self.script {
            Some(script) => matrix.join(script),
            None => campaign.join(LOAD).join(format!("{}.lua", self.name)),
        }
    }

    /// When the requests of a constant rate are due.
    #[must_use]
    pub fn arrivals(&self) -> Arrivals {
        self.arrivals.unwrap_or(Arrivals::Even)
    }

    /// The share of responses that must be refusals, 0 to 1.
    #[must_use]
    pub fn refused_share(&self) -> f64 {
        self.non_2xx_share.unwrap_or_default()
    }
}
