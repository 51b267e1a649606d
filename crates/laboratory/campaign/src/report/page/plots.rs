//! What the plots of a scenario show, and the table behind each.

use super::{ink, marks::mark, table::Table};
use crate::{
    analysis::summary::Summary,
    human::{NO_FIGURE, kib, micros, number, shown},
    matrix::Metric,
    record::{campaign::Campaign, limiter::Limiter, middle, sample::Sample},
    report::{
        figure::Marked,
        plot::{
            curves::{self, Curve},
            mark::Mark,
            memory::{self, Bar},
            strip::{self, Dot, Row},
        },
    },
};

/// What is in the tables behind the plots.
const LEVEL: [&str; 8] =
    ["contender", "mean", "95 % CI", "min", "max", "limiter", "valid samples", "excluded"];
const PERCENTILES: [&str; 7] = [
    "contender",
    "50\u{a0}%",
    "90\u{a0}%",
    "99\u{a0}%",
    "99.9\u{a0}%",
    "curve ends at",
    "connections",
];
const TREE: [&str; 4] =
    ["contender", "processes of the median trial", "tree", "largest process (GNU time)"];

/// The cells of a scenario under a driver.
pub(super) struct Cells<'a> {
    pub(super) campaign: &'a Campaign,
    pub(super) summaries: &'a [&'a Summary],
    /// The scenario and its driver.
    pub(super) name: &'a str,
}

/// A plot, and the table behind it.
pub(super) struct Drawn {
    /// As SVG.
    pub(super) plot: String,
    pub(super) table: Table,
}

/// A figure of a sample, and how it is written.
#[derive(Clone, Copy)]
struct Figure {
    of: fn(&Sample) -> Option<f64>,
    metric: Metric,
    unit: fn(f64) -> String,
}

impl Cells<'_> {
    /// Requests per second: every sample, the mean and its interval.
    pub(super) fn throughput(&self) -> Drawn {
        let figure = Figure {
            of: |sample| sample.requests_per_s,
            metric: Metric::RequestsPerS,
            unit: number,
        };
        self.strip("Throughput", figure)
    }

    /// The capacity in requests per second, likewise.
    pub(super) fn capacity(&self) -> Drawn {
        let figure = Figure {
            of: |sample| sample.capacity_per_s,
            metric: Metric::CapacityPerS,
            unit: number,
        };
        self.strip("Capacity", figure)
    }

    /// CPU time of the server per request, likewise.
    pub(super) fn cpu(&self) -> Drawn {
        let figure = Figure {
            of: |sample| sample.server_cpu_us_per_request,
            metric: Metric::ServerCpuUsPerRequest,
            unit: micros,
        };
        self.strip("CPU time per request", figure)
    }

    fn strip(&self, title: &str, figure: Figure) -> Drawn {
        let mut rows: Vec<(Row, Vec<String>)> =
            self.summaries.iter().map(|summary| self.row(summary, figure)).collect();
        let rank = |row: &Row| {
            let figure_of =
                row.level.map(|level| level.estimate).or(row.dots.first().map(|dot| dot.figure));
            let turned = |value: f64| if figure.metric.more_is_better() { value } else { -value };
            figure_of.map_or(f64::NEG_INFINITY, turned)
        };
        rows.sort_by(|(one, _), (other, _)| rank(other).total_cmp(&rank(one)));
        let (rows, words): (Vec<Row>, Vec<Vec<String>>) = rows.into_iter().unzip();
        let title =
            format!("{title} of every contender in {}; the table below has the figures", self.name);
        Drawn {
            plot: strip::plot(&title, &rows, figure.unit),
            table: Table { columns: &LEVEL, words: 1, rows: words },
        }
    }

    fn row(&self, summary: &Summary, figure: Figure) -> (Row, Vec<String>) {
        let samples: Vec<&Sample> = self.samples(summary).collect();
        let last = samples.len().saturating_sub(1).max(1) as f64;
        let dots: Vec<Dot> = samples
            .iter()
            .enumerate()
            .filter_map(|(at, sample)| {
                let order = if samples.len() == 1 { 0.5 } else { at as f64 / last };
                let figure = (figure.of)(sample).filter(|figure| *figure > 0.0)?;
                Some(Dot { figure, order, mark: mark(sample) })
            })
            .collect();
        let counts = |dot: &&Dot| matches!(dot.mark, Mark::Sound | Mark::Disturbed);
        let valid: Vec<f64> = dots.iter().filter(counts).map(|dot| dot.figure).collect();
        let level = statistics::level(&valid);
        let interval = level
            .map(|level| format!("{} to {}", (figure.unit)(level.low), (figure.unit)(level.high)));
        let mean = Marked::of(summary, figure.metric);
        let bad = summary.excluded();
        let label = match summary.figure(figure.metric) {
            Some(_) => mean.to_string(),
            None => format!("{bad} not valid"),
        };
        let words = vec![
            summary.contender.clone(),
            mean.to_string(),
            interval.clone().unwrap_or_else(|| NO_FIGURE.to_owned()),
            shown(valid.iter().copied().reduce(f64::min), figure.unit),
            shown(valid.iter().copied().reduce(f64::max), figure.unit),
            summary.limiter.map_or(NO_FIGURE, Limiter::word).to_owned(),
            summary.ok.to_string(),
            bad.to_string(),
        ];
        let row = Row {
            name: summary.contender.clone(),
            ink: ink(&self.campaign.plan, &summary.contender),
            dots,
            level,
            label,
            note: interval.unwrap_or_default(),
        };
        (row, words)
    }

    fn samples(&self, summary: &Summary) -> impl Iterator<Item = &Sample> {
        self.campaign.samples.iter().filter(|sample| {
            sample.contender == summary.contender
                && sample.scenario == summary.scenario
                && sample.driver == summary.driver
        })
    }

    /// The percentiles of the merged histograms.
    pub(super) fn latency(&self) -> Drawn {
        let curves: Vec<Curve> = self
            .summaries
            .iter()
            .map(|summary| Curve {
                name: summary.contender.clone(),
                ink: ink(&self.campaign.plan, &summary.contender),
                points: summary.curve.clone(),
                disturbed: summary.disturbed > 0,
            })
            .collect();
        let title = format!(
            "Latency percentiles of every contender in {}; the table below has the figures",
            self.name
        );
        Drawn {
            plot: curves::plot(&title, &curves, micros),
            table: Table {
                columns: &PERCENTILES,
                words: 1,
                rows: self.summaries.iter().map(|summary| percentiles(summary)).collect(),
            },
        }
    }

    /// The process tree of the median trial, by process.
    pub(super) fn memory(&self) -> Drawn {
        let mut bars: Vec<(Bar, Vec<String>)> =
            self.summaries.iter().map(|summary| self.bar(summary)).collect();
        let whole = |bar: &Bar| bar.processes.iter().map(|(_, kb)| kb).sum::<f64>();
        bars.sort_by(|(one, _), (other, _)| whole(one).total_cmp(&whole(other)));
        let (bars, rows): (Vec<Bar>, Vec<Vec<String>>) = bars.into_iter().unzip();
        let title = format!(
            "Memory of every contender's processes in {}; the table below has the figures",
            self.name
        );
        Drawn { plot: memory::plot(&title, &bars), table: Table { columns: &TREE, words: 2, rows } }
    }

    fn bar(&self, summary: &Summary) -> (Bar, Vec<String>) {
        let middle = middle::by_memory(self.samples(summary).filter(|sample| sample.is_ok()));
        let known = middle.and_then(|sample| self.campaign.processes(sample)).map(|processes| {
            processes
                .iter()
                .map(|one| (one.name.clone(), one.peak_rss_kb as f64))
                .collect::<Vec<_>>()
        });
        // Without the list of processes the tree is one piece.
        let whole = middle.and_then(|sample| sample.peak_rss_tree_kb).map(|kb| kb as f64);
        let processes =
            known.or(whole.map(|kb| vec![("the whole tree".to_owned(), kb)])).unwrap_or_default();
        let listed: Vec<String> =
            processes.iter().map(|(name, kb)| format!("{name} {}", kib(*kb))).collect();
        let words = vec![
            summary.contender.clone(),
            listed.join(" + "),
            shown(summary.peak_rss_tree_kb, kib),
            shown(summary.peak_rss_largest_kb, kib),
        ];
        let bar = Bar {
            name: summary.contender.clone(),
            ink: ink(&self.campaign.plan, &summary.contender),
            label: shown(summary.peak_rss_tree_kb, kib),
            processes,
        };
        (bar, words)
    }
}

/// By [`PERCENTILES`].
fn percentiles(summary: &Summary) -> Vec<String> {
    let late = summary.latency_censored;
    let own = [
        (summary.p50_us, false),
        (summary.p90_us, false),
        (summary.p99_us, late),
        (summary.p999_us, late),
    ];
    let ends =
        summary.curve.last().map(|&(share, us)| format!("{} % in {}", percent(share), micros(us)));
    let connections = summary.peak_connections.map(|count| count.to_string());
    let mut words = vec![summary.contender.clone()];
    words.extend(own.map(|(us, late)| Marked::latency(summary, us, late).to_string()));
    words.extend([ends, connections].map(|word| word.unwrap_or_else(|| NO_FIGURE.to_owned())));
    words
}

/// A share in percent, with as many nines as it has.
fn percent(share: f64) -> String {
    let text = format!("{:.2}", share * 100.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
