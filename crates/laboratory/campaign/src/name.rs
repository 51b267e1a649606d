//! Names and paths that a matrix or a campaign's folder brings along: nothing in them leads astray.

use std::{
    fmt,
    ops::Deref,
    path::{Component, Path},
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The longest name, in bytes.
const LONGEST_NAME: usize = 40;
/// The longest path below a campaign's folder, in bytes.
const LONGEST_PATH: usize = 200;

/// A plain name of a contender or a scenario: lower-case letters, digits and hyphens, at most 40.
/// It is safe in a path, a CSV file and a terminal.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct Name(String);

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let is_plain = (1..=LONGEST_NAME).contains(&name.len())
            && !name.starts_with('-')
            && name.bytes().all(plain);
        if is_plain {
            return Ok(Self(name));
        }
        let shown: String = name.chars().take(LONGEST_NAME).collect();
        Err(format!(
            "the name {shown:?} must consist of at most {LONGEST_NAME} lower-case letters, digits and hyphens, because it becomes a file name"
        ))
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Name {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<String> for Name {
    fn eq(&self, other: &String) -> bool {
        self.0 == *other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

/// A path below the campaign's folder, which it never leaves: no `..`, no root, nothing that a
/// terminal would obey. Empty for the folder itself.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct PathBelow(String);

impl TryFrom<String> for PathBelow {
    type Error = String;

    fn try_from(path: String) -> Result<Self, String> {
        let stays = |component| matches!(component, Component::Normal(_));
        let is_below = path.len() <= LONGEST_PATH
            && Path::new(&path).components().all(stays)
            && !path.chars().any(char::is_control);
        if is_below {
            return Ok(Self(path));
        }
        let shown: String = path.chars().take(LONGEST_PATH).collect();
        Err(format!("the path {shown:?} does not lie below the campaign's folder"))
    }
}

impl PathBelow {
    /// A path made of names and numbers alone, which cannot lead out.
    pub(crate) fn of_names(path: String) -> Self {
        Self(path)
    }
}

impl Deref for PathBelow {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<Path> for PathBelow {
    fn as_ref(&self) -> &Path {
        Path::new(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_plain_and_short() {
        for name in ["axum", "actix-web", "a", "9", &"x".repeat(40)] {
            assert!(Name::try_from(name.to_owned()).is_ok(), "{name}");
        }
        for name in
            ["", "-rf", "..", "a/b", "/etc", "Axum", "a b", "a\u{1b}[2J", "=1+1", &"x".repeat(41)]
        {
            assert!(Name::try_from(name.to_owned()).is_err(), "{name:?}");
        }
    }

    #[test]
    fn a_path_below_a_folder_never_leaves_it() {
        for path in ["", "trials/r001-01-axum-static-wrk", "a/b/c"] {
            assert!(PathBelow::try_from(path.to_owned()).is_ok(), "{path}");
        }
        for path in ["..", "trials/../../x", "/etc", "./x", "a\u{1b}", &"x/".repeat(101)] {
            assert!(PathBelow::try_from(path.to_owned()).is_err(), "{path:?}");
        }
    }
}
