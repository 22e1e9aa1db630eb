//! Criteria: one file per criterion, behind one trait, judging one solved state at a time.

mod violation;

pub use violation::{Level, Violation};
