//! What kept a figure from being higher is named rightly, on servers of which it is known.

use tempfile::TempDir;

use crate::{
    faults::contender,
    user::{dyno, free_port, matrix_with, run, samples},
};

/// The limiter of a planted server. Where the machine is too busy to tell, that is what the sample has to say.
fn named(fault: &str, connections: usize, limiter: &str) {
    let (folder, matrix) = matrix_with(&contender(fault, ""));
    let out = folder.path().join("campaign");
    let mut command = dyno(&["bench", "--rounds", "1", "--duration", "2s", "--warmup", "0s"]);
    command.args(["--driver", "wrk", "--connections", &connections.to_string(), "--threads", "2"]);
    command.args(["--scenarios", "validate", "--port", &free_port().to_string(), "--out"]);
    let ended = run(command.arg(&out).env("DYNO_MATRIX", &matrix));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let sample = &samples(&out)[0];
    let expected = if sample["disturbed"] == "true" { "foreign" } else { limiter };
    assert_eq!(sample["limiter"], expected, "{sample:?}");
}

#[test]
fn a_server_that_computes_on_every_cpu_is_limited_by_its_cpus() {
    // Each of its processes has to see enough of them to know that there is load.
    let processes = std::thread::available_parallelism().map_or(1, usize::from);
    named("computes-everywhere", 48 * processes, "server");
}

#[test]
fn a_server_that_computes_on_one_thread_is_limited_by_it() {
    named("computes", 24, "thread");
}

#[test]
fn a_server_that_sleeps_is_waiting() {
    named("sleeps", 24, "waiting");
}

#[test]
fn a_server_that_fetches_its_memory_from_disk_is_limited_by_memory() {
    named("pages", 24, "memory");
}

#[test]
fn a_driver_of_one_thread_limits_a_server_of_many() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("campaign");
    let mut command = dyno(&["bench", "--contenders", "axum", "--scenarios", "static"]);
    command.args(["--driver", "wrk", "--connections", "4", "--threads", "1", "--rounds", "1"]);
    command.args(["--duration", "2s", "--warmup", "0s", "--port", &free_port().to_string()]);
    let ended = run(command.arg("--out").arg(&out));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let sample = &samples(&out)[0];
    let expected = if sample["disturbed"] == "true" { "foreign" } else { "driver" };
    assert_eq!(sample["limiter"], expected, "{sample:?}");
}
