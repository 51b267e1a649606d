//! Processes: what starts them, watches them and ends them. Nothing here knows of trials.

pub(crate) mod affinity;
pub(crate) mod child;
pub(crate) mod confine;
pub(crate) mod guard;
pub(crate) mod interrupt;
pub(crate) mod mark;
pub(crate) mod output;
pub(crate) mod program;
pub(crate) mod sweep;
pub(crate) mod tree;
