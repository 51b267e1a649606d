#![doc = include_str!("../CONTRACT.md")]

mod answer;
mod email;
mod fault;
mod located;
mod object;
pub mod payload;
mod registration;
mod tree;

pub use answer::{BODY_LIMIT, Refusal, accepts_media_type, answer, validate};
pub use fault::{Fault, Rule};
pub use registration::{Address, Registration, Tag};
