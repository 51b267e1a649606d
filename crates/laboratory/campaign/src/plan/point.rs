//! The points of a campaign that varies its load.

use std::{collections::BTreeSet, fmt};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Plan;
use crate::matrix::Load;

/// What is different in a cell from the plan's load.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[schemars(with = "String")]
#[serde(into = "String", try_from = "String")]
pub enum Point {
    /// So many workers of each contender.
    Workers(u32),
    /// So many connections of the driver.
    Connections(u32),
}

impl Point {
    /// The points that a text such as `workers=1,2` names.
    ///
    /// # Errors
    /// They are not at least two different numbers of workers or connections.
    pub fn several(text: &str) -> Result<Vec<Self>, String> {
        let points = text.split_once('=').and_then(|(what, numbers)| {
            let point = |number: &str| Self::of(what, number);
            numbers.split(',').map(point).collect::<Option<BTreeSet<Self>>>()
        });
        let points = points.filter(|points| points.len() > 1);
        points.map(|points| points.into_iter().collect()).ok_or_else(|| {
            "name at least two numbers, such as workers=1,2 or connections=8,120".to_owned()
        })
    }

    fn of(what: &str, number: &str) -> Option<Self> {
        let number = number.parse().ok()?;
        match what {
            "workers" => Some(Self::Workers(number)),
            "connections" => Some(Self::Connections(number)),
            _ => None,
        }
    }

    /// What varies.
    #[must_use]
    pub fn what(self) -> &'static str {
        match self {
            Self::Workers(_) => "workers",
            Self::Connections(_) => "connections",
        }
    }

    /// How many there are of it.
    #[must_use]
    pub fn number(self) -> u32 {
        match self {
            Self::Workers(number) | Self::Connections(number) => number,
        }
    }

    /// The load at this point. wrk gets the most of its threads among which the connections can be divided evenly.
    pub(super) fn load(self, load: &Load) -> Load {
        match self {
            Self::Workers(workers) => Load { workers: Some(workers), ..load.clone() },
            Self::Connections(connections) => Load {
                connections,
                threads: common_divisor(connections, load.threads),
                ..load.clone()
            },
        }
    }
}

fn common_divisor(one: u32, other: u32) -> u32 {
    if other == 0 { one } else { common_divisor(other, one % other) }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}={}", self.what(), self.number()))
    }
}

impl From<Point> for String {
    fn from(point: Point) -> Self {
        point.to_string()
    }
}

impl TryFrom<String> for Point {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parts = text.split_once('=');
        parts
            .and_then(|(what, number)| Self::of(what, number))
            .ok_or_else(|| format!("{text:?} is no point of a load"))
    }
}

impl Plan {
    /// The plan of one of its points alone; the plan itself where none is named.
    #[must_use]
    pub fn at(&self, point: Option<Point>) -> Self {
        let Some(point) = point else { return self.clone() };
        Self { load: point.load(&self.load), points: vec![point], ..self.clone() }
    }

    /// The point whose figures the decision rests on: that of the plan's own load, or else the last.
    #[must_use]
    pub fn deciding_point(&self) -> Option<Point> {
        let is_own = |point: &&Point| match **point {
            Point::Workers(workers) => self.load.workers == Some(workers),
            Point::Connections(connections) => self.load.connections == connections,
        };
        self.points.iter().find(is_own).or(self.points.last()).copied()
    }

    /// The most connections of a driver.
    #[must_use]
    pub fn most_connections(&self) -> u32 {
        let at_points = self.points.iter().map(|point| point.load(&self.load).connections);
        at_points.fold(self.load.connections, u32::max)
    }

    /// The points of its cells; one that is none where the load does not vary.
    pub(super) fn cell_points(&self) -> Vec<Option<Point>> {
        if self.points.is_empty() {
            return vec![None];
        }
        self.points.iter().copied().map(Some).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn points_are_at_least_two_numbers_of_one_kind_in_order() {
        let workers = [Point::Workers(1), Point::Workers(2)];
        assert_eq!(Point::several("workers=2,1,2").unwrap(), workers);
        assert!(Point::several("connections=8,120,1000").unwrap().len() == 3);
        for text in
            ["workers", "workers=", "workers=1", "workers=1,1", "threads=1,2", "workers=1,x"]
        {
            assert!(Point::several(text).is_err(), "{text}");
        }
        for point in workers {
            assert_eq!(Point::try_from(String::from(point)), Ok(point));
        }
    }

    #[test]
    fn wrk_gets_the_most_threads_among_which_the_connections_divide() {
        let load = Load {
            connections: 120,
            threads: 12,
            workers: None,
            duration: Duration::ZERO,
            warmup: Duration::ZERO,
            rounds: 1,
        };
        for (connections, threads) in [(8, 4), (120, 12), (1000, 4), (7, 1)] {
            let at = Point::Connections(connections).load(&load);
            assert_eq!((at.connections, at.threads), (connections, threads));
        }
    }
}
