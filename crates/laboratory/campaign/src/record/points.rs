//! A campaign that varies its load, taken apart: within a point, like is compared with like.

use std::sync::Arc;

use super::{campaign::Campaign, probe::ProbeRow, sample::Sample};
use crate::plan::Point;

impl Campaign {
    /// The campaign at the point that decides, with the campaign of every point beside it; unchanged where the load
    /// does not vary.
    #[must_use]
    pub fn by_point(self) -> Self {
        let Some(deciding) = self.plan.deciding_point() else { return self };
        let points = self.plan.points.iter().map(|&point| self.at(point)).collect();
        Self { points, ..self.at(deciding) }
    }

    fn at(&self, point: Point) -> Self {
        let samples = self.samples.iter().filter(|sample| sample.point == Some(point));
        let probes = self.probes.iter().filter(|probe| probe.point == Some(point));
        Self {
            folder: self.folder.clone(),
            plan: self.plan.at(Some(point)),
            environment: self.environment.clone(),
            probes: probes.cloned().collect(),
            merged_from: self.merged_from.clone(),
            trials: Arc::clone(&self.trials),
            points: Vec::new(),
            samples: samples.cloned().collect(),
        }
    }

    /// The samples of all points.
    pub fn all_samples(&self) -> impl Iterator<Item = &Sample> {
        self.each_point().flat_map(|campaign| &campaign.samples)
    }

    /// The probes of all points.
    pub fn all_probes(&self) -> impl Iterator<Item = &ProbeRow> {
        self.each_point().flat_map(|campaign| &campaign.probes)
    }

    fn each_point(&self) -> impl Iterator<Item = &Self> {
        let own = self.points.is_empty().then_some(self);
        own.into_iter().chain(&self.points)
    }
}
