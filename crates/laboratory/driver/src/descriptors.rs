//! The limit of open files.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::Error;

/// What a process has open besides its connections, and a little more.
const OTHERS: usize = 32;

/// Makes sure that so many files may be open: raises the limit as far as that is allowed, or says what is needed.
pub(crate) fn allow(files: usize) -> Result<(), Error> {
    let needed = (files + OTHERS) as u64;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= needed) {
        return Ok(());
    }
    let may = maximum.is_none_or(|maximum| maximum >= needed);
    let raised = Rlimit { current: Some(needed), maximum };
    if may && setrlimit(Resource::Nofile, raised).is_ok() {
        return Ok(());
    }
    Err(Error::Load(format!(
        "it needs {needed} open files and the limit is {}; raise it with `ulimit -n {needed}`, or ask for fewer \
         connections",
        maximum.or(current).unwrap_or_default()
    )))
}
