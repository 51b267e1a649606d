//! The contract on actix-web.

mod checked;
mod last_request;
mod routes;
mod serve;

pub use routes::{SLICE_KIB, routes};
pub use serve::serve;
