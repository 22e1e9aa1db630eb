//! Findings in JSON.

use crate::finding::Finding;
use schemars::JsonSchema;
use serde::Serialize;

/// Something found wrong, assumed or left out.
#[derive(Serialize, JsonSchema, Debug)]
pub struct Diagnostic<'a> {
    /// Its stable code, for example `E-REFERENCE`.
    pub code: &'static str,
    /// `error`, `warning` or `note`.
    pub severity: &'static str,
    /// What is wrong, in words.
    pub message: &'a str,
    /// The record it is about.
    pub element: Option<&'a str>,
    /// The field of that record.
    pub field: Option<&'a str>,
    /// The file it stands in.
    pub file: Option<&'a str>,
    /// The line, counted from 1.
    pub line: Option<u32>,
    /// The column in characters, counted from 1.
    pub column: Option<u32>,
    /// The stage in which it shows; null if not in one only.
    pub stage: Option<&'a str>,
    /// The scenario in which it shows; null if not in one only.
    pub scenario: Option<&'a str>,
    /// What to do about it.
    pub help: Option<&'a str>,
}

impl<'a> Diagnostic<'a> {
    /// The JSON form of `finding`.
    #[must_use]
    pub fn new(finding: &'a Finding) -> Self {
        let place = finding.place.as_ref();
        Self {
            code: finding.code.as_str(),
            severity: finding.severity.as_str(),
            message: &finding.message,
            element: finding.element.as_deref(),
            field: finding.field.as_deref(),
            file: place.map(|place| &*place.file),
            line: place.map(|place| place.line),
            column: place.and_then(|place| place.column),
            stage: finding.stage.as_deref(),
            scenario: finding.scenario.as_deref(),
            help: finding.help.as_deref(),
        }
    }
}
