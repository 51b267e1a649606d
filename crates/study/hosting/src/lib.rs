//! What the Rust servers share around their framework, so that the comparison is one of frameworks.
//!
//! Both listen, limit, refuse, log and shut down in the same way, with the same number of worker
//! threads.

mod admission;
mod body;
mod head;
mod idle_timeout;
mod listener;
mod log;
mod metered;
mod options;
mod program;

pub use admission::{Admission, Place};
pub use body::{BodyError, discard_body, read_body};
pub use head::is_well_formed;
pub use idle_timeout::serve_until_idle;
pub use listener::{Listener, listen};
pub use metered::{Metered, Progress, meter};
pub use options::Options;
pub use program::{run, stop_signal};
