//! The original study's figures, to stand beside ours. The parser that reads our output of wrk reads its texts, too.

use serde::{Deserialize, Serialize};

use crate::driver_output::WrkText;

const FILE: &str = include_str!("../../data/original-study.toml");

#[derive(Deserialize)]
struct Study {
    #[serde(rename = "cell")]
    cells: Vec<Published>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Published {
    contender: String,
    scenario: String,
    command: String,
    peak_rss_kb: u32,
    worker_mb: Option<u32>,
    text: String,
}

/// A cell of the study.
#[derive(Debug, Clone, Serialize)]
pub(super) struct StudyCell {
    pub contender: String,
    pub scenario: String,
    pub command: String,
    pub text: String,
    /// None if no response finished in the window: not a speed of zero, but an invalid measurement.
    pub requests_per_s: Option<f64>,
    pub latency_mean_us: Option<f64>,
    pub timeouts: u64,
    pub peak_rss_largest_kb: f64,
    /// With the worker, if the study reports one.
    pub peak_rss_tree_kb: f64,
}

/// The study's cells.
pub(super) fn cells() -> anyhow::Result<Vec<StudyCell>> {
    let study: Study = toml::from_str(FILE)?;
    study.cells.into_iter().map(cell).collect()
}

fn cell(published: Published) -> anyhow::Result<StudyCell> {
    let wrk = WrkText::parse(&published.text)?;
    let largest = f64::from(published.peak_rss_kb);
    Ok(StudyCell {
        requests_per_s: (wrk.requests > 0).then_some(wrk.requests_per_s),
        latency_mean_us: wrk.latency.mean,
        timeouts: wrk.errors.timeout,
        peak_rss_largest_kb: largest,
        peak_rss_tree_kb: largest + f64::from(published.worker_mb.unwrap_or(0)) * 1024.0,
        contender: published.contender,
        scenario: published.scenario,
        command: published.command,
        text: published.text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver_output::Errors;

    fn published() -> Vec<(String, WrkText)> {
        let study: Study = toml::from_str(FILE).unwrap();
        study
            .cells
            .iter()
            .map(|cell| {
                let name = format!("{}/{}", cell.contender, cell.scenario);
                (name, WrkText::parse(&cell.text).unwrap())
            })
            .collect()
    }

    #[test]
    fn the_six_texts_of_the_study_are_read_to_the_last_figure() {
        let read: Vec<_> = published()
            .iter()
            .map(|(name, wrk)| (name.clone(), wrk.requests, wrk.non_2xx, wrk.requests_per_s))
            .collect();
        let expected = [
            ("fastapi/validate", 18_653, 9505, 1848.28),
            ("fastapi/static", 0, 0, 0.0),
            ("aiohttp/validate", 16_762, 8424, 1661.69),
            ("aiohttp/static", 3771, 0, 373.55),
            ("flask/validate", 3086, 1593, 305.81),
            ("flask/static", 3982, 0, 394.30),
        ];
        assert_eq!(read.len(), expected.len());
        for ((name, requests, non_2xx, rate), expected) in read.iter().zip(expected) {
            assert_eq!((name.as_str(), *requests, *non_2xx, *rate), expected);
        }
        for (name, wrk) in published() {
            assert_eq!((wrk.threads, wrk.connections), (10, 120), "{name}");
            assert_eq!(wrk.latency.p99, None, "{name}: the study printed no percentiles");
        }
    }

    #[test]
    fn nan_is_no_latency_and_timeouts_are_kept() {
        let published = published();
        assert_eq!(published[1].1.latency.mean, None);
        assert_eq!(published[4].1.errors, Errors { timeout: 39, ..Errors::default() });
        assert_eq!(published[4].1.latency.max, Some(2_000_000.0));
    }

    #[test]
    fn the_row_without_an_answer_has_no_speed_and_gunicorns_worker_counts() {
        let cells = cells().unwrap();
        assert_eq!(cells[1].requests_per_s, None);
        assert!(cells[4].peak_rss_tree_kb > cells[4].peak_rss_largest_kb + 32_000.0);
    }
}
