//! What `lint` writes: findings, and how many records they were looked for in.

use super::{Answer, Case, Diagnostic, Document, Input, Kind, TOOL};
use crate::finding::{Finding, Severity};
use crate::model::Plan;
use schemars::JsonSchema;
use serde::Serialize;

/// The document of `lint`.
pub type LintDocument<'a> = Document<'a, (), LintSummary, Case<'a>>;

/// How much was looked at, and what was found.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
pub struct LintSummary {
    /// Findings that make the input unusable: none in a valid one.
    pub errors: usize,
    /// Findings about something assumed, repaired or left out.
    pub warnings: usize,
    /// Findings that are good to know.
    pub notes: usize,
    /// Buses of the base grid and of all works.
    pub buses: usize,
    /// Line circuits, likewise.
    pub lines: usize,
    /// Transformers, likewise.
    pub transformers: usize,
    /// Works.
    pub projects: usize,
    /// Stages.
    pub stages: usize,
}

/// The document of a valid input.
#[must_use]
pub fn lint<'a>(inputs: Vec<Input<'a>>, plan: &Plan, findings: &'a [Finding]) -> LintDocument<'a> {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    Document {
        schema: Kind::Lint.id(),
        tool: TOOL,
        inputs,
        options: None,
        verdict: Answer::Valid,
        exit_code: 0,
        summary: Some(LintSummary {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
            buses: plan.network.buses.len(),
            lines: plan.network.lines.len(),
            transformers: plan.network.transformers.len(),
            projects: plan.projects.len(),
            stages: plan.stages.len(),
        }),
        cases: Vec::new(),
        diagnostics: findings.iter().map(Diagnostic::new).collect(),
    }
}
