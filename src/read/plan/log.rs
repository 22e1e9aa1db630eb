//! What was found so far, with an upper limit for each code, so that a file full of one slip stays readable.

use crate::finding::{Code, Finding, Severity};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Findings of one code that are shown; the rest is counted.
const SHOWN_PER_CODE: usize = 100;

/// The findings of one read.
#[derive(Default)]
pub(super) struct Log {
    found: RefCell<Found>,
}

#[derive(Default)]
struct Found {
    shown: Vec<Finding>,
    count: BTreeMap<(Code, Severity), usize>,
}

impl Log {
    /// Notes a finding.
    pub(super) fn push(&self, finding: Finding) {
        let mut found = self.found.borrow_mut();
        let count = found.count.entry((finding.code, finding.severity)).or_default();
        *count += 1;
        if *count <= SHOWN_PER_CODE {
            found.shown.push(finding);
        }
    }

    /// Whether a further error of `code` would only be counted, so that its help need not be worked out.
    pub(super) fn is_full(&self, code: Code) -> bool {
        self.found.borrow().count.get(&(code, Severity::Error)).is_some_and(|&count| count >= SHOWN_PER_CODE)
    }

    /// Whether an error was noted.
    pub(super) fn has_errors(&self) -> bool {
        self.found.borrow().count.keys().any(|&(_, severity)| severity == Severity::Error)
    }

    /// All that is shown, in the order found, then how many are not.
    pub(super) fn into_findings(self) -> Vec<Finding> {
        let Found { mut shown, count } = self.found.into_inner();
        for ((code, severity), count) in count {
            if count > SHOWN_PER_CODE {
                let more = count - SHOWN_PER_CODE;
                shown.push(Finding::new(
                    code,
                    severity,
                    format!("{more} more findings {code} are not shown"),
                ));
            }
        }
        shown
    }
}
