//! Where a trial stands in its campaign.

use crate::{name::PathBelow, plan::Cell};

/// A trial's place in its campaign.
#[derive(Debug, Clone, Copy)]
pub struct TrialId<'a> {
    /// The round, from 1.
    pub round: u32,
    /// The trial's place in its round, from 1.
    pub order: usize,
    /// From 1: how often the cell was measured in this round, because a window was too short or a
    /// trial was lost.
    pub attempt: usize,
    /// What is measured.
    pub cell: &'a Cell,
}

impl TrialId<'_> {
    /// The trial's folder below the campaign's.
    #[must_use]
    pub fn folder(&self) -> PathBelow {
        let Self { round, order, attempt, cell } = self;
        let again = if *attempt > 1 { format!("-attempt{attempt}") } else { String::new() };
        let point = cell.point.map(|point| format!("-{}{}", point.what(), point.number()));
        PathBelow::of_names(format!(
            "trials/r{round:03}-{order:02}-{}-{}-{}{}{again}",
            cell.contender,
            cell.scenario,
            cell.driver,
            point.unwrap_or_default()
        ))
    }
}
