//! What a search is told.

/// How close to the truth an answer is, as a share of it, where nothing else is asked.
pub const PRECISION: f64 = 0.05;

/// What is wanted, and what is known beforehand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// How close to the truth the answer is to be, as a share of it; 0.01 to 0.2.
    pub precision: f64,
    /// About how many requests per second the server can answer, where that is known.
    pub hint: Option<f64>,
    /// The lowest rate to try, in requests per second; above 0.
    pub lowest: f64,
    /// The highest rate to try, in requests per second; above the lowest.
    pub highest: f64,
    /// Requests follow each other evenly, not at random as those of many clients.
    pub even: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { precision: PRECISION, hint: None, lowest: 1.0, highest: 1e6, even: false }
    }
}

impl Settings {
    /// A rate between the lowest and the highest.
    pub(crate) fn allowed(&self, rate: f64) -> f64 {
        rate.min(self.highest).max(self.lowest)
    }
}
