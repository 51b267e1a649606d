//! The campaign folder: what is written while measuring, and read again by everything after it.

pub(crate) mod build_info;
pub(crate) mod campaign;
pub(crate) mod environment;
pub(crate) mod lock;
pub(crate) mod machine;
pub(crate) mod sample;
pub(crate) mod store;
