//! A scenario under a driver: what a figure, a grid and a command of the page are about.

use crate::{
    analysis::{Analysis, summary::Summary},
    load_driver::LoadDriver,
    matrix::{Metric, Scenario},
    record::campaign::Campaign,
    report::rates,
};

/// See the module.
pub(super) struct Driven<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) driver: LoadDriver,
    /// Requests per second, where they are constant and known: one rate for each machine.
    pub(super) rates: Vec<f64>,
    pub(super) summaries: Vec<&'a Summary>,
    /// The metrics that the decision rule weighs, of those that this driver's figures count for.
    weighed: Vec<Metric>,
}

impl<'a> Driven<'a> {
    /// All of a campaign by scenario, first those that the rule weighs.
    pub(super) fn all(campaign: &'a Campaign, analysis: &'a Analysis) -> Vec<Self> {
        let driven = campaign.plan.driven_scenarios();
        let mut all: Vec<Self> = driven
            .map(|(scenario, driver)| Self::new(campaign, analysis, scenario, driver))
            .collect();
        let place = |one: &Self| {
            campaign.plan.scenarios.iter().position(|other| other.name == one.scenario.name)
        };
        // The sort is stable: otherwise the plan's order stays.
        all.sort_by_key(|one| (place(one), one.weighed.is_empty()));
        all
    }

    fn new(
        campaign: &'a Campaign,
        analysis: &'a Analysis,
        scenario: &'a Scenario,
        driver: LoadDriver,
    ) -> Self {
        let name = scenario.name.as_str();
        let own = |summary: &&Summary| summary.scenario == name && summary.driver == driver;
        let criteria = campaign.plan.rule().criteria.into_iter();
        let metrics = criteria.filter(|one| one.scenario == name).map(|one| one.metric);
        Self {
            scenario,
            driver,
            rates: campaign.rates(name, driver),
            summaries: analysis.summaries.iter().filter(own).collect(),
            weighed: metrics
                .filter(|&metric| analysis.decision.driver_for(name, metric) == Some(driver))
                .collect(),
        }
    }

    /// Whether a figure is one of those that the rule weighs.
    pub(super) fn weighs(&self, metric: Metric) -> bool {
        self.weighed.contains(&metric)
    }

    /// The scenario and how it was driven.
    pub(super) fn name(&self) -> String {
        let name = &self.scenario.name;
        match (self.driver, rates::sentence(&self.rates)) {
            (LoadDriver::Search, _) => format!("{name} within its objective"),
            (LoadDriver::DynoAt(_), Some(rates)) => format!("{name} at {rates}"),
            _ => format!("{name} under {}", self.driver),
        }
    }

    /// Likewise, as a part of the address of what is about it.
    pub(super) fn id(&self) -> String {
        format!("{}-{}", self.scenario.name, self.driver)
    }

    /// The contenders whose summary has a mark.
    pub(super) fn marked(&self, mark: impl Fn(&Summary) -> bool) -> Vec<&'a str> {
        let marked = self.summaries.iter().filter(|summary| mark(summary));
        marked.map(|summary| summary.contender.as_str()).collect()
    }
}
