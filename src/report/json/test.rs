//! What `test` writes: cases, and what is not as expected.

use super::{Answer, Document, Kind, Num, TOOL};
use crate::appraise::expected::Mismatch;
use schemars::JsonSchema;
use serde::Serialize;

/// The document of `test`.
pub type TestDocument<'a> = Document<'a, TestOptions<'a>, TestSummary, &'a TestCase>;

/// What `test` was asked.
#[derive(Serialize, JsonSchema, Clone, Debug)]
pub struct TestOptions<'a> {
    /// The folder that was searched.
    pub dir: String,
    /// The name of case files.
    pub file: &'a str,
}

/// The answer in numbers.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
pub struct TestSummary {
    /// Cases.
    pub cases: usize,
    /// Cases with something that is not as expected.
    pub failed: usize,
    /// Cases that could not be run.
    pub errors: usize,
    /// Values compared.
    pub values: usize,
}

/// A case.
#[derive(Serialize, JsonSchema, Clone, Debug)]
pub struct TestCase {
    /// Its folder, below the one that was searched.
    pub name: String,
    /// Its file.
    pub file: String,
    /// What it shows.
    pub about: String,
    /// Who vouches for its values.
    pub witness: String,
    /// Values compared.
    pub values: usize,
    /// What is not as expected, worst first.
    pub mismatches: Vec<MismatchedRow>,
    /// Why it could not be run.
    pub error: Option<String>,
}

/// Something that is not as expected.
#[derive(Serialize, JsonSchema, Clone, Debug)]
#[schemars(rename = "Mismatched")]
pub struct MismatchedRow {
    /// What it is: stage and scenario, record, quantity.
    pub what: String,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// The difference over the tolerance; null where there is nothing to compare.
    pub times_tolerance: Num,
    /// The file in which the expected value stands.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
}

impl MismatchedRow {
    /// The row of a mismatch.
    #[must_use]
    pub fn new(mismatch: &Mismatch) -> Self {
        Self {
            what: mismatch.what.clone(),
            expected: mismatch.expected.clone(),
            found: mismatch.found.clone(),
            times_tolerance: Num(mismatch.times_tolerance),
            file: mismatch.place.file.to_string(),
            line: mismatch.place.line,
        }
    }

    /// `expected.toml:12: bus B, vm_pu: expected 1.02, found 1.0199, tolerance 0.000001`.
    #[must_use]
    pub fn sentence(&self) -> String {
        let Self { what, expected, found, file, line, .. } = self;
        format!("{file}:{line}: {what}: expected {expected}, found {found}")
    }
}

/// The document of a run.
#[must_use]
pub fn test<'a>(dir: &str, exit_code: u8, cases: &'a [TestCase]) -> TestDocument<'a> {
    let errors = cases.iter().filter(|case| case.error.is_some()).count();
    let failed = cases.iter().filter(|case| !case.mismatches.is_empty()).count();
    let verdict = match (errors, failed) {
        (0, 0) => Answer::Holds,
        (0, _) => Answer::Violated,
        _ => Answer::InvalidInput,
    };
    Document {
        schema: Kind::Test.id(),
        tool: TOOL,
        inputs: Vec::new(),
        options: Some(TestOptions { dir: dir.to_owned(), file: "expected.toml" }),
        verdict,
        exit_code,
        summary: Some(TestSummary {
            cases: cases.len(),
            failed,
            errors,
            values: cases.iter().map(|case| case.values).sum(),
        }),
        cases: cases.iter().collect(),
        diagnostics: Vec::new(),
    }
}
