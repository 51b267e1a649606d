//! Exchanges: what is asked of a server, and what is right.
//!
//! A file of exchanges ([`read()`]) is all that a scenario needs. It says how a server must answer
//! ([`Expectation`]), and what the load is made of ([`mix::Mix`]).
//!
//! Nothing here starts a process, opens a socket or reads a clock.

mod answer;
mod error;
mod exchange;
mod expectation;
mod files;
mod format;
mod import;
pub mod mix;
pub mod play;
mod read;
mod record;
mod request;
mod text;

pub use answer::Answer;
pub use error::Error;
pub use exchange::{Exchange, Origin};
pub use expectation::{Expectation, Mismatch};
pub use files::{MadeFiles, made_file};
pub use format::schema;
pub use import::{Imported, import};
pub use read::{Asked, ExchangeFile, read, read_asked};
pub use record::recorded;
pub use request::Request;
