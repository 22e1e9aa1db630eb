//! Findings that are known and accepted: in `[lint]` of `plan.toml`, each with its reason.

use super::lines::line_slips;
use crate::finding::{Code, Finding};
use crate::model::{Name, Origin, Plan, Standing};
use jiff::civil::Date;

/// A finding that is not told, as someone has looked at it.
#[derive(Clone, PartialEq, Debug)]
pub struct LintWaiver {
    /// The code; that of a warning, as errors stay.
    pub code: Code,
    /// The record, by its id or as findings name it; empty for all.
    pub element: Name,
    /// Why it is accepted.
    pub reason: String,
    /// Last day on which it is, counted on the date of the plan's latest version; `None` for good.
    pub until: Option<Date>,
    /// Where it comes from.
    pub origin: Origin,
}

impl LintWaiver {
    /// Whether it is about a finding.
    fn covers(&self, finding: &Finding) -> bool {
        let is_named = || finding.element.as_deref().is_some_and(|element| self.names(element));
        finding.code == self.code && (self.element.is_empty() || is_named())
    }

    /// Whether a record is the one that is meant: `L12`, or `line L12`.
    fn names(&self, element: &str) -> bool {
        let id = self.element.as_str();
        self.element.is_empty()
            || element == id
            || element.strip_suffix(id).is_some_and(|kind| kind.ends_with(' '))
    }

    /// Whether its time is over.
    fn has_ended(&self, today: Option<Date>) -> bool {
        self.until.zip(today).is_some_and(|(until, today)| until < today)
    }
}

impl Plan {
    /// The date of the version at hand: of its latest amendment, or of the grid as built.
    #[must_use]
    pub fn version_date(&self) -> Option<Date> {
        let amended =
            self.amendments.iter().filter(|one| one.standing == Standing::Applied).map(|one| one.date).max();
        amended.max(self.base.as_of)
    }

    /// Whether a finding of a code about a record is accepted.
    pub(super) fn is_waived(&self, code: Code, element: &str) -> bool {
        let today = self.version_date();
        let waives = |one: &&LintWaiver| {
            one.code == code && !one.has_ended(today) && !one.element.is_empty() && one.names(element)
        };
        self.lint_waivers.iter().any(|one| waives(&one))
    }
}

/// Leaves out the findings that the plan's waivers accept; with `complete`, when these are all findings there are, waivers
/// that have run out or accept nothing are told.
#[must_use]
pub fn waive(plan: &Plan, findings: Vec<Finding>, complete: bool) -> Vec<Finding> {
    if plan.lint_waivers.is_empty() {
        return findings;
    }
    let today = plan.version_date();
    let mut left = findings;
    for waiver in &plan.lint_waivers {
        let of_a_line = line_slips(&plan.network)
            .iter()
            .any(|(line, slip)| slip.code() == waiver.code && waiver.names(&plan.network.lines[*line].row));
        let meets = of_a_line || left.iter().any(|finding| waiver.covers(finding));
        let about = match waiver.element.as_str() {
            "" => waiver.code.to_string(),
            element => format!("{} at {element}", waiver.code),
        };
        let told = match waiver.until.filter(|_| waiver.has_ended(today)) {
            Some(until) if meets => Some(format!(
                "the lint waiver of {about} ran out on {until}, before the plan's version of {}",
                today.map(|today| today.to_string()).unwrap_or_default()
            )),
            Some(_) => None,
            None => {
                left.retain(|finding| !waiver.covers(finding));
                (!meets).then(|| format!("the lint waiver of {about} excepts nothing"))
            }
        };
        if let Some(message) = told.filter(|_| complete) {
            let finding = Finding::warning(Code::Waiver, message).field("waivers");
            left.push(
                finding.place(waiver.origin.place.clone()).help("renew it with its reason, or take it out"),
            );
        }
    }
    left
}
