//! CPU quotas: a cgroup that has used up its share of a period stops until the next one begins.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use procfs::process::{MountInfo, Process, Stat};

/// The periods of a cgroup's quota since it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Periods {
    all: u64,
    /// Those in which it was stopped.
    throttled: u64,
}

/// The periods of each cgroup that can have a quota, by its folder.
pub(crate) type Quotas = BTreeMap<PathBuf, Periods>;

/// Where cgroups that can have a quota are seen.
static MOUNTS: LazyLock<Vec<Mount>> = LazyLock::new(|| {
    let mounts = Process::myself().and_then(|this| this.mountinfo());
    mounts.into_iter().flatten().filter_map(Mount::of).collect()
});

#[derive(Debug)]
struct Mount {
    /// The cgroup that is seen at the mount point.
    root: String,
    point: PathBuf,
    /// Version 2, where one hierarchy has every controller.
    unified: bool,
}

impl Mount {
    fn of(mount: MountInfo) -> Option<Self> {
        let unified = mount.fs_type == "cgroup2";
        let has_quotas = mount.fs_type == "cgroup" && mount.super_options.contains_key("cpu");
        (unified || has_quotas).then_some(Self {
            root: mount.root,
            point: mount.mount_point,
            unified,
        })
    }

    /// The folders of a cgroup and of those above it, as far as they are seen.
    fn folders(&self, cgroup: &str) -> Vec<PathBuf> {
        let below = Path::new(cgroup).strip_prefix(&self.root).unwrap_or(Path::new(""));
        let above = below.ancestors().map(|part| self.point.join(part));
        above.collect()
    }
}

/// How many CPUs' time the tightest quota leaves to this process and all that it starts; `None` without any.
pub(crate) fn quota() -> Option<f64> {
    let own = Process::myself().and_then(|this| this.stat()).ok()?;
    let quota = |folder: PathBuf| processors(|file| fs::read_to_string(folder.join(file)).ok());
    folders(&[own]).into_iter().filter_map(quota).min_by(f64::total_cmp)
}

/// The quota that a cgroup's files tell of: one of version 2, or two of version 1.
fn processors(read: impl Fn(&str) -> Option<String>) -> Option<f64> {
    let figure = |text: &str| text.trim().parse().ok().filter(|&us: &f64| us > 0.0);
    // Without a quota the first word of `cpu.max` is `max`, and the quota of version 1 is -1.
    let (quota, period) = if let Some(text) = read("cpu.max") {
        let (quota, period) = text.split_once(' ')?;
        (figure(quota)?, figure(period)?)
    } else {
        (figure(&read("cpu.cfs_quota_us")?)?, figure(&read("cpu.cfs_period_us")?)?)
    };
    Some(quota / period)
}

/// Reads the cgroups of these processes, and those above them.
pub(crate) fn read(processes: &[Stat]) -> Quotas {
    let read = |folder: PathBuf| {
        let text = fs::read_to_string(folder.join("cpu.stat")).ok()?;
        Some((folder, Periods::of(&text)?))
    };
    folders(processes).into_iter().filter_map(read).collect()
}

/// The folders of the cgroups of these processes, and of those above them.
fn folders(processes: &[Stat]) -> BTreeSet<PathBuf> {
    let mut folders = BTreeSet::new();
    for process in processes {
        // One that has ended was in the cgroup of those that still run.
        let Ok(cgroups) = Process::new(process.pid).and_then(|it| it.cgroups()) else { continue };
        for cgroup in cgroups {
            let (unified, with_quotas) =
                (cgroup.hierarchy == 0, cgroup.controllers.iter().any(|it| it == "cpu"));
            let mounts = MOUNTS.iter().filter(|it| if it.unified { unified } else { with_quotas });
            folders.extend(mounts.flat_map(|mount| mount.folders(&cgroup.pathname)));
        }
    }
    folders
}

/// The share of the periods between two readings in which the most throttled cgroup was stopped, 0 to 1; `None` where
/// no cgroup can have a quota.
pub(crate) fn share_between(then: &Quotas, now: &Quotas) -> Option<f64> {
    let shares =
        now.iter().filter_map(|(folder, now)| Some(now.throttled_since(*then.get(folder)?)));
    shares.max_by(f64::total_cmp)
}

impl Periods {
    /// Those that a `cpu.stat` tells of; `None` for a cgroup that cannot have a quota.
    fn of(stat: &str) -> Option<Self> {
        let figure = |name: &str| {
            let words = stat.lines().filter_map(|line| line.split_once(' '));
            words.filter(|&(word, _)| word == name).find_map(|(_, figure)| figure.parse().ok())
        };
        Some(Self { all: figure("nr_periods")?, throttled: figure("nr_throttled")? })
    }

    fn throttled_since(self, then: Self) -> f64 {
        let all = self.all.saturating_sub(then.all);
        if all == 0 {
            0.0
        } else {
            self.throttled.saturating_sub(then.throttled) as f64 / all as f64
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::tree;

    #[test]
    fn a_cgroup_is_seen_with_those_above_it_as_far_as_its_mount_reaches() {
        let mount =
            |root: &str| Mount { root: root.to_owned(), point: "/sys/cpu".into(), unified: true };
        let seen = |root: &str, cgroup: &str| {
            let folders = mount(root).folders(cgroup);
            folders.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(seen("/", "/a/b"), ["/sys/cpu/a/b", "/sys/cpu/a", "/sys/cpu/"]);
        assert_eq!(seen("/", "/"), ["/sys/cpu/"]);
        // A container's, which is mounted as if there were none above it.
        assert_eq!(seen("/docker/c", "/docker/c/d"), ["/sys/cpu/d", "/sys/cpu/"]);
        assert_eq!(seen("/docker/c", "/../other"), ["/sys/cpu/"]);
    }

    #[test]
    fn the_most_throttled_cgroup_tells_for_how_many_of_its_periods_it_was_stopped() {
        let quotas = |throttled: u64| -> Quotas {
            let stat = format!(
                "nr_periods {}\nnr_throttled {throttled}\nthrottled_time 7\n",
                2 * throttled
            );
            [
                ("/free".into(), Periods { all: 9, throttled: 0 }),
                ("/tight".into(), Periods::of(&stat).unwrap()),
            ]
            .into()
        };
        assert_eq!(share_between(&quotas(10), &quotas(40)), Some(0.5));
        assert_eq!(share_between(&quotas(10), &quotas(10)), Some(0.0));
        assert_eq!(share_between(&Quotas::new(), &Quotas::new()), None);
        assert_eq!(Periods::of("usage_usec 12\nuser_usec 10\n"), None);
    }

    #[test]
    fn a_quota_is_told_in_cpus_by_the_files_of_either_version() {
        let told = |files: &[(&str, &str)]| {
            processors(|name| {
                let file = files.iter().find(|(file, _)| *file == name);
                file.map(|(_, text)| format!("{text}\n"))
            })
        };
        assert_eq!(told(&[("cpu.max", "150000 100000")]), Some(1.5));
        assert_eq!(told(&[("cpu.max", "max 100000")]), None);
        let first = |quota| told(&[("cpu.cfs_quota_us", quota), ("cpu.cfs_period_us", "50000")]);
        assert_eq!((first("25000"), first("-1"), told(&[])), (Some(0.5), None, None));
    }

    #[test]
    fn the_cgroups_of_this_process_can_be_read() {
        let this = tree::this_process();
        let own: Vec<Stat> = tree::all().unwrap().into_iter().filter(|it| it.pid == this).collect();
        assert!(read(&[]).is_empty() && read(&own).len() <= 64);
    }
}
