//! What the number of workers does to a contender.

use super::{Contender, placeholders::WORKERS};

/// Memory that a contender may use unless it says otherwise, in MiB: at least, and for each worker.
const MEMORY_MIB: (u64, u64) = (2048, 256);
/// How many processes it may have, likewise.
const PROCESSES: (usize, usize) = (64, 4);

impl Contender {
    /// Whether its command or a variable says how many workers it has.
    #[must_use]
    pub fn takes_workers(&self) -> bool {
        self.run.iter().chain(self.env.values()).any(|text| text.contains(WORKERS))
    }

    /// The memory that all its processes together may use with so many workers, in MiB.
    #[must_use]
    pub fn memory_limit_mib(&self, workers: Option<u32>) -> u64 {
        let (least, each) = MEMORY_MIB;
        self.memory_mib.unwrap_or(least.max(each * u64::from(workers.unwrap_or(1))))
    }

    /// The number of processes that it may have with so many workers.
    #[must_use]
    pub fn process_limit(&self, workers: Option<u32>) -> usize {
        let (least, each) = PROCESSES;
        let workers = usize::try_from(workers.unwrap_or(1)).unwrap_or(1);
        self.processes.unwrap_or(least.max(each * workers))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn contender(more: &serde_json::Value) -> Contender {
        let mut all = json!({ "name": "a", "stack": "", "run": ["./a"] });
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(all).unwrap()
    }

    #[test]
    fn limits_leave_room_for_each_worker_unless_the_matrix_sets_them() {
        let one = contender(&json!({}));
        let limits = |workers| (one.memory_limit_mib(workers), one.process_limit(workers));
        assert_eq!([None, Some(2)].map(limits), [(2048, 64); 2]);
        assert_eq!(limits(Some(128)), (32_768, 512));
        let own = contender(&json!({ "memory_mib": 100, "processes": 3 }));
        assert_eq!((own.memory_limit_mib(Some(128)), own.process_limit(Some(128))), (100, 3));
    }

    #[test]
    fn a_contender_takes_workers_by_its_command_or_by_a_variable() {
        assert!(!contender(&json!({})).takes_workers());
        assert!(contender(&json!({ "run": ["./a", "--workers={workers}"] })).takes_workers());
        assert!(contender(&json!({ "env": { "WORKERS": "{workers}" } })).takes_workers());
    }
}
