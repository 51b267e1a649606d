//! GNU time: starts the server and says, when it has ended, what its largest process took.

use std::{env, path::Path};

use serde::{Deserialize, Serialize};

/// The format that GNU time fills in, a word a figure.
pub(crate) const FORMAT: &str = "max_rss_kb=%M user_s=%U system_s=%S elapsed_s=%e major_faults=%F minor_faults=%R \
     waits=%w preemptions=%c exit=%x";

/// Names the shell that starts servers, where it is not to be the system's: the one of Nix's store.
const SHELL: &str = "DYNO_SHELL";

/// The words that run what follows them under GNU time.
pub(crate) fn command(time: &Path, output: &Path) -> Vec<String> {
    let shown = |path: &Path| path.to_string_lossy().into_owned();
    vec![
        shown(time),
        "-o".to_owned(),
        shown(output),
        "-f".to_owned(),
        FORMAT.to_owned(),
        "--".to_owned(),
        // The file that GNU time writes to is its third descriptor, and it would leave it to the server.
        env::var(SHELL).unwrap_or_else(|_| "/bin/sh".to_owned()),
        "-c".to_owned(),
        "exec 3>&-; exec \"$@\"".to_owned(),
        "sh".to_owned(),
    ]
}

/// What GNU time says of a server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TimeLine {
    /// Peak memory of the largest single process, in KiB; not of the tree.
    pub(crate) max_rss_kb: u64,
    /// CPU time of the processes that were waited for, in seconds.
    pub(crate) user_s: f64,
    pub(crate) system_s: f64,
    pub(crate) elapsed_s: f64,
}

impl TimeLine {
    /// Reads GNU time's output: the last line, after a possible "Command terminated by signal".
    pub(crate) fn parse(output: &str) -> Option<Self> {
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
