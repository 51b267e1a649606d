//! `python/interpreter`, which chooses the Python that the contenders run on.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::user::root;

/// The real Python, which tells of another version and another build.
fn python(folder: &Path, minor: u8, configured: &str) -> PathBuf {
    let real = which::which("python3").unwrap();
    fs::create_dir(folder).unwrap();
    let file = folder.join("python3");
    let script = format!(
        "#!/bin/sh\nexec \"{}\" -I -S -c 'import sys, sysconfig\n\
         sys.executable, sys.version_info = \"{}\", (3, {minor}, 0)\n\
         sysconfig.get_config_vars().update(CONFIG_ARGS={configured:?}, PGO_PROF_GEN_FLAG=\"\")\n\
         exec(sys.argv[-1])' \"$@\"\n",
        real.display(),
        file.display(),
    );
    fs::write(&file, script).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    file
}

/// What is chosen, and what is said of it, with these first in the PATH.
fn chosen(pythons: &[&PathBuf], named: Option<&PathBuf>) -> (PathBuf, String) {
    let mut path: Vec<&Path> = pythons.iter().map(|it| it.parent().unwrap()).collect();
    path.extend(["/usr/bin", "/bin"].map(Path::new));
    let mut command = Command::new(root().join("python/interpreter"));
    command.env_remove("DYNO_PYTHON").env("PATH", std::env::join_paths(path).unwrap());
    command.envs(named.map(|it| ("DYNO_PYTHON", it)));
    let ended = command.output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    let text = String::from_utf8(ended.stdout).unwrap();
    let (file, about) = text.split_once('\n').unwrap();
    (PathBuf::from(file), about.to_owned())
}

#[test]
fn the_contenders_run_on_a_python_that_was_optimised_by_profile_if_there_is_one() {
    let folder = TempDir::new().unwrap();
    let slow = python(&folder.path().join("slow"), 13, "--enable-shared");
    let fast = python(&folder.path().join("fast"), 13, "--enable-optimizations --with-lto");
    let (file, about) = chosen(&[&slow, &fast], None);
    assert_eq!(file, fast);
    assert!(about.contains("built with profile-guided optimisation"), "{about}");
}

#[test]
fn of_equal_builds_of_python_the_contenders_run_on_the_version_that_nix_takes() {
    let folder = TempDir::new().unwrap();
    let other = python(&folder.path().join("other"), 12, "--enable-optimizations");
    let same = python(&folder.path().join("same"), 13, "--enable-optimizations");
    assert_eq!(chosen(&[&other, &same], None).0, same);
}

#[test]
fn the_contenders_run_on_the_python_that_the_user_names() {
    let folder = TempDir::new().unwrap();
    let slow = python(&folder.path().join("slow"), 11, "--enable-shared");
    let fast = python(&folder.path().join("fast"), 13, "--enable-optimizations");
    let (file, about) = chosen(&[&fast], Some(&slow));
    assert_eq!(file, slow);
    assert!(about.contains("built without profile-guided optimisation"), "{about}");
}
