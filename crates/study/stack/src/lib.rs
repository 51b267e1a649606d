//! For build scripts of servers: the versions of the libraries that they are made of, for `--version`.

use std::{env, error::Error, path::Path};

use cargo_lock::Lockfile;

/// Sets `STACK` for the crate that is being built: `0.1.0 (axum 0.8.9, hyper 1.8.1)`, as `Cargo.lock` pins them.
/// A library that is not there stops the build with the reason.
pub fn tell(libraries: &[&str]) {
    match versions(libraries) {
        Ok(versions) => println!("cargo::rustc-env=STACK={versions}"),
        Err(error) => println!("cargo::error={error}"),
    }
}

fn versions(libraries: &[&str]) -> Result<String, Box<dyn Error>> {
    let path = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../../Cargo.lock");
    println!("cargo::rerun-if-changed={}", path.display());
    let lock = Lockfile::load(&path)?;
    let versions = libraries.iter().map(|&library| {
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
