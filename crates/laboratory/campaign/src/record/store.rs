//! Which parts of a campaign came from the Nix store.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An input of the flake, such as nixpkgs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Its name; that of an input's own input comes after a slash.
    pub name: String,
    /// Its revision; `none` when it has none.
    pub revision: String,
    /// Whether it is the one that the lock file names.
    pub pinned: bool,
}

/// Where contenders and tools came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Store {
    /// The flake's git revision; `dirty` when files differ from it.
    pub revision: String,
    /// Every input of the flake.
    #[serde(default)]
    pub inputs: Vec<Input>,
    /// Whether all of them are those that the lock file names.
    pub pinned: bool,
    /// The store path of each contender and tool that has one.
    pub paths: BTreeMap<String, String>,
    /// Those that have none.
    pub outside: Vec<String>,
}

impl Store {
    /// Whether all of it came from the store, made of the pinned inputs.
    #[must_use]
    pub fn is_hermetic(&self) -> bool {
        self.pinned && self.outside.is_empty() && !self.paths.is_empty()
    }
}
