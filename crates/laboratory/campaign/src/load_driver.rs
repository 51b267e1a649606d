//! Which driver, and how it generates load: part of a cell's name, because only like may be
//! compared with like.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// See the module.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[schemars(with = "String")]
#[serde(into = "String", try_from = "String")]
pub enum LoadDriver {
    /// wrk, in a closed loop.
    Wrk,
    /// dyno's own driver, in a closed loop.
    Dyno,
    /// The same at a constant rate: this percentage of what the slowest contender sustains.
    DynoAt(u8),
    /// The same at one constant rate after the other: a search for the contender's capacity.
    Search,
}

impl LoadDriver {
    /// The program.
    #[must_use]
    pub fn tool(self) -> &'static str {
        match self {
            Self::Wrk => "wrk",
            Self::Dyno | Self::DynoAt(_) | Self::Search => "dyno",
        }
    }

    /// The file with the program's output for a window, in the trial's folder.
    #[must_use]
    pub fn text_file(self) -> String {
        format!("{}.txt", self.tool())
    }

    /// The file with its figures, there too.
    #[must_use]
    pub fn result_file(self) -> String {
        format!("{}.json", self.tool())
    }

    /// Whether requests wait for earlier responses.
    #[must_use]
    pub fn is_closed_loop(self) -> bool {
        matches!(self, Self::Wrk | Self::Dyno)
    }

    /// Whether its trials have rounds of their own, because their rate follows from the others'.
    #[must_use]
    pub fn comes_after(self) -> bool {
        matches!(self, Self::DynoAt(_))
    }
}

impl fmt::Display for LoadDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrk | Self::Dyno => f.pad(self.tool()),
            Self::DynoAt(percent) => f.pad(&format!("dyno-{percent}")),
            Self::Search => f.pad("search"),
        }
    }
}

impl From<LoadDriver> for String {
    fn from(driver: LoadDriver) -> Self {
        driver.to_string()
    }
}

impl TryFrom<String> for LoadDriver {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let percent = name.strip_prefix("dyno-").map(str::parse);
        match (name.as_str(), percent) {
            ("wrk", _) => Ok(Self::Wrk),
            ("dyno", _) => Ok(Self::Dyno),
            ("search", _) => Ok(Self::Search),
            (_, Some(Ok(percent))) => Ok(Self::DynoAt(percent)),
            _ => Err(format!("there is no driver `{name}`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        use LoadDriver::{Dyno, DynoAt, Search, Wrk};
        for driver in [Wrk, Dyno, DynoAt(70), Search] {
            assert_eq!(LoadDriver::try_from(String::from(driver)), Ok(driver));
        }
        for name in ["", "ab", "dyno-", "dyno-x", "dyno-700"] {
            assert!(LoadDriver::try_from(name.to_owned()).is_err());
        }
    }
}
