//! What will probably not do what was meant in a plan: looked at before anything is solved.
//!
//! Slips that come in numbers (469 works dated by a bare year) are one finding with a count and an example.

mod bays;
mod dates;
mod demand;
mod horizon;
mod lines;
mod money;
mod records;
mod waiver;

pub use lines::{LineSlip, line_slips, own_ka};
pub use waiver::{LintWaiver, waive};

use super::{Plan, Selection};
use crate::finding::{Code, Finding};
use jiff::civil::Date;

/// Everything remarkable about a plan. An error is a plan that cannot be replayed to its end.
///
/// The networks of the stages are another matter: a network is checked by itself.
#[must_use]
pub fn lint(plan: &Plan) -> Vec<Finding> {
    if plan.is_bare() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    dates::check(plan, &mut findings);
    records::check(plan, &mut findings);
    demand::check(plan, &mut findings);
    horizon::check(plan, &mut findings);
    lines::check(plan, &mut findings);
    bays::check(plan, &mut findings);
    money::check(plan, &mut findings);
    match plan.replay(Some(Date::MAX), &Selection::default()) {
        Ok(replay) => findings.extend(replay.findings),
        Err(errors) => findings.extend(errors),
    }
    findings
}

/// Records of one slip, told together.
struct Slips<'a> {
    count: usize,
    first: Option<(String, &'a super::Origin)>,
}

impl<'a> Slips<'a> {
    fn new() -> Self {
        Self { count: 0, first: None }
    }

    fn push(&mut self, record: impl FnOnce() -> String, origin: &'a super::Origin) {
        self.count += 1;
        if self.first.is_none() {
            self.first = Some((record(), origin));
        }
    }

    /// One finding for all: `3 works …, for example P001`; none if there is no slip.
    fn tell(self, code: Code, field: &str, what: &str, help: &str, findings: &mut Vec<Finding>) {
        let Some((record, origin)) = self.first else { return };
        let example = if self.count > 1 { "for example " } else { "" };
        findings.push(
            Finding::warning(code, format!("{} {what}: {example}{record}", self.count))
                .element(record)
                .field(field)
                .place(origin.place.clone())
                .help(help),
        );
    }
}
