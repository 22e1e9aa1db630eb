#![doc = include_str!("../README.md")]
//!
//! # The road through the crate
//!
//! ```text
//! read → model → case → matrix → linsolve → flow → study → criteria → appraise → report → cli
//! files  engineer- per    sparse   factorise  load   all     rules      verdict    text,    arguments,
//!        ing units unit                       flow   stages                        json,csv exit code
//! ```
//!
//! Nothing on the left knows anything on the right. Read [`flow::newton::solve`] for the algorithm,
//! [`model::Network`] for the grid, [`model::Plan`] for the plan, [`appraise`] for the verdict, and [`doc`] for
//! conventions, glossary and architecture.

pub mod appraise;
pub mod case;
#[cfg(feature = "cli")]
pub mod cli;
pub mod criteria;
pub mod doc;
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
