//! What is right, and where an answer differs from it.

mod body;
mod difference;

use std::fmt;

use http::HeaderName;
use regex::Regex;

use crate::{Answer, text::shown};
pub(crate) use body::BodyRule;
pub(crate) use difference::{Ignored, differences, token};

/// What an answer must be.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// One of these.
    statuses: Vec<u16>,
    headers: Vec<(HeaderName, HeaderRule)>,
    body: Vec<BodyRule>,
}

/// What the value of a header field must be; a missing one is empty.
#[derive(Debug, Clone)]
pub(crate) enum HeaderRule {
    Is(String),
    Matches(Regex),
}

impl HeaderRule {
    pub(crate) fn matches(pattern: &str) -> Result<Self, String> {
        // The reason has several lines, of which the last says what is wrong.
        let reason = |error: regex::Error| {
            let message = error.to_string();
            let last = message.lines().last().unwrap_or_default().trim();
            last.trim_start_matches("error: ").to_owned()
        };
        let regex = Regex::new(pattern);
        regex
            .map(Self::Matches)
            .map_err(|error| format!("{pattern:?} is no regular expression: {}", reason(error)))
    }

    fn allows(&self, value: &str) -> bool {
        match self {
            Self::Is(right) => value == right,
            Self::Matches(regex) => regex.is_match(value),
        }
    }
}

impl fmt::Display for HeaderRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(right) if right.is_empty() => f.write_str("nothing"),
            Self::Is(right) => write!(f, "{right:?}"),
            Self::Matches(regex) => write!(f, "a match of {:?}", regex.as_str()),
        }
    }
}

/// One place where an answer is not what is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// `status`, `header allow`, `body`, or a JSON Pointer into the body such as `/items/0/id`.
    pub place: String,
    /// What was expected there and what is there, as a phrase.
    pub problem: String,
}

impl Mismatch {
    fn new(place: impl Into<String>, expected: impl fmt::Display, got: impl fmt::Display) -> Self {
        Self { place: place.into(), problem: format!("expected {expected}, got {got}") }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

impl Expectation {
    pub(crate) fn new(
        statuses: Vec<u16>,
        headers: Vec<(String, HeaderRule)>,
        body: Vec<BodyRule>,
    ) -> Result<Self, String> {
        if statuses.is_empty() {
            return Err("no status is right: name one".to_owned());
        }
        if let Some(status) = statuses.iter().find(|status| !(200..600).contains(*status)) {
            return Err(format!("{status} is no status of a response: choose from 200 to 599"));
        }
        let headers = headers.into_iter().map(|(name, rule)| {
            let parsed = HeaderName::from_bytes(name.as_bytes());
            let parsed = parsed.map_err(|_| format!("{name:?} is no name of a header field"))?;
            Ok::<_, String>((parsed, rule))
        });
        Ok(Self { statuses, headers: headers.collect::<Result<_, _>>()?, body })
    }

    /// The right statuses.
    #[must_use]
    pub fn statuses(&self) -> &[u16] {
        &self.statuses
    }

    /// Whether this status is right.
    #[must_use]
    pub fn allows(&self, status: u16) -> bool {
        self.statuses.contains(&status)
    }

    /// The first place where an answer differs: status, then headers, then the body.
    pub(crate) fn mismatch(&self, answer: &Answer) -> Option<Mismatch> {
        if !self.allows(answer.status) {
            let right: Vec<String> = self.statuses.iter().map(u16::to_string).collect();
            let got = match answer.body {
                None | Some([]) => answer.status.to_string(),
                Some(body) => format!("{} with {}", answer.status, shown(body)),
            };
            return Some(Mismatch::new("status", right.join(" or "), got));
        }
        for (name, rule) in &self.headers {
            let value = answer.header(name);
            if !rule.allows(&value) {
                let got = match value.as_str() {
                    "" => "nothing".to_owned(),
                    value => format!("\"{}\"", shown(value.as_bytes())),
                };
                return Some(Mismatch::new(format!("header {name}"), rule, got));
            }
        }
        let body = answer.body?;
        self.body.iter().find_map(|rule| rule.mismatch(body, answer.cut))
    }

    /// The size of the right body in bytes, if it is known.
    #[must_use]
    pub fn body_bytes(&self) -> Option<u64> {
        self.body.iter().find_map(BodyRule::bytes)
    }

    /// How much of a body tells whether it is right, in bytes; `None` for all of it.
    #[must_use]
    pub fn telling_bytes(&self) -> Option<u64> {
        let mut most = 0;
        for rule in &self.body {
            most = most.max(rule.telling_bytes()?);
        }
        Some(most)
    }

    /// The SHA-256 that the body must have, if so.
    #[must_use]
    pub fn sha256(&self) -> Option<[u8; 32]> {
        self.body.iter().find_map(|rule| match rule {
            BodyRule::Sha256(digest) => Some(*digest),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests;
