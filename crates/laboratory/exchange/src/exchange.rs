//! One request with the right response.

use std::{fmt, path::PathBuf};

use crate::{Answer, Expectation, Mismatch, Request};

/// What is asked, and what is right.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// What is asked.
    pub request: Request,
    /// What is right: the answer meets one of these, of which there is at least one.
    pub expectations: Vec<Expectation>,
    /// How often it is asked, beside the weights of the others; above 0.
    pub weight: f64,
    /// Where it stands.
    pub origin: Origin,
}

/// Where an exchange stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The file, as it was named.
    pub file: PathBuf,
    /// The line, counted from 1.
    pub line: usize,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}", self.file.display(), self.line)
    }
}

/// The request and where it stands: `GET /hello (hello.toml, line 1)`.
impl fmt::Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.request, self.origin)
    }
}

impl Exchange {
    /// Where an answer differs from what is right: from the expectation of its status, or else from
    /// the first one.
    #[must_use]
    pub fn mismatch(&self, answer: &Answer) -> Option<Mismatch> {
        let mut nearest = None;
        for expectation in &self.expectations {
            let mismatch = expectation.mismatch(answer)?;
            if nearest.is_none() || expectation.allows(answer.status) {
                nearest = Some(mismatch);
            }
        }
        nearest
    }

    /// Every status that is right.
    pub fn statuses(&self) -> impl Iterator<Item = u16> {
        self.expectations.iter().flat_map(|one| one.statuses().iter().copied())
    }

    /// The size of every right body in bytes, if it is known and always the same.
    #[must_use]
    pub fn body_bytes(&self) -> Option<u64> {
        let mut sizes = self.expectations.iter().map(Expectation::body_bytes);
        let first = sizes.next()??;
        sizes.all(|size| size == Some(first)).then_some(first)
    }
}
