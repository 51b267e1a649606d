//! What the plots of a scenario show, and the table behind each.

use minijinja::{Value, context, value::Serde};

use super::ink;
use crate::{
    analysis::summary::Summary,
    human::{kib, micros, number, shown},
    matrix::Metric,
    record::{campaign::Campaign, limiter::Limiter, middle, sample::Sample},
    report::plot::{
        curves::{self, Curve},
        memory::{self, Bar},
        strip::{self, Dot, Row},
    },
};

/// The cells of a scenario under a driver.
pub(super) struct Cells<'a> {
    pub(super) campaign: &'a Campaign,
    pub(super) summaries: &'a [&'a Summary],
    /// The scenario and its driver.
    pub(super) name: &'a str,
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
    pub(super) fn throughput(&self) -> Value {
        let figure = Figure {
            of: |sample| sample.requests_per_s,
            metric: Metric::RequestsPerS,
            unit: number,
        };
        self.strip("Throughput", figure)
    }

    /// The capacity in requests per second, likewise.
    pub(super) fn capacity(&self) -> Value {
        let figure = Figure {
            of: |sample| sample.capacity_per_s,
            metric: Metric::CapacityPerS,
            unit: number,
        };
        self.strip("Capacity", figure)
    }

    /// CPU time of the server per request, likewise.
    pub(super) fn cpu(&self) -> Value {
        let figure = Figure {
            of: |sample| sample.server_cpu_us_per_request,
            metric: Metric::ServerCpuUsPerRequest,
            unit: micros,
        };
        self.strip("CPU time per request", figure)
    }

    fn strip(&self, title: &str, figure: Figure) -> Value {
        let mut rows: Vec<(Row, Value)> =
            self.summaries.iter().map(|summary| self.row(summary, figure)).collect();
        let rank = |row: &Row| {
            let figure_of =
                row.level.map(|level| level.estimate).or(row.dots.first().map(|dot| dot.figure));
            let turned = |value: f64| if figure.metric.more_is_better() { value } else { -value };
            figure_of.map_or(f64::NEG_INFINITY, turned)
        };
        rows.sort_by(|(one, _), (other, _)| rank(other).total_cmp(&rank(one)));
        let (rows, table): (Vec<Row>, Vec<Value>) = rows.into_iter().unzip();
        let title =
            format!("{title} of every contender in {}; the table below has the figures", self.name);
        let plot = strip::plot(&title, &rows, figure.unit);
        context! { plot => Value::from_safe_string(plot), table }
    }

    fn row(&self, summary: &Summary, figure: Figure) -> (Row, Value) {
        let samples: Vec<&Sample> = self.samples(summary).collect();
        let last = samples.len().saturating_sub(1).max(1) as f64;
        let dots: Vec<Dot> = samples
            .iter()
            .enumerate()
            .filter_map(|(at, sample)| {
                let order = if samples.len() == 1 { 0.5 } else { at as f64 / last };
                let figure = (figure.of)(sample).filter(|figure| *figure > 0.0)?;
                Some(Dot { figure, order, valid: sample.is_ok() })
            })
            .collect();
        let valid: Vec<f64> = dots.iter().filter(|dot| dot.valid).map(|dot| dot.figure).collect();
        let level = statistics::level(&valid);
        let interval = level
            .map(|level| format!("{} to {}", (figure.unit)(level.low), (figure.unit)(level.high)));
        let mean = summary.figure(figure.metric);
        let sign = if summary.is_lower_bound(figure.metric) { "≥ " } else { "" };
        let bad = summary.excluded();
        let label = mean.map_or_else(
            || format!("{bad} not valid"),
            |mean| format!("{sign}{}", (figure.unit)(mean)),
        );
        let table = context! {
            contender => &summary.contender,
            mean => shown(mean, figure.unit),
            interval => &interval,
            least => shown(valid.iter().copied().reduce(f64::min), figure.unit),
            most => shown(valid.iter().copied().reduce(f64::max), figure.unit),
            ok => summary.ok,
            limiter => summary.limiter.map(Limiter::word),
            bad,
        };
        let row = Row {
            name: summary.contender.clone(),
            ink: ink(&self.campaign.plan, &summary.contender),
            dots,
            level,
            label,
            note: interval.unwrap_or_default(),
        };
        (row, table)
    }

    fn samples(&self, summary: &Summary) -> impl Iterator<Item = &Sample> {
        self.campaign.samples.iter().filter(|sample| {
            sample.contender == summary.contender
                && sample.scenario == summary.scenario
                && sample.driver == summary.driver
        })
    }

    /// The percentiles of the merged histograms.
    pub(super) fn latency(&self) -> Value {
        let curves: Vec<Curve> = self
            .summaries
            .iter()
            .map(|summary| Curve {
                name: summary.contender.clone(),
                ink: ink(&self.campaign.plan, &summary.contender),
                points: summary.curve.clone(),
            })
            .collect();
        let title = format!(
            "Latency percentiles of every contender in {}; the table below has the figures",
            self.name
        );
        let table: Vec<Value> = self
            .summaries
            .iter()
            .map(|summary| {
                let last = summary.curve.last();
                context! { ends => last.map(|&(share, us)| format!("{} % in {}", percent(share), micros(us))), ..Serde(*summary) }
            })
            .collect();
        let plot = Value::from_safe_string(curves::plot(&title, &curves, micros));
        context! { plot, table }
    }

    /// The process tree of the median trial, by process.
    pub(super) fn memory(&self) -> Value {
        let mut bars: Vec<(Bar, Value)> =
            self.summaries.iter().map(|summary| self.bar(summary)).collect();
        let whole = |bar: &Bar| bar.processes.iter().map(|(_, kb)| kb).sum::<f64>();
        bars.sort_by(|(one, _), (other, _)| whole(one).total_cmp(&whole(other)));
        let (bars, table): (Vec<Bar>, Vec<Value>) = bars.into_iter().unzip();
        let title = format!(
            "Memory of every contender's processes in {}; the table below has the figures",
            self.name
        );
        let plot = Value::from_safe_string(memory::plot(&title, &bars));
        context! { plot, table }
    }

    fn bar(&self, summary: &Summary) -> (Bar, Value) {
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
        let words: Vec<String> =
            processes.iter().map(|(name, kb)| format!("{name} {}", kib(*kb))).collect();
        let table = context! {
            contender => &summary.contender,
            tree => shown(summary.peak_rss_tree_kb, kib),
            processes => words,
            largest => shown(summary.peak_rss_largest_kb, kib),
        };
        let bar = Bar {
            name: summary.contender.clone(),
            ink: ink(&self.campaign.plan, &summary.contender),
            label: shown(summary.peak_rss_tree_kb, kib),
            processes,
        };
        (bar, table)
    }
}

/// A share in percent, with as many nines as it has.
fn percent(share: f64) -> String {
    let text = format!("{:.2}", share * 100.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
