//! What was found so far: shared by all that read one folder.

use crate::finding::{Code, Finding, Findings};
use std::cell::RefCell;

/// The findings of one read.
#[derive(Default)]
pub(super) struct Log(RefCell<Findings>);

impl Log {
    /// Notes a finding.
    pub(super) fn push(&self, finding: Finding) {
        self.0.borrow_mut().push(finding);
    }

    /// Whether a further error of `code` would only be counted, so that its help need not be worked out.
    pub(super) fn is_full(&self, code: Code) -> bool {
        self.0.borrow().is_full(code)
    }

    /// Whether an error was noted.
    pub(super) fn has_errors(&self) -> bool {
        self.0.borrow().has_errors()
    }

    /// All that was noted, and how many of a kind are not shown.
    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.0.into_inner().into_list()
    }
}
