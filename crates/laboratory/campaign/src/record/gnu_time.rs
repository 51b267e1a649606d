//! The line that GNU time writes when a server has ended.

use serde::{Deserialize, Serialize};

/// What GNU time says of a server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TimeLine {
    /// Peak memory of the largest single process, in KiB; not of the tree.
    pub max_rss_kb: u64,
    /// CPU time of the processes that were waited for, in seconds.
    pub user_s: f64,
    /// Time in the kernel, in seconds.
    pub system_s: f64,
    /// From start to end, in seconds.
    pub elapsed_s: f64,
}

impl TimeLine {
    /// Reads GNU time's output: the last line, after a possible "Command terminated by signal".
    #[must_use]
    pub fn parse(output: &str) -> Option<Self> {
        let line = output.lines().rfind(|line| line.starts_with("max_rss_kb="))?;
        let figure = |name: &str| {
            line.split_whitespace().find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
        };
        Some(Self {
            max_rss_kb: figure("max_rss_kb")?.parse().ok()?,
            user_s: figure("user_s")?.parse().ok()?,
            system_s: figure("system_s")?.parse().ok()?,
            elapsed_s: figure("elapsed_s")?.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_whatever_stands_before_it() {
        let line = "max_rss_kb=6832 user_s=1.25 system_s=0.50 elapsed_s=12.03 major_faults=0 minor_faults=1 \
                    waits=2 preemptions=3 exit=0";
        let expected = TimeLine { max_rss_kb: 6832, user_s: 1.25, system_s: 0.5, elapsed_s: 12.03 };
        assert_eq!(TimeLine::parse(line).unwrap(), expected);
        let signalled = format!("Command terminated by signal 15\n{line}\n");
        assert_eq!(TimeLine::parse(&signalled).unwrap(), expected);
    }

    #[test]
    fn a_line_that_was_cut_short_is_no_line() {
        assert_eq!(TimeLine::parse(""), None);
        assert_eq!(TimeLine::parse("max_rss_kb=6832 user_s=1.2"), None);
        assert_eq!(TimeLine::parse("max_rss_kb=? user_s=1 system_s=1 elapsed_s=1"), None);
    }
}
