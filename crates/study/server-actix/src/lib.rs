//! The contract on actix-web.

mod checked;
mod last_request;
mod routes;
mod serve;

pub use routes::routes;
pub use serve::serve;
