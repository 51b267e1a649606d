//! The versions of the libraries that a server is made of.

use std::{env, path::Path};

use cargo_lock::Lockfile;

use crate::Told;

/// The version of the crate that is being compiled, and those that `Cargo.lock` pins of libraries.
pub(crate) fn versions(libraries: &str) -> Told {
    let path = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../../Cargo.lock");
    let lock = Lockfile::load(&path)?;
    let versions = libraries.split_whitespace().map(|library| {
        let newest = lock
            .packages
            .iter()
            .filter(|package| package.name.as_str() == library)
            .map(|package| &package.version)
            .max()
            .ok_or_else(|| format!("{library} is not in Cargo.lock"))?;
        Ok(format!("{library} {newest}"))
    });
    let versions = versions.collect::<Result<Vec<_>, String>>()?.join(", ");
    Ok(format!("{} ({versions})", env::var("CARGO_PKG_VERSION")?))
}
