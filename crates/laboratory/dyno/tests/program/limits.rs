//! Too few processes or threads: dyno says so in a sentence, whatever it could not start.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Command,
};

use rustix::process::geteuid;
use tempfile::TempDir;

use crate::user::{Ended, MATRIX, free_port, run};

/// Programs and a matrix that everybody may read.
fn shared() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_dyno"));
    for name in ["dyno", "server-axum"] {
        fs::copy(program.with_file_name(name), folder.path().join(name)).unwrap();
    }
    let text = fs::read_to_string(&*MATRIX).unwrap();
    let head = text.split("\n[[contender]]").next().unwrap();
    let run = folder.path().join("server-axum").display().to_string();
    let contender = format!(
        "[[contender]]\nname = \"axum\"\nstack = \"\"\nready_within = \"3s\"\n\
         run = [{run:?}, \"--listen\", \"{{listen}}\"]\n[deadlines]\ncontract = \"20s\"\n"
    );
    fs::write(folder.path().join("dyno.toml"), format!("{head}\n{contender}")).unwrap();
    folder
}

/// Runs dyno as an ordinary user who may have so many processes and threads.
fn limited(folder: &Path, processes: usize, words: &[&str]) -> Ended {
    let mut command = Command::new("setpriv");
    if geteuid().is_root() {
        // A user who owns nothing else.
        command.args(["--reuid=64017", "--regid=64017", "--clear-groups"]);
    }
    command.arg("prlimit").arg(format!("--nproc={processes}")).arg(folder.join("dyno"));
    command.args(words).current_dir(folder).env("DYNO_MATRIX", folder.join("dyno.toml"));
    run(&mut command)
}

#[test]
fn with_too_few_processes_dyno_ends_with_a_sentence_and_never_panics() {
    let folder = shared();
    let port = free_port().to_string();
    let mut codes = Vec::new();
    for processes in [1, 2, 4, 6, 7, 8, 9, 12, 30] {
        let ended = limited(folder.path(), processes, &["verify", "--port", &port]);
        let told = ended.code == Some(0) || ended.stderr.trim_end().lines().count() == 1;
        assert!(told && ended.code != Some(101), "{processes}: {ended:?}");
        codes.push(ended.code);
    }
    assert_ne!(codes[0], Some(0));
}

#[test]
fn a_guard_that_cannot_start_its_threads_starts_no_program_and_has_an_exit_code_of_its_own() {
    let folder = shared();
    let ended = limited(folder.path(), 1, &["guard", "--", "echo", "started"]);
    assert_eq!(ended.code, Some(117), "{ended:?}");
    assert!(ended.stdout.is_empty() && ended.error().contains("ulimit -u"), "{ended:?}");
}
