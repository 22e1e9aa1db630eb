//! gridstage judges a staged 110/220 kV grid plan: every stage and scenario, load flow and grid code.

pub mod appraise;
pub mod case;
#[cfg(feature = "cli")]
pub mod cli;
pub mod criteria;
pub mod finding;
pub mod flow;
pub mod ids;
pub mod linsolve;
pub mod matrix;
pub mod model;
pub mod read;
pub mod report;
pub mod study;
pub mod write;
