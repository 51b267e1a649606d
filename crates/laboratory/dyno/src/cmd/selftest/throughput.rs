//! One server under two names, and the same with a known CPU time planted in every request.

use campaign::{
    analysis::{
        Analysis,
        verdicts::{PairwiseResult, Verdict},
    },
    human::number,
    load_driver::LoadDriver,
    matrix::{Matrix, Metric},
};

use super::{Arguments, Part, pair, planted, shown};
use crate::{output::say, tools::wrk_is_meant};

/// The contenders of `selftest.toml` in this scenario: twins, and one that is slowed.
const SCENARIO: &str = "validate";
const TWINS: [&str; 2] = ["twin-a", "twin-b"];
const SLOWED: &str = "slowed";
const CONTENDERS: [&str; 3] = [TWINS[0], TWINS[1], SLOWED];
/// The slowed contender's variable with the planted microseconds of CPU time.
const PLANTED_US: &str = "PLANTED_US";

pub(super) fn part(arguments: &Arguments) -> Part {
    let driver = if wrk_is_meant() { LoadDriver::Wrk } else { LoadDriver::Dyno };
    Part {
        contenders: &CONTENDERS,
        scenario: SCENARIO,
        drivers: vec![driver],
        rounds: arguments.rounds,
        faults,
    }
}

fn faults(matrix: &Matrix, analysis: &Analysis) -> anyhow::Result<Vec<String>> {
    let mut faults = Vec::new();
    for metric in Metric::ALL.into_iter().filter(|&metric| metric != Metric::CapacityPerS) {
        let Some(twins) = pair(analysis, metric, TWINS[0], TWINS[1]) else {
            faults.push(format!("nothing compares the twins in {}", metric.title()));
            continue;
        };
        say!("A/A      {:30} {}", metric.title(), shown(twins));
        if matches!(verdict(twins), Verdict::ABetter | Verdict::BBetter) {
            faults.push(format!("a difference between the twins was found in {}", metric.title()));
        }
    }
    for metric in [Metric::RequestsPerS, Metric::ServerCpuUsPerRequest] {
        for twin in TWINS {
            let found = pair(analysis, metric, twin, SLOWED);
            let shown = found.map_or_else(|| "–".to_owned(), shown);
            say!("planted  {:30} {shown}", metric.title());
            if found.map(verdict) != Some(Verdict::ABetter) {
                faults.push(format!("the planted slowdown was not found in {}", metric.title()));
            }
        }
    }
    for twin in TWINS {
        faults.extend(wrong_size(matrix, analysis, twin)?);
    }
    Ok(faults)
}

/// The verdict, or what the interval of a throughput shows where the driver was the bottleneck. A campaign claims nothing
/// then, since it cannot know how much faster a server is; here the truth is known.
fn verdict(pair: &PairwiseResult) -> Verdict {
    match (pair.verdict, pair.low, pair.high) {
        (Verdict::DriverBound, Some(low), _) if low > 1.0 => Verdict::ABetter,
        (Verdict::DriverBound, _, Some(high)) if high < 1.0 => Verdict::BBetter,
        (verdict, ..) => verdict,
    }
}

/// Whether the CPU time found differs from what was planted.
///
/// The truth itself is known only to the margin: the other cost of a request is taken from the
/// twin, which serves many times as many requests and so wakes up for several at a time.
fn wrong_size(matrix: &Matrix, analysis: &Analysis, twin: &str) -> anyhow::Result<Option<String>> {
    let metric = Metric::ServerCpuUsPerRequest;
    let interval = pair(analysis, metric, twin, SLOWED).and_then(|it| it.low.zip(it.high));
    let summary = analysis.summaries.iter().find(|summary| summary.contender == twin);
    let own = summary.and_then(|summary| summary.server_cpu_us_per_request);
    let planted = planted(matrix, SLOWED, PLANTED_US)?;
    let (Some(own), Some((low, high))) = (own, interval) else {
        return Ok(Some(format!("nothing tells the size of the planted slowdown against {twin}")));
    };
    let truth = own / (own + planted);
    let margin = matrix.decision.margin;
    say!(
        "planted  {} of {} µs: true ratio {} (known to {} %), interval {} to {}",
        number(planted),
        number(own + planted),
        number(truth),
        number(margin * 100.0),
        number(low),
        number(high)
    );
    let (low, high) = (low / (1.0 + margin), high * (1.0 + margin));
    Ok((!(low..=high).contains(&truth)).then(|| {
        format!("the interval against {twin} misses the true size of the planted slowdown")
    }))
}
