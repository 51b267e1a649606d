//! `bench --against`: old and new builds in the same rounds, with real servers.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

use tempfile::TempDir;

use crate::user::{Ended, dyno, free_port, leftovers, matrix_with, run, samples};

/// A repository whose one contender had 2 ms of CPU time planted in each request at its first
/// commit, and has none now.
fn repository() -> (TempDir, String) {
    let (folder, matrix) = matrix_with(
        "[[contender]]\nname = \"server\"\nstack = \"axum\"\nbuild = [\"./build\"]\nrun = [\"./built\", \"{listen}\"]\n",
    );
    let server = Path::new(env!("CARGO_BIN_EXE_dyno")).with_file_name("server-planted");
    let build = |planted_us: u32| {
        let text = format!(
            "#!/bin/sh\nprintf '#!/bin/sh\\nPLANTED_US={planted_us} exec {} --listen $1\\n' >built\nchmod +x built\n",
            server.display()
        );
        let file = folder.path().join("build");
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    };
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=t", "-c", "user.email=t@example.org"]).args(arguments);
        let output = command.current_dir(folder.path()).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    };
    build(2000);
    git(&["init", "--quiet"]);
    git(&["add", "dyno.toml", "build"]);
    git(&["commit", "--quiet", "--message", "slow"]);
    build(0);
    (folder, matrix)
}

fn bench(matrix: &str, against: &str, out: &Path, port: u16) -> Ended {
    let mut command = dyno(&["bench", "--rounds", "3", "--duration", "1s", "--warmup", "0s"]);
    command.args(["--driver", "dyno", "--scenarios", "validate", "--connections", "8"]);
    command.args(["--threads", "1", "--port", &port.to_string(), "--against", against]);
    run(command.arg("--out").arg(out).env("DYNO_MATRIX", matrix))
}

#[test]
fn a_contender_is_measured_beside_its_build_of_a_revision_and_found_faster() {
    let (folder, matrix) = repository();
    let (out, port) = (folder.path().join("campaign"), free_port());
    let ended = bench(&matrix, "HEAD", &out, port);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(leftovers(port), [""; 0]);
    let measured = |name: &str| {
        let samples = samples(&out);
        let own = samples.iter().filter(|sample| sample["contender"] == name);
        own.map(|sample| sample["requests_per_s"].parse::<f64>().unwrap()).collect::<Vec<f64>>()
    };
    let (new, old) = (measured("server"), measured("server-old"));
    assert_eq!((new.len(), old.len()), (3, 3));
    assert!(new.iter().zip(&old).all(|(new, old)| new > old), "{new:?} {old:?}");
    assert!(ended.stdout.contains("new / old"), "{ended:?}");
    let document = fs::read_to_string(out.join("decision.md")).unwrap();
    assert!(document.contains("| server | validate | dyno | throughput |"), "{document}");
    assert!(document.contains("- server-old: it is an earlier build"), "{document}");
}

#[test]
fn a_duet_is_resumed_against_what_it_was_measured_against_and_nothing_else() {
    let (folder, matrix) = repository();
    let (out, port) = (folder.path().join("campaign"), free_port());
    assert_eq!(bench(&matrix, "HEAD", &out, port).code, Some(0));
    let resume = |flags: &[&str]| {
        run(dyno(&["bench", "--resume"]).arg(&out).args(flags).env("DYNO_MATRIX", &matrix))
    };
    // As if it had been killed in its second round.
    let text = fs::read_to_string(out.join("samples.csv")).unwrap();
    let kept: String = text.split_inclusive('\n').take(4).collect();
    fs::write(out.join("samples.csv"), kept).unwrap();

    let ended = resume(&[]);
    assert_eq!(ended.code, Some(14), "{ended:?}");
    assert!(ended.error().contains("again, with --against"), "{ended:?}");
    let ended = resume(&["--against", "HEAD"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let samples = samples(&out);
    let old = samples.iter().filter(|sample| sample["contender"] == "server-old");
    assert_eq!((samples.len(), old.count()), (6, 3));
}

#[test]
fn what_is_no_folder_and_no_revision_is_refused_with_a_code_of_its_own() {
    let (folder, matrix) = repository();
    let ended = bench(&matrix, "nowhere", &folder.path().join("campaign"), free_port());
    assert_eq!(ended.code, Some(24), "{ended:?}");
    assert!(ended.error().contains("cannot measure against nowhere"), "{ended:?}");
}
