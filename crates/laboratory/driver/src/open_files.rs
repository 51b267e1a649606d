//! The open-file limit: every connection is an open file.

use std::io;

/// The open-file limit is too low and cannot be raised.
#[derive(Debug, thiserror::Error)]
pub enum Shortfall {
    /// The hard limit is lower than what is needed.
    #[error(
        "it needs {needed} open files and the limit is {allowed}; raise it with `ulimit -n {needed}`, \
         or ask for fewer connections"
    )]
    Limit {
        /// Files that have to be open at once.
        needed: u64,
        /// The highest limit available.
        allowed: u64,
    },
    /// The system refused to tell or to raise the limit.
    #[error("cannot raise the open-file limit to {needed} ({error})")]
    System {
        /// Files that have to be open at once.
        needed: u64,
        /// What the system said.
        error: io::Error,
    },
}

/// What a process has open besides its connections, and a little more.
const OTHERS: u64 = 32;

/// Makes sure that this many files can be open beside the process's own: raises the soft limit as far as the
/// hard one allows, or says what is missing.
pub fn allow(files: u64) -> Result<(), Shortfall> {
    let needed = files.saturating_add(OTHERS);
    match rlimit::increase_nofile_limit(needed) {
        Ok(allowed) if allowed >= needed => Ok(()),
        Ok(allowed) => Err(Shortfall::Limit { needed, allowed }),
        Err(error) => Err(Shortfall::System { needed, error }),
    }
}
