//! The contract on actix-web.

mod routes;
mod serve;

pub use routes::routes;
pub use serve::serve;
