//! The scripts that ask the exchanges of scenarios which have none of their own.

use anyhow::Context;
use campaign::{matrix::LOAD, name::PathBelow, record::writer::Writer};
use exchange::{mix::Mix, play};

use super::Measure;

impl Measure<'_> {
    /// Writes them into the campaign's folder.
    pub(super) fn write_scripts(&self, writer: &Writer) -> anyhow::Result<()> {
        let mut asked = self.plan.scenarios.iter().filter(|one| one.script.is_none()).peekable();
        if asked.peek().is_none() {
            return Ok(());
        }
        let load = PathBelow::try_from(LOAD.to_owned()).map_err(anyhow::Error::msg)?;
        let load = writer.trial_folder(&load)?;
        for scenario in asked {
            let exchanges = self.matrix.exchanges.of(scenario);
            let mix = Mix::new(exchanges).map_err(campaign::Error::from)?;
            let script = load.join(format!("{}.lua", scenario.name));
            play::write(exchanges, &mix, &script)
                .with_context(|| format!("cannot write {}", script.display()))?;
        }
        Ok(())
    }
}
