//! Plans to files: one writer per format.

pub mod plan;
