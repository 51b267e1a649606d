//! Latency at constant rates: one table for each scenario, with a column for each rate.

use super::narrow::{Narrow, wrapped};
use crate::{
    analysis::{Analysis, decision::Decision, summary::Summary},
    human::NO_FIGURE,
    matrix::Metric,
    plan::PACES,
    record::campaign::Campaign,
    report::{
        figure::{Marked, marks},
        rates::range,
    },
};

const RATES: usize = PACES.len();
/// The contender, its p99 at each rate, and what a reader must know of the figures.
const COLUMNS: usize = RATES + 2;

/// Each table below a line that says what it is of; none where the campaign has no constant rates.
pub(super) fn tables(campaign: &Campaign, analysis: &Analysis, width: u16) -> Vec<String> {
    let scenarios = campaign.plan.scenarios.iter();
    scenarios.filter_map(|one| table(campaign, analysis, &one.name, width)).collect()
}

fn table(campaign: &Campaign, analysis: &Analysis, scenario: &str, width: u16) -> Option<String> {
    let names = in_order(&analysis.decision, &campaign.plan.contender_names());
    let of = |contender: &str| {
        PACES.map(|driver| {
            analysis.summaries.iter().find(|one| {
                (one.contender.as_str(), one.scenario.as_str(), one.driver)
                    == (contender, scenario, driver)
            })
        })
    };
    let measured = names.iter().map(|name| (*name, of(name)));
    let rows = measured.filter(|(_, cells)| cells.iter().any(Option::is_some));
    let rows = rows.map(|(contender, cells)| row(contender, cells)).collect();
    let rates = PACES.map(|driver| campaign.rates(scenario, driver));
    let by_machine = if rates.iter().any(|rates| rates.len() > 1) { ", by machine" } else { "" };
    let rates = rates.map(|rates| format!("at {}", range(&rates).as_deref().unwrap_or(NO_FIGURE)));
    let mut header = [""; COLUMNS];
    header[0] = "contender";
    for (column, rate) in header[1..].iter_mut().zip(&rates) {
        *column = rate;
    }
    header[COLUMNS - 1] = "notes";
    let by_need: [usize; COLUMNS] = std::array::from_fn(|place| place);
    let table = Narrow { header, rows, by_need: &by_need, kept: COLUMNS - 1, words: 1 };
    let table = table.rendered(width)?;
    let title = format!("{scenario}, p99 at constant rates in requests/s{by_machine}");
    Some(format!("{}\n{table}", wrapped(&title, width)))
}

fn row(contender: &str, cells: [Option<&Summary>; RATES]) -> [String; COLUMNS] {
    let latency = |cell: Option<&Summary>| match cell {
        Some(cell) => {
            let p99 = Marked::of(cell, Metric::P99Us);
            Marked { marks: Vec::new(), ..p99 }.to_string()
        }
        None => NO_FIGURE.to_owned(),
    };
    let any = |is_so: fn(&Summary) -> bool| cells.iter().flatten().any(|cell| is_so(cell));
    let marks = marks(any(|cell| cell.latency_censored), any(|cell| cell.disturbed > 0));
    let excluded: usize = cells.iter().flatten().map(|cell| cell.excluded()).sum();
    let excluded = (excluded > 0).then(|| format!("{excluded} excluded"));
    let notes: Vec<String> = marks.into_iter().map(str::to_owned).chain(excluded).collect();
    let mut row = std::array::from_fn(|_| String::new());
    contender.clone_into(&mut row[0]);
    for (column, cell) in row[1..].iter_mut().zip(cells) {
        *column = latency(cell);
    }
    row[COLUMNS - 1] = notes.join(", ");
    row
}

/// The best contender of the decision first.
fn in_order<'a>(decision: &Decision, names: &[&'a str]) -> Vec<&'a str> {
    let mut names = names.to_vec();
    names.sort_by_key(|name| super::summaries::place(decision, name));
    names
}
