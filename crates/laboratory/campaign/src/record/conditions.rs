//! The conditions of a window: what else happened on the machine meanwhile.

use super::machine::STEAL_LIMIT;

/// A figure is doubtful when processes that are not the laboratory's take a larger share of CPU time than this. Quiet
/// windows show up to 0.01, a single busy loop on two CPUs 0.3.
pub const FOREIGN_LIMIT: f64 = 0.03;

/// A figure is doubtful when the driver did not run for longer than this at a time, in seconds. On a saturated
/// machine its threads wait tens of milliseconds for a CPU.
pub const STOPPED_LIMIT_S: f64 = 0.25;

/// A figure is doubtful when the clock of the day was set by more than this, in milliseconds: wrk measures by it.
pub const CLOCK_LIMIT_MS: f64 = 5.0;

/// What was seen of the machine during a window; `None` where it could not be read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Conditions {
    /// The share of CPU time that the hypervisor gave to other guests, 0 to 1.
    pub stolen_share: Option<f64>,
    /// The share of CPU time that processes took which are neither dyno, nor the server, nor the driver: -1 to 1. The
    /// kernel samples one side of the difference, so that it may be slightly negative.
    pub foreign_share: Option<f64>,
    /// The busiest of those processes by name, with their shares of CPU time, the busiest first.
    pub busiest: Vec<(String, f64)>,
    /// For how long the driver did not run, in seconds.
    pub driver_stopped_s: Option<f64>,
    /// By how much the clock of the day was set, in milliseconds; negative if it was set back.
    pub clock_jump_ms: Option<f64>,
    /// CPU time that dyno took to see all this, and what the server used, in seconds.
    pub observing_cpu_s: Option<f64>,
}

impl Conditions {
    /// What makes the window's figures doubtful, as a sentence; `None` for a quiet window.
    #[must_use]
    pub fn disturbance(&self) -> Option<String> {
        let stolen = above(self.stolen_share, STEAL_LIMIT).map(|share| {
            format!("other guests of the machine took {:.0} % of the CPU time", share * 100.0)
        });
        let foreign = above(self.foreign_share, FOREIGN_LIMIT).map(|share| {
            let whom = named(&self.busiest);
            format!("other processes took {:.0} % of the CPU time{whom}", share * 100.0)
        });
        let stopped = above(self.driver_stopped_s, STOPPED_LIMIT_S)
            .map(|seconds| format!("the driver stood still for {seconds:.2} s"));
        let jump = self.clock_jump_ms.filter(|jump| jump.abs() > CLOCK_LIMIT_MS);
        let jump = jump.map(|ms| format!("the system clock was set by {ms:.0} ms"));
        let all: Vec<String> = [foreign, stolen, stopped, jump].into_iter().flatten().collect();
        (!all.is_empty()).then(|| all.join("; "))
    }
}

fn above(figure: Option<f64>, limit: f64) -> Option<f64> {
    figure.filter(|&figure| figure > limit)
}

/// The busiest processes in brackets, as they stand in a sentence; empty where none is known.
#[must_use]
pub fn named(busiest: &[(String, f64)]) -> String {
    let each = busiest.iter().map(|(name, share)| format!("{name} {:.0} %", share * 100.0));
    let each: Vec<String> = each.collect();
    if each.is_empty() { String::new() } else { format!(" ({})", each.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_disturbed_by_whatever_exceeds_its_limit_and_the_sentence_names_it() {
        let quiet = Conditions {
            stolen_share: Some(0.02),
            foreign_share: Some(-0.03),
            driver_stopped_s: Some(0.1),
            clock_jump_ms: Some(-1.0),
            ..Conditions::default()
        };
        assert_eq!(quiet.disturbance(), None);
        assert_eq!(Conditions::default().disturbance(), None);
        let loud = Conditions {
            stolen_share: Some(0.05),
            foreign_share: Some(0.66),
            busiest: vec![("yes".to_owned(), 0.5), ("cc1".to_owned(), 0.14)],
            driver_stopped_s: Some(3.0),
            clock_jump_ms: Some(-300.0),
            ..Conditions::default()
        };
        assert_eq!(
            loud.disturbance().unwrap(),
            "other processes took 66 % of the CPU time (yes 50 %, cc1 14 %); other guests of the machine took 5 % of \
             the CPU time; the driver stood still for 3.00 s; the system clock was set by -300 ms"
        );
    }
}
