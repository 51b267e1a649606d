//! What a server is asked to keep: latency limits at percentiles.

use std::{fmt, str::FromStr, time::Duration};

use jiff::{
    SignedDuration,
    fmt::friendly::{Designator, Spacing, SpanPrinter},
};
use serde::{Deserialize, Serialize};

/// Longer than anybody waits for an answer.
const LONGEST: Duration = Duration::from_hours(1);

/// A percentile at which latency may be limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Percentile {
    /// The median.
    P50,
    /// Three quarters.
    P75,
    /// Nine in ten.
    P90,
    /// 95 in 100.
    P95,
    /// 99 in 100.
    P99,
    /// 999 in 1,000.
    P999,
}

impl Percentile {
    /// All of them, the lowest first.
    pub const ALL: [Self; 6] = [Self::P50, Self::P75, Self::P90, Self::P95, Self::P99, Self::P999];

    /// Its name in a matrix.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::P50 => "p50",
            Self::P75 => "p75",
            Self::P90 => "p90",
            Self::P95 => "p95",
            Self::P99 => "p99",
            Self::P999 => "p999",
        }
    }

    /// The share of answers that may be later than the limit, above 0 and at most 0.5.
    #[must_use]
    pub fn share_beyond(self) -> f64 {
        match self {
            Self::P50 => 0.5,
            Self::P75 => 0.25,
            Self::P90 => 0.1,
            Self::P95 => 0.05,
            Self::P99 => 0.01,
            Self::P999 => 0.001,
        }
    }
}

/// A latency limit at a percentile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Which answers are to keep it.
    pub percentile: Percentile,
    /// How long they may take, from when they were due; above 0, at most an hour.
    pub within: Duration,
}

/// Latency limits at percentiles, at least one and at most one for each percentile.
///
/// In a matrix `{ p99 = "50ms" }`, on the command line `p99 < 50ms`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Objective {
    /// The lowest percentile first.
    limits: Vec<Limit>,
}

/// An objective as a matrix holds it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    p50: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    p75: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    p90: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    p95: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    p99: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    p999: Option<String>,
}

/// Why a text or a table is no objective.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoObjective {
    /// Nothing is limited.
    #[error("an objective needs at least one limit: write p99 < 50ms")]
    Empty,
    /// A part of the text is no limit.
    #[error("`{0}` is no latency limit: write p99 < 50ms, with one of p50 p75 p90 p95 p99 p999")]
    NoLimit(String),
    /// A percentile is limited twice.
    #[error("{0} is limited twice: leave one of the limits out")]
    Twice(&'static str),
    /// The limit is no duration, or none that could be kept or missed.
    #[error(
        "`{0}` is no time to answer in: write 50ms, 1.5s or 500us, above 0 and at most an hour"
    )]
    NoTime(String),
}

impl Objective {
    /// An objective of these limits.
    ///
    /// # Errors
    /// There is none, a percentile is limited twice, or a limit is 0 or longer than an hour.
    pub fn new(mut limits: Vec<Limit>) -> Result<Self, NoObjective> {
        limits.sort_by_key(|limit| limit.percentile);
        if limits.is_empty() {
            return Err(NoObjective::Empty);
        }
        if let Some(pair) = limits.windows(2).find(|pair| pair[0].percentile == pair[1].percentile)
        {
            return Err(NoObjective::Twice(pair[0].percentile.name()));
        }
        match limits.iter().find(|limit| limit.within.is_zero() || limit.within > LONGEST) {
            Some(limit) => Err(NoObjective::NoTime(written(limit.within))),
            None => Ok(Self { limits }),
        }
    }

    /// The limits, the lowest percentile first; at least one.
    #[must_use]
    pub fn limits(&self) -> &[Limit] {
        &self.limits
    }

    /// The limit at the highest percentile.
    #[must_use]
    pub fn strictest(&self) -> Limit {
        self.limits[self.limits.len() - 1]
    }

    /// How long the slowest answer that any limit allows may take: later than this, it is late by
    /// all of them.
    #[must_use]
    pub fn longest(&self) -> Duration {
        self.limits.iter().map(|limit| limit.within).max().unwrap_or_default()
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        write!(to, "{} ≤ {}", self.percentile.name(), shown(self.within))
    }
}

impl fmt::Display for Objective {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        for (at, limit) in self.limits.iter().enumerate() {
            let comma = if at > 0 { ", " } else { "" };
            write!(to, "{comma}{limit}")?;
        }
        Ok(())
    }
}

impl FromStr for Objective {
    type Err = NoObjective;

    fn from_str(text: &str) -> Result<Self, NoObjective> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        Self::new(parts.map(limit).collect::<Result<_, _>>()?)
    }
}

fn limit(text: &str) -> Result<Limit, NoObjective> {
    let no_limit = || NoObjective::NoLimit(text.to_owned());
    let (name, rest) = text.split_once(['<', '≤']).ok_or_else(no_limit)?;
    let percentile = Percentile::ALL.into_iter().find(|one| one.name() == name.trim());
    let within = duration(rest.strip_prefix('=').unwrap_or(rest))?;
    Ok(Limit { percentile: percentile.ok_or_else(no_limit)?, within })
}

fn duration(text: &str) -> Result<Duration, NoObjective> {
    let parsed = text.trim().parse::<SignedDuration>().ok();
    let parsed = parsed.and_then(|duration| Duration::try_from(duration).ok());
    parsed.ok_or_else(|| NoObjective::NoTime(text.trim().to_owned()))
}

/// As a matrix holds it: `50ms`, `1s500ms`.
fn written(duration: Duration) -> String {
    SpanPrinter::new()
        .spacing(Spacing::None)
        .designator(Designator::Compact)
        .unsigned_duration_to_string(&duration)
}

/// As people read it: `50 ms`.
fn shown(duration: Duration) -> String {
    SpanPrinter::new()
        .spacing(Spacing::BetweenUnitsAndDesignators)
        .designator(Designator::Compact)
        .unsigned_duration_to_string(&duration)
}

impl TryFrom<Written> for Objective {
    type Error = NoObjective;

    fn try_from(table: Written) -> Result<Self, NoObjective> {
        let limits = [table.p50, table.p75, table.p90, table.p95, table.p99, table.p999];
        let limits = Percentile::ALL.into_iter().zip(limits).filter_map(|(percentile, within)| {
            Some(duration(&within?).map(|within| Limit { percentile, within }))
        });
        Self::new(limits.collect::<Result<_, _>>()?)
    }
}

impl From<Objective> for Written {
    fn from(objective: Objective) -> Self {
        let mut table = Self::default();
        for Limit { percentile, within } in objective.limits {
            let place = match percentile {
                Percentile::P50 => &mut table.p50,
                Percentile::P75 => &mut table.p75,
                Percentile::P90 => &mut table.p90,
                Percentile::P95 => &mut table.p95,
                Percentile::P99 => &mut table.p99,
                Percentile::P999 => &mut table.p999,
            };
            *place = Some(written(within));
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Objective {
        text.parse().unwrap()
    }

    #[test]
    fn an_objective_is_read_as_people_write_it_and_shown_as_they_read_it() {
        for text in ["p99 < 50ms", "p99<=50ms", "p99 ≤ 50 ms", " p99 <= 0.05s ,"] {
            assert_eq!(parsed(text).to_string(), "p99 ≤ 50 ms", "{text}");
        }
        let two = parsed("p99 < 50ms, p50 < 500us");
        assert_eq!(two.to_string(), "p50 ≤ 500 µs, p99 ≤ 50 ms");
        assert_eq!(two, parsed(&two.to_string()));
        assert_eq!(two.strictest().percentile, Percentile::P99);
    }

    #[test]
    fn what_is_no_objective_is_refused_with_a_sentence_that_says_how_to_write_it() {
        let cases = [
            ("", "needs at least one limit"),
            ("50ms", "`50ms` is no latency limit"),
            ("p98 < 50ms", "`p98 < 50ms` is no latency limit"),
            ("p99 < 50", "`50` is no time"),
            ("p99 < 0ms", "is no time"),
            ("p99 < 2h", "is no time"),
            ("p99 < -1s", "is no time"),
            ("p99 < 5ms, p99 < 6ms", "p99 is limited twice"),
        ];
        for (text, part) in cases {
            let error = text.parse::<Objective>().unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn in_a_file_it_is_a_table_of_percentiles() {
        let objective = parsed("p50 < 1500us, p99 < 1.5s");
        let table = serde_json::to_string(&objective).unwrap();
        assert_eq!(table, r#"{"p50":"1ms500µs","p99":"1s500ms"}"#);
        assert_eq!(serde_json::from_str::<Objective>(&table).unwrap(), objective);
        for wrong in [r"{}", r#"{"p98":"1s"}"#, r#"{"p99":"never"}"#] {
            assert!(serde_json::from_str::<Objective>(wrong).is_err(), "{wrong}");
        }
    }
}
