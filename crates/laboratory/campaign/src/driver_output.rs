//! What a driver reports of one window, read from the files that it leaves in a trial's folder.

mod measurement;
mod result;
mod wrk_text;

pub use measurement::{Errors, Latency, Lateness, Measurement, Pace};
pub use result::DriverResult;
pub use wrk_text::WrkText;
