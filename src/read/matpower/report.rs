//! Findings of one file, each with its place.

use super::cursor::{Cursor, Unclosed};
use crate::finding::{Code, Finding, Findings, Place, Severity};
use std::sync::Arc;

/// What is found in one file.
pub(super) struct Report {
    file: Arc<str>,
    findings: Findings,
}

/// A finding of known code and weight, in want of a place and words.
pub(super) struct Draft<'r> {
    file: &'r Arc<str>,
    code: Code,
    severity: Severity,
}

impl Report {
    pub(super) fn new(file: &Arc<str>) -> Self {
        Self { file: Arc::clone(file), findings: Findings::new() }
    }

    /// An error; the words are made only if it is kept.
    pub(super) fn error(&mut self, code: Code, words: impl FnOnce(Draft<'_>) -> Finding) {
        self.push(code, Severity::Error, words);
    }

    /// A warning.
    pub(super) fn warning(&mut self, code: Code, words: impl FnOnce(Draft<'_>) -> Finding) {
        self.push(code, Severity::Warning, words);
    }

    /// A note.
    pub(super) fn note(&mut self, code: Code, words: impl FnOnce(Draft<'_>) -> Finding) {
        self.push(code, Severity::Note, words);
    }

    fn push(&mut self, code: Code, severity: Severity, words: impl FnOnce(Draft<'_>) -> Finding) {
        let draft = Draft { file: &self.file, code, severity };
        self.findings.push_with(severity, code, || words(draft));
    }

    /// A bracket, string or comment is not closed before the end of the text.
    pub(super) fn unclosed(&mut self, open: &Unclosed, text: &[u8]) {
        let end = text.iter().filter(|&&b| b == b'\n').count() + 1;
        self.error(Code::Syntax, |draft| {
            let what = open.what;
            let said = format!("{what} opened here is not closed before the end of the file, line {end}");
            draft.at_offset(text, open.at, open.line, 1, said).help("close it; perhaps the file was cut short")
        });
    }

    /// Takes findings made elsewhere.
    pub(super) fn extend(&mut self, findings: Vec<Finding>) {
        self.findings.extend(findings);
    }

    pub(super) fn has_errors(&self) -> bool {
        self.findings.has_errors()
    }

    pub(super) fn into_list(self) -> Vec<Finding> {
        self.findings.into_list()
    }
}

impl Draft<'_> {
    /// Says something about a line.
    pub(super) fn at(self, line: u32, message: impl Into<String>) -> Finding {
        Finding::new(self.code, self.severity, message).place(Place::new(self.file, line))
    }

    /// Says something about `width` characters at an offset of the text, which is on `line`.
    pub(super) fn at_offset(
        self,
        text: &[u8],
        offset: usize,
        line: u32,
        width: usize,
        message: impl Into<String>,
    ) -> Finding {
        let column = Cursor::column(text, offset);
        let width = u32::try_from(width).unwrap_or(0);
        let place = Place::new(self.file, line).at(column, width);
        Finding::new(self.code, self.severity, message).place(place)
    }

    /// Says something about the file as a whole.
    pub(super) fn whole(self, message: impl Into<String>) -> Finding {
        self.at(1, message)
    }
}
