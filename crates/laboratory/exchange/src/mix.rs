//! What a load of exchanges is made of: in which order they are asked, and what the answers add up
//! to.

use crate::{Error, Exchange};

/// The longest sequence of requests before it repeats.
const LONGEST: usize = 1_000_000;
/// Weights are kept to within this share of each.
const PRECISION: f64 = 0.001;
/// How often the rarest exchange comes in a sequence, at most.
const RAREST: u32 = 100;

/// A load of exchanges. The order is fixed: the same file gives the same load.
#[derive(Debug, Clone, PartialEq)]
pub struct Mix {
    /// The exchanges as they are asked, by their numbers in the file; then it repeats.
    pub order: Vec<usize>,
    /// The share of answers that the exchanges require to be refusals, 0 to 1.
    pub refused_share: f64,
    /// By how many refusals any stretch of the order can differ from that share.
    pub refused_slack: f64,
    /// The size of every right body in bytes, if it is known and always the same.
    pub body_bytes: Option<u64>,
    /// What is asked for, in words.
    pub endpoint: String,
}

impl Mix {
    /// Mixes exchanges, of which there is at least one, by their weights.
    ///
    /// # Errors
    /// The weights are too far apart, or it is left open whether an answer is a refusal.
    pub fn new(exchanges: &[Exchange]) -> Result<Self, Error> {
        let refused = exchanges.iter().map(refusal).collect::<Result<Vec<bool>, Error>>()?;
        let counts = counts(exchanges)?;
        let order = order(&counts);
        let refused: Vec<bool> = order.iter().map(|&at| refused[at]).collect();
        let share = refused.iter().filter(|&&one| one).count() as f64 / order.len() as f64;
        let mut sizes = exchanges.iter().map(Exchange::body_bytes);
        let first = sizes.next().flatten();
        Ok(Self {
            refused_share: share,
            refused_slack: slack(&refused, share),
            body_bytes: first.filter(|_| sizes.all(|size| size == first)),
            endpoint: endpoint(exchanges),
            order,
        })
    }
}

/// Whether the right answer is a refusal, as drivers count them: a status from 400 on.
fn refusal(exchange: &Exchange) -> Result<bool, Error> {
    let refusals = exchange.statuses().filter(|&status| status >= 400).count();
    match refusals {
        0 => Ok(false),
        some if some == exchange.statuses().count() => Ok(true),
        _ => Err(failure(
            exchange,
            "a load cannot leave it open whether this is refused: allow only statuses below 400, or only others",
        )),
    }
}

fn failure(exchange: &Exchange, message: &str) -> Error {
    let origin = &exchange.origin;
    let (file, line) = (origin.file.clone(), Some(origin.line));
    Error { file, line, message: message.to_owned() }
}

/// How often each exchange comes before the order repeats: as seldom as keeps their weights.
fn counts(exchanges: &[Exchange]) -> Result<Vec<u32>, Error> {
    let rarest = exchanges.iter().map(|one| one.weight).fold(f64::INFINITY, f64::min);
    let of = |times: u32| exchanges.iter().map(move |one| one.weight / rarest * f64::from(times));
    let is_kept = |wanted: f64| (wanted.round() - wanted).abs() <= wanted * PRECISION;
    let times = (1..=RAREST).find(|&times| of(times).all(is_kept)).unwrap_or(RAREST);
    let total: f64 = of(times).sum();
    if total > LONGEST as f64 {
        let heaviest = exchanges.iter().max_by(|a, b| a.weight.total_cmp(&b.weight));
        let heaviest = heaviest.unwrap_or(&exchanges[0]);
        return Err(failure(heaviest, "the weights are too far apart: raise the lowest"));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "they are whole, above 0, and their sum is at most a million"
    )]
    Ok(of(times).map(|wanted| wanted.round() as u32).collect())
}

/// Spreads the turns of each exchange evenly over the sequence; the same weights give the order of
/// the file.
fn order(counts: &[u32]) -> Vec<usize> {
    let turns = counts.iter().enumerate().flat_map(|(at, &count)| {
        (0..count).map(move |turn| ((f64::from(turn) + 0.5) / f64::from(count), at))
    });
    let mut turns: Vec<(f64, usize)> = turns.collect();
    // Stable: of turns at the same place, the first of the file comes first.
    turns.sort_by(|a, b| a.0.total_cmp(&b.0));
    turns.into_iter().map(|(_, at)| at).collect()
}

/// By how much the refusals of any stretch of the repeating sequence differ from its share of all,
/// at most.
fn slack(refused: &[bool], share: f64) -> f64 {
    let (mut sum, mut lowest, mut highest) = (0.0_f64, 0.0_f64, 0.0_f64);
    for &one in refused {
        sum += f64::from(u8::from(one)) - share;
        lowest = lowest.min(sum);
        highest = highest.max(sum);
    }
    highest - lowest
}

/// `GET /hello`, or the first two of several.
fn endpoint(exchanges: &[Exchange]) -> String {
    let mut endpoints: Vec<String> = Vec::new();
    for endpoint in exchanges.iter().map(|one| one.request.endpoint()) {
        if !endpoints.contains(&endpoint) {
            endpoints.push(endpoint);
            if endpoints.len() > 2 {
                return format!("{}, {}, …", endpoints[0], endpoints[1]);
            }
        }
    }
    endpoints.join(", ")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;
    use tempfile::TempDir;

    use super::*;
    use crate::MadeFiles;

    fn mix(lines: &str) -> Result<Mix, Error> {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("a.jsonl"), lines).unwrap();
        Mix::new(
            &crate::read(folder.path(), "a.jsonl".as_ref(), &MadeFiles::new()).unwrap().exchanges,
        )
    }

    fn line(path: &str, status: &str, weight: f64) -> String {
        format!(
            "{{\"request\":\"GET {path}\",\"response\":{{\"status\":{status}}},\"weight\":{weight}}}\n"
        )
    }

    #[test]
    fn equal_weights_keep_the_order_of_the_file() {
        let mix = mix(&[line("/a", "200", 2.0), line("/b", "404", 2.0)].concat()).unwrap();
        assert_eq!(mix.order, [0, 1]);
        assert_eq!((mix.refused_share, mix.refused_slack), (0.5, 0.5));
        assert_eq!(mix.endpoint, "GET /a, GET /b");
    }

    #[test]
    fn a_rare_exchange_is_in_the_midst_of_the_others() {
        let mix = mix(&[line("/a", "200", 1.0), line("/b", "[400, 422]", 0.25)].concat()).unwrap();
        assert_eq!(mix.order, [0, 0, 1, 0, 0]);
        assert!((mix.refused_share - 0.2).abs() < 1e-12);
    }

    #[test]
    fn an_answer_that_may_be_a_refusal_or_not_is_told_with_its_line() {
        let error = mix(&[line("/a", "200", 1.0), line("/b", "[200, 404]", 1.0)].concat());
        let error = error.unwrap_err().to_string();
        assert!(error.starts_with("a.jsonl, line 2: a load cannot leave it open"), "{error}");
    }

    #[test]
    fn weights_that_no_sequence_keeps_are_refused() {
        let error = mix(&[line("/a", "200", 1e9), line("/b", "200", 1.0)].concat()).unwrap_err();
        assert!(error.to_string().contains("line 1: the weights are too far apart"), "{error}");
    }

    #[test]
    fn three_endpoints_are_too_many_to_name() {
        let lines = ["/a", "/b", "/b", "/c"].map(|path| line(path, "200", 1.0)).concat();
        assert_eq!(mix(&lines).unwrap().endpoint, "GET /a, GET /b, …");
    }

    proptest! {
        #[test]
        fn every_stretch_has_its_share_of_each_exchange(
            counts in prop::collection::vec(1_u32..60, 1..6),
            from in 0_usize..200,
            length in 1_usize..200,
        ) {
            let order = order(&counts);
            prop_assert_eq!(order.len(), counts.iter().sum::<u32>() as usize);
            for (at, &count) in counts.iter().enumerate() {
                let share = f64::from(count) / order.len() as f64;
                let stretch = order.iter().cycle().skip(from).take(length);
                let found = stretch.filter(|&&one| one == at).count() as f64;
                let off = (found - share * length as f64).abs();
                prop_assert!(off <= 1.0 + counts.len() as f64 / 2.0, "{} of {:?}", off, order);
            }
        }

        #[test]
        fn no_stretch_has_more_or_fewer_refusals_than_the_slack_allows(
            refused in prop::collection::vec(any::<bool>(), 1..40),
            from in 0_usize..100,
            length in 1_usize..100,
        ) {
            let share = refused.iter().filter(|&&one| one).count() as f64 / refused.len() as f64;
            let stretch = refused.iter().cycle().skip(from).take(length);
            let found = stretch.filter(|&&one| one).count() as f64;
            let off = (found - share * length as f64).abs();
            prop_assert!(off <= slack(&refused, share) + 1e-9);
        }
    }
}
