//! The contract on axum, hyper and tokio.

mod checked;
mod routes;
mod serve;

pub use routes::routes;
pub use serve::serve;
