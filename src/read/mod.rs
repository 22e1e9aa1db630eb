//! Files to plans: one door for all formats.

pub mod plan;

use crate::finding::Finding;
use crate::model::Plan;

/// A format that is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Format {
    /// gridstage's own: a folder with `plan.toml` and CSV tables.
    Plan,
    /// MATPOWER case file, versions 1 and 2.
    Matpower,
}

impl Format {
    /// The name used in every output form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Matpower => "matpower",
        }
    }
}

/// A plan as read, with what was noticed on the way.
#[derive(Clone, Debug)]
pub struct Read {
    /// The plan; a bare grid file gives a plan with one stage and one scenario.
    pub plan: Plan,
    /// Warnings and notes; never an error.
    pub findings: Vec<Finding>,
    /// The files that were read, in the order in which they were opened.
    pub inputs: Vec<Input>,
}

/// A file that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Input {
    /// Path as found.
    pub path: String,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// What it was taken for.
    pub format: Format,
}

/// An input that cannot be used: at least one finding is an error.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the input cannot be used: {} finding(s), the first: {}", .findings.len(), .findings.first().map_or("", |f| f.message.as_str()))]
pub struct Rejected {
    /// All that was found, errors and warnings, in the order of the file.
    pub findings: Vec<Finding>,
}
