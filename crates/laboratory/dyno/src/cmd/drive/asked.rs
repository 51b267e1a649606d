//! The exchanges that a driver asks, or judges what a script asks by.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use driver::{ResponseValidator, Target};
use exchange::{Exchange, MadeFiles, mix::Mix, play};
use tempfile::TempDir;

use crate::verify::ExchangeValidator;

/// Exchanges, with a script that asks them.
pub(super) struct Asked {
    exchanges: Arc<[Exchange]>,
    pub(super) script: PathBuf,
    _scratch: TempDir,
}

impl Asked {
    pub(super) fn read(file: &Path, made: &MadeFiles) -> anyhow::Result<Self> {
        let exchanges = exchange::read(Path::new(""), file, made).map_err(campaign::Error::from)?;
        let exchanges: Arc<[Exchange]> = exchanges.exchanges.into();
        let scratch = TempDir::new().context("cannot make a temporary folder")?;
        let script = scratch.path().join("exchanges.lua");
        let mix = Mix::new(&exchanges).map_err(campaign::Error::from)?;
        play::write(&exchanges, &mix, &script).context("cannot write a script")?;
        Ok(Self { exchanges, script, _scratch: scratch })
    }

    pub(super) fn validator(&self, target: &Target) -> anyhow::Result<Arc<dyn ResponseValidator>> {
        let address = target.addresses()?.first().copied();
        Ok(Arc::new(ExchangeValidator::new(Arc::clone(&self.exchanges), address)))
    }
}
