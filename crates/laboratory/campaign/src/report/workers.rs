//! How many workers contenders have, in words.

use std::cmp::Ordering;

use super::sentence::list;
use crate::plan::Plan;

/// How many workers every contender has on a machine with so many processors; `None` if the plan gives no number to
/// anyone.
#[must_use]
pub fn sentence(plan: &Plan, processors: usize) -> Option<String> {
    let workers = plan.workers()?;
    let processors = plan.server_processors(processors);
    let noun = if workers == 1 { "process or thread" } else { "processes or threads" };
    let beside = match usize::try_from(workers).unwrap_or(usize::MAX).cmp(&processors) {
        Ordering::Less => format!("fewer than the {processors} processors that servers may use"),
        Ordering::Equal => "one for each processor that servers may use".to_owned(),
        Ordering::Greater if processors == 1 => {
            "more than the one processor that servers may use".to_owned()
        }
        Ordering::Greater => format!("more than the {processors} processors that servers may use"),
    };
    let others = plan.contenders.iter().filter(|contender| !contender.takes_workers());
    let others: Vec<&str> = others.map(|contender| contender.name.as_str()).collect();
    let but = match others.as_slice() {
        [] => String::new(),
        [one] => format!(" {one} chooses for itself: its command has no {{workers}}."),
        several => {
            let names = list(several);
            format!(" {names} choose for themselves: their commands have no {{workers}}.")
        }
    };
    Some(format!("Each contender has {workers} worker {noun}, {beside}.{but}"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{
        load_driver::LoadDriver,
        matrix::{Load, Matrix},
        plan::PlanOptions,
    };

    /// The project's own matrix with so many workers.
    fn plan(workers: Option<u32>) -> Plan {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../dyno.toml");
        let matrix = Matrix::read(&file).unwrap();
        let load = Load { workers, ..matrix.load.clone() };
        let options = PlanOptions::new(load, vec![LoadDriver::Dyno]);
        Plan::new(&matrix, options).unwrap()
    }

    #[test]
    fn workers_beyond_the_processors_are_marked() {
        let said = |workers| sentence(&plan(Some(workers)), 2).unwrap();
        assert!(said(1).contains("1 worker process or thread, fewer than the 2 processors"));
        assert!(said(2).contains("2 worker processes or threads, one for each processor"));
        assert!(said(3).contains("more than the 2 processors"), "{}", said(3));
        let pinned = Plan { pin: true, ..plan(Some(2)) };
        assert!(sentence(&pinned, 2).unwrap().contains("more than"));
        assert_eq!(sentence(&plan(None), 2), None);
    }

    #[test]
    fn a_contender_that_is_not_told_its_workers_is_named() {
        let mut plan = plan(Some(2));
        assert!(!sentence(&plan, 2).unwrap().contains("for itself"));
        plan.contenders[0].run = vec!["./axum".to_owned()];
        assert!(sentence(&plan, 2).unwrap().contains("axum chooses for itself"));
        for contender in &mut plan.contenders {
            contender.run = vec!["./any".to_owned()];
            contender.env.clear();
        }
        assert_eq!(sentence(&plan, 2), None);
    }
}
