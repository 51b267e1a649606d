//! Which criteria decide.

use super::Pair;
use crate::{matrix::Criterion, report::sentence::list};

/// A gap this small a part of the largest one is not worth a word.
const SMALL: f64 = 0.05;

impl Pair<'_> {
    /// Which criteria make the difference.
    pub(super) fn why(&self) -> String {
        let largest = self.criteria().map(|(_, one)| one.log.abs()).fold(0.0, f64::max);
        let side = |sign: f64| {
            let mut gaps: Vec<(&Criterion, f64)> = self
                .criteria()
                .map(|(criterion, one)| (criterion, one.log * sign))
                .filter(|&(_, log)| log > SMALL * largest)
                .collect();
            gaps.sort_by(|one, other| other.1.total_cmp(&one.1));
            gaps
        };
        let names = |gaps: &[(&Criterion, f64)]| {
            list(&gaps.iter().map(|(criterion, _)| criterion.to_string()).collect::<Vec<_>>())
        };
        let (own, others) = (side(1.0), side(-1.0));
        let winner = self.reasons.winner;
        let runner_up = self.reasons.runner_up;
        let speaks = |gaps: &[(&Criterion, f64)]| if gaps.len() == 1 { "speaks" } else { "speak" };
        let against = if others.is_empty() {
            String::new()
        } else {
            format!("; {} {} for {runner_up}", names(&others), speaks(&others))
        };
        let all: f64 = own.iter().map(|(_, log)| log).sum();
        let text = match own.as_slice() {
            [] => format!("no criterion speaks for {winner}"),
            _ if self.tied() => format!("{} {} for {winner}", names(&own), speaks(&own)),
            [only] => format!("{} decides", only.0),
            [first, rest @ ..] if first.1 * 2.0 >= all => {
                let gaps = if rest.len() == 1 { "the other gap is" } else { "the other gaps are" };
                format!("{} decides; {gaps} {}", first.0, names(rest))
            }
            all => format!("{} decide together", names(all)),
        };
        format!("{}{against}.", capitalised(&text))
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}
