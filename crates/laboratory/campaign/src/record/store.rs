//! Which parts of a campaign came from the Nix store.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where contenders and tools came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Store {
    /// The flake's git revision; `dirty` when files differ from it.
    pub revision: String,
    /// The revision of nixpkgs.
    pub nixpkgs: String,
    /// Whether that is the revision of the lock file.
    pub pinned: bool,
    /// The store path of each contender and tool that has one.
    pub paths: BTreeMap<String, String>,
    /// Those that have none.
    pub outside: Vec<String>,
}

impl Store {
    /// Whether all of it came from the store, at the pinned revision.
    #[must_use]
    pub fn is_hermetic(&self) -> bool {
        self.pinned && self.outside.is_empty() && !self.paths.is_empty()
    }
}
