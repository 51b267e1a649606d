//! How a contender was built, or what interprets it: the facts that its `build_info` command prints.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::plain;

/// The fact that is a sentence for the reader.
const WARNING: &str = "warning";
/// Facts whose names begin like this identify files: `--resume` compares them, and no report shows them.
const HASH: &str = "sha256";

/// Facts by name, in words that reports show as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct BuildInfo(BTreeMap<String, String>);

impl BuildInfo {
    /// What a command printed, one JSON object of strings; anything else makes a warning.
    #[must_use]
    pub fn printed(text: Option<&str>) -> Self {
        let facts: Option<BTreeMap<String, String>> =
            text.and_then(|text| serde_json::from_str(text).ok());
        Self(facts.map_or_else(
            || {
                let warning = "the build_info command printed no JSON object of strings, so \
                               nothing is known of the build";
                [(WARNING.to_owned(), warning.to_owned())].into()
            },
            |facts| facts.iter().map(|(name, fact)| (plain(name), plain(fact))).collect(),
        ))
    }

    /// What a reader of its figures has to know.
    #[must_use]
    pub fn warning(&self) -> Option<&str> {
        self.0.get(WARNING).map(String::as_str)
    }

    /// The facts in one line; `None` where there are none.
    #[must_use]
    pub fn line(&self) -> Option<String> {
        let shown = |name: &str| name != WARNING && !name.starts_with(HASH);
        let facts = self.0.iter().filter(|(name, _)| shown(name));
        let facts: Vec<String> = facts.map(|(name, fact)| format!("{name}: {fact}")).collect();
        (!facts.is_empty()).then(|| facts.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_tells_the_facts_without_hashes_and_the_warning() {
        let told = BuildInfo::printed(Some(
            r#"{"lto": "fat", "compiler": "rustc\n1.95", "sha256": "ab", "sha256 of libx": "cd", "warning": "slow"}"#,
        ));
        assert_eq!(told.line().unwrap(), "compiler: rustc 1.95; lto: fat");
        assert_eq!(told.warning(), Some("slow"));
    }

    #[test]
    fn a_command_that_fails_or_prints_something_else_is_warned_of() {
        for printed in [None, Some(""), Some("[]"), Some(r#"{"lto": 1}"#)] {
            let told = BuildInfo::printed(printed);
            assert!(told.warning().unwrap().contains("build_info"), "{printed:?}: {told:?}");
            assert_eq!(told.line(), None);
        }
    }
}
