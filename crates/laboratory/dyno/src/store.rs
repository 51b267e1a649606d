//! The pinned world: which parts of a campaign came from the Nix store, and whether it ran in the
//! build sandbox.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

use campaign::record::store::{Input, Store};
use serde::Deserialize;

/// Names the file that a Nix-wrapped dyno is told its origin by.
const VARIABLE: &str = "DYNO_NIX";

/// What the wrapper says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    revision: String,
    inputs: Vec<Input>,
    store: PathBuf,
}

/// What the wrapper says, and what the programs' own paths do; `None` without Nix.
pub(crate) fn capture(programs: &BTreeMap<String, PathBuf>) -> Option<Store> {
    let text = fs::read_to_string(env::var_os(VARIABLE)?).ok()?;
    let told = serde_json::from_str(&text).ok()?;
    Some(of(told, programs))
}

fn of(told: Told, programs: &BTreeMap<String, PathBuf>) -> Store {
    let mut paths = BTreeMap::new();
    let mut outside = Vec::new();
    for (name, program) in programs {
        match store_path(&told.store, program) {
            Some(path) => {
                paths.insert(name.clone(), path.display().to_string());
            }
            None => outside.push(name.clone()),
        }
    }
    let Told { revision, inputs, .. } = told;
    let pinned = !inputs.is_empty() && inputs.iter().all(|input| input.pinned);
    Store { revision, inputs, pinned, paths, outside }
}

/// The path of the package that a program belongs to; `None` when the program, or what its name leads to, lies
/// elsewhere.
fn store_path(store: &Path, program: &Path) -> Option<PathBuf> {
    let real = fs::canonicalize(program).ok()?;
    let store = fs::canonicalize(store).ok()?;
    real.strip_prefix(&store).ok()?;
    // By the name that it is run by: a Python environment, rather than the bare Python that its links lead to.
    let inside = program.strip_prefix(&store).unwrap_or(real.strip_prefix(&store).ok()?);
    Some(store.join(inside.components().next()?))
}

/// Whether this is Nix's build sandbox, by what is seen from inside: the first process of this process namespace is the
/// builder, loopback is the only interface, and there are no routes.
pub(crate) fn is_sandboxed() -> bool {
    let by_builder = fs::read("/proc/1/environ").is_ok_and(|variables| {
        variables.split(|&byte| byte == 0).any(|variable| variable.starts_with(b"NIX_BUILD_TOP="))
    });
    let read = |file| fs::read_to_string(file).unwrap_or_default();
    by_builder && only_loopback(&read("/proc/net/dev")) && no_routes(&read("/proc/net/route"))
}

/// Whether `/proc/net/dev` lists `lo` alone.
fn only_loopback(interfaces: &str) -> bool {
    let mut names =
        interfaces.lines().skip(2).filter_map(|line| line.split_once(':')).map(|(name, _)| name);
    names.next().is_some_and(|name| name.trim() == "lo") && names.next().is_none()
}

/// Whether `/proc/net/route` is a heading and nothing else, or not even that.
fn no_routes(routes: &str) -> bool {
    routes.lines().skip(1).all(|line| line.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use tempfile::TempDir;

    use super::*;

    /// What a flake says whose inputs are pinned or not.
    fn told(store: &Path, pinned: &[bool]) -> Told {
        let input = |&pinned: &bool| Input {
            name: "nixpkgs".to_owned(),
            revision: "5678".to_owned(),
            pinned,
        };
        Told {
            revision: "1234".to_owned(),
            inputs: pinned.iter().map(input).collect(),
            store: store.to_owned(),
        }
    }

    #[test]
    fn hermetic_is_only_what_lies_in_the_store_and_is_pinned() {
        let folder = TempDir::new().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        let store = folder.join("store");
        let inside = store.join("abc-wrk/bin/wrk");
        let outside = folder.join("wrk");
        let disguised = store.join("def-time/bin/time");
        for file in [&inside, &disguised] {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
        }
        fs::write(&inside, "").unwrap();
        fs::write(&outside, "").unwrap();
        symlink(&outside, &disguised).unwrap();
        let hermetic = |pinned: &[bool], programs: &[(&str, &PathBuf)]| {
            let programs =
                programs.iter().map(|&(name, path)| (name.to_owned(), path.clone())).collect();
            of(told(&store, pinned), &programs).is_hermetic()
        };
        assert!(hermetic(&[true, true], &[("wrk", &inside)]));
        assert!(!hermetic(&[false, true], &[("wrk", &inside)]));
        assert!(!hermetic(&[true, false], &[("wrk", &inside)]));
        assert!(!hermetic(&[], &[("wrk", &inside)]));
        assert!(!hermetic(&[true], &[("wrk", &inside), ("axum", &outside)]));
        assert!(!hermetic(&[true], &[("wrk", &inside), ("time", &disguised)]));
        assert!(!hermetic(&[true], &[]));
        assert_eq!(store_path(&store, &inside), Some(store.join("abc-wrk")));
    }

    #[test]
    fn a_sandbox_has_loopback_and_no_routes() {
        let heading = "Inter-| Receive\n face |bytes\n";
        assert!(only_loopback(&format!("{heading}    lo: 0 0\n")));
        assert!(!only_loopback(&format!("{heading}    lo: 0 0\n  eth0: 0 0\n")));
        assert!(!only_loopback(""));
        assert!(no_routes("Iface\tDestination\n"));
        assert!(!no_routes("Iface\tDestination\neth0\t00000000\n"));
    }
}
