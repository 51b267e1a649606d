//! What kept a figure from being higher is named rightly, on servers of which it is known.

use std::{fs, path::PathBuf, process::Command};

use crate::{
    faults::contender,
    quiet,
    user::{behind, dyno, free_port, matrix_with},
};

/// A campaign of one short trial.
fn short(contenders: &[&str], scenario: &str, connections: usize, threads: u32) -> Command {
    let mut command = dyno(&["bench", "--rounds", "1", "--duration", "2s", "--warmup", "0s"]);
    command.args(contenders).args(["--driver", "wrk", "--scenarios", scenario]);
    command.args(["--connections", &connections.to_string(), "--threads", &threads.to_string()]);
    command.args(["--port", &free_port().to_string()]);
    command
}

/// The limiter of a planted server.
fn named(fault: &str, connections: usize, limiter: &str) {
    let (_folder, matrix) = matrix_with(&contender(fault, ""));
    let campaign = || {
        let mut command = short(&[], "validate", connections, 2);
        command.env("DYNO_MATRIX", &matrix);
        command
    };
    if let Some(sample) = quiet::window(campaign) {
        assert_eq!(sample["limiter"], limiter, "{sample:?}");
    }
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
    if let Some(sample) = quiet::window(|| short(&["--contenders", "axum"], "static", 16, 1)) {
        assert_eq!(sample["limiter"], "driver", "{sample:?}");
    }
}

/// A cgroup that may use half a CPU.
struct Quota(PathBuf);

impl Quota {
    /// By whichever version of cgroups has CPU quotas here; `None` if this user may make none.
    fn of_half_a_cpu() -> Option<Self> {
        let limits = [("cpu/", "cpu.cfs_quota_us", "50000"), ("", "cpu.max", "50000 100000")];
        limits.into_iter().find_map(|(hierarchy, file, limit)| {
            let name = format!("/sys/fs/cgroup/{hierarchy}dyno-test-{}", std::process::id());
            let quota = Self(PathBuf::from(name));
            fs::create_dir(&quota.0).and_then(|()| fs::write(quota.0.join(file), limit)).ok()?;
            Some(quota)
        })
    }

    /// The same command inside.
    fn holds(&self, command: &Command) -> Command {
        let enter = format!("echo $$ >{}/cgroup.procs && exec \"$@\"", self.0.display());
        behind(&["sh", "-c", &enter, "sh"], command)
    }
}

impl Drop for Quota {
    fn drop(&mut self) {
        // Where there are no quotas it was not made.
        let _absent = fs::remove_dir(&self.0);
    }
}

#[test]
fn a_server_that_a_quota_stops_is_limited_by_it() {
    let Some(quota) = Quota::of_half_a_cpu() else {
        eprintln!("left out: this user may make no cgroup with a CPU quota");
        return;
    };
    let campaign = || quota.holds(&short(&["--contenders", "axum"], "validate", 24, 2));
    let Some(sample) = quiet::window(campaign) else { return };
    assert_eq!(sample["limiter"], "limit", "{sample:?}");
    let share: f64 = sample["throttled_share"].parse().unwrap();
    assert!((0.5..=1.0).contains(&share), "{sample:?}");
}
