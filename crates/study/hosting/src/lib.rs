//! What the Rust servers share around their framework, so that the comparison is one of frameworks.
//!
//! Both listen, limit, refuse, log and shut down in the same way, with the same number of worker
//! threads.

mod admission;
mod body;
mod idle_timeout;
mod listener;
mod log;
mod options;
mod program;

pub use admission::{Admission, Place};
pub use body::{BodyError, discard_body, read_body};
pub use idle_timeout::{Metered, Progress, meter, serve_until_idle};
pub use listener::{Listener, listen};
pub use options::Options;
pub use program::{run, stop_signal};
