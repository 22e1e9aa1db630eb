//! Findings of one file, each with its place.

use super::Rejected;
use crate::finding::{Code, Finding, Findings, Place, Severity};
use crate::model::Network;
use crate::model::validate::{self, Words};
use std::sync::Arc;

/// Characters of offending text that a message quotes.
const QUOTE: usize = 60;

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

    /// A finding of any weight.
    pub(super) fn push(&mut self, code: Code, severity: Severity, words: impl FnOnce(Draft<'_>) -> Finding) {
        let draft = Draft { file: &self.file, code, severity };
        self.findings.push_with(severity, code, || words(draft));
    }

    /// Takes findings made elsewhere.
    pub(super) fn extend(&mut self, findings: Vec<Finding>) {
        self.findings.extend(findings);
    }

    /// Whether further errors of `code` would only be counted.
    pub(super) fn is_full(&self, code: Code) -> bool {
        self.findings.is_full(code)
    }

    pub(super) fn has_errors(&self) -> bool {
        self.findings.has_errors()
    }

    /// The end of every reader that builds a network: what can be wrong with any is looked for, in the format's own `words`,
    /// as far as nothing worse was found before.
    pub(super) fn conclude(
        mut self,
        network: Network,
        words: &Words,
    ) -> Result<(Network, Vec<Finding>), Rejected> {
        if !self.has_errors() {
            self.extend(validate::ids::check(&network, words));
            self.extend(validate::records(&network, words));
        }
        if !self.has_errors() {
            self.extend(validate::topology(&network, words));
        }
        if self.has_errors() {
            return Err(Rejected { findings: self.into_list() });
        }
        Ok((network, self.into_list()))
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
        let column = column(text, offset);
        let width = u32::try_from(width).unwrap_or(0);
        let place = Place::new(self.file, line).at(column, width);
        Finding::new(self.code, self.severity, message).place(place)
    }

    /// Says something about the file as a whole.
    pub(super) fn whole(self, message: impl Into<String>) -> Finding {
        self.at(1, message)
    }
}

/// Column of an offset in its line, in characters from 1.
pub(super) fn column(text: &[u8], at: usize) -> u32 {
    let line_start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |newline| newline + 1);
    let before = &text[line_start..at];
    // Bytes that continue a UTF-8 character are no character of their own.
    let characters = before.iter().filter(|&&b| b & 0b1100_0000 != 0b1000_0000).count();
    u32::try_from(characters + 1).unwrap_or(u32::MAX)
}

/// Text for a message: one line, not too long, whatever the bytes are.
pub(super) fn quote(text: &[u8]) -> String {
    // A character has at most four bytes; what is far behind is not even looked at.
    let head = &text[..text.len().min(4 * (QUOTE + 1))];
    let line = head.trim_ascii_start().split(|&b| b == b'\n').next().unwrap_or_default().trim_ascii_end();
    let start = String::from_utf8_lossy(line);
    if start.chars().count() <= QUOTE {
        return start.into_owned();
    }
    start.chars().take(QUOTE).chain("...".chars()).collect()
}
