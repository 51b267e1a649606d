//! Of the trials of a cell, the one that stands for all where raw output is shown.

use super::sample::Sample;

/// The valid sample with the middle throughput.
pub(crate) fn by_throughput<'a>(ok: impl Iterator<Item = &'a Sample>) -> Option<&'a Sample> {
    let mut ok: Vec<&Sample> = ok.collect();
    let rate = |sample: &Sample| sample.requests_per_s.unwrap_or(0.0);
    ok.sort_by(|one, other| rate(one).total_cmp(&rate(other)));
    middle(&ok)
}

/// The valid sample with the middle memory.
pub(crate) fn by_memory<'a>(ok: impl Iterator<Item = &'a Sample>) -> Option<&'a Sample> {
    let mut ok: Vec<&Sample> = ok.collect();
    ok.sort_by_key(|sample| (sample.peak_rss_tree_kb, sample.round));
    middle(&ok)
}

fn middle<'a>(sorted: &[&'a Sample]) -> Option<&'a Sample> {
    sorted.get(sorted.len().saturating_sub(1) / 2).copied()
}
