//! The clock of the day, which may be set while something is measured by it.

use std::time::{Duration, Instant, SystemTime};

/// Both clocks at one moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clocks {
    monotonic: Instant,
    day: SystemTime,
}

impl Clocks {
    /// Reads both, again if something else ran in between.
    pub(crate) fn read() -> Self {
        let mut best = (Duration::MAX, Self { monotonic: Instant::now(), day: SystemTime::now() });
        for _ in 0..5 {
            let before = Instant::now();
            let day = SystemTime::now();
            let took = before.elapsed();
            if took < best.0 {
                best = (took, Self { monotonic: before, day });
            }
        }
        best.1
    }

    /// By how much the clock of the day was set since then, in milliseconds; negative if it was set back. Slewing moves
    /// both clocks alike.
    pub(crate) fn jump_ms_since(self, then: Self) -> f64 {
        let elapsed = self.monotonic.duration_since(then.monotonic).as_secs_f64();
        let by_day = match self.day.duration_since(then.day) {
            Ok(forward) => forward.as_secs_f64(),
            Err(back) => -back.duration().as_secs_f64(),
        };
        (by_day - elapsed) * 1e3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_forward_or_back_jumps_by_as_much() {
        let then = Clocks::read();
        let second = Duration::from_secs(1);
        let moved = |day| Clocks { monotonic: then.monotonic + second, day }.jump_ms_since(then);
        assert!(moved(then.day + second).abs() < 1e-6);
        assert!((moved(then.day + second + Duration::from_millis(300)) - 300.0).abs() < 1e-6);
        assert!((moved(then.day - second) + 2000.0).abs() < 1e-6);
        assert!(Clocks::read().jump_ms_since(then).abs() < 5.0);
    }
}
