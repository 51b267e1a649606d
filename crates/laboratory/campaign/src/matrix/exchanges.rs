//! The exchanges that a matrix names.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use exchange::{Exchange, ExchangeFile, MadeFiles};

use super::{Matrix, Scenario};
use crate::Error;

/// What the files of exchanges say, by their names in the matrix.
#[derive(Debug, Clone, Default)]
pub struct Exchanges {
    files: BTreeMap<PathBuf, ExchangeFile>,
    /// The files that hold in every scenario.
    contract: Vec<PathBuf>,
}

impl Exchanges {
    /// Reads the files; `failure` makes an error of what is wrong with the matrix itself.
    pub(super) fn read(matrix: &Matrix, failure: impl Fn(String) -> Error) -> Result<Self, Error> {
        let mut contract = Vec::new();
        for pattern in &matrix.contract {
            let found = matching(&matrix.folder, pattern).map_err(&failure)?;
            contract.extend(found);
        }
        contract.sort();
        contract.dedup();
        let mut files = BTreeMap::new();
        let own = matrix.scenarios.iter().filter_map(|scenario| scenario.exchanges.as_ref());
        for name in contract.iter().chain(own) {
            if !files.contains_key(name) {
                files.insert(name.clone(), exchange::read(&matrix.folder, name, &matrix.made)?);
            }
        }
        Ok(Self { files, contract })
    }

    /// Reads those files again that name a file which is made.
    pub(super) fn read_again(&mut self, folder: &Path, made: &MadeFiles) -> Result<(), Error> {
        for (name, file) in self.files.iter_mut().filter(|(_, file)| file.names_made_file()) {
            *file = exchange::read(folder, name, made)?;
        }
        Ok(())
    }

    /// A scenario's own exchanges; none if it has only a script.
    #[must_use]
    pub fn of(&self, scenario: &Scenario) -> &[Exchange] {
        let file = scenario.exchanges.as_ref().and_then(|name| self.files.get(name));
        file.map_or(&[], |file| &file.exchanges)
    }

    /// All that a contender must keep in these scenarios: what holds in every one, and their own.
    #[must_use]
    pub fn contract(&self, scenarios: &[Scenario]) -> Vec<Exchange> {
        let named = self.named(scenarios);
        let all = named.iter().filter_map(|&name| self.files.get(name));
        all.flat_map(|file| file.exchanges.iter().cloned()).collect()
    }

    /// SHA-256 of the files that count in these scenarios, and of those that they name.
    #[must_use]
    pub fn sha256(&self, scenarios: &[Scenario]) -> Vec<(String, String)> {
        let all = self.named(scenarios).into_iter().filter_map(|name| self.files.get(name));
        let hashes = all.flat_map(|file| &file.sha256);
        let mut hashes: Vec<_> =
            hashes.map(|(name, hash)| (name.display().to_string(), hash.clone())).collect();
        hashes.sort();
        hashes.dedup();
        hashes
    }

    /// The files that count in these scenarios, each once.
    fn named<'a>(&'a self, scenarios: &'a [Scenario]) -> Vec<&'a PathBuf> {
        let own = scenarios.iter().filter_map(|scenario| scenario.exchanges.as_ref());
        let mut named: Vec<&PathBuf> = Vec::new();
        for name in self.contract.iter().chain(own) {
            if !named.contains(&name) {
                named.push(name);
            }
        }
        named
    }
}

/// The files of a pattern, by their names relative to the folder.
fn matching(folder: &Path, pattern: &str) -> Result<Vec<PathBuf>, String> {
    let here = glob::Pattern::escape(&folder.to_string_lossy());
    let whole = Path::new(&here).join(pattern);
    let paths = glob::glob(&whole.to_string_lossy())
        .map_err(|error| format!("{pattern:?} in `contract` is no pattern: {error}"))?;
    let mut found = Vec::new();
    for path in paths {
        let path = path.map_err(|error| format!("a file of `contract` cannot be read: {error}"))?;
        found.push(path.strip_prefix(folder).map_or(path.clone(), Path::to_owned));
    }
    if found.is_empty() {
        return Err(format!("{pattern:?} in `contract` names no file: correct it, or make one"));
    }
    Ok(found)
}
